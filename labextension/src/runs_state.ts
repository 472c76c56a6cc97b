/** The list of runs, as a person sees it; pure, as `kernel_state` is. */

import type { RunEntry, RunsAnswer } from './answers';

export const PAGE = 50;
/** More the server does not give at once. */
export const MOST = 1000;

export type Sort = 'created' | 'workflow' | 'engine' | 'phase' | 'duration';

/** Which runs, by how they stand; the phases are those of couler_jupyter/ir/run.py. */
export const FILTERS = {
  all: [],
  live: ['pending', 'running', 'suspended'],
  failed: ['failed', 'errored', 'interrupted', 'cancelled'],
  succeeded: ['succeeded', 'cached']
} as const satisfies Record<string, readonly string[]>;
export type Filter = keyof typeof FILTERS;

/** What is asked for: words, which, in what order, and how many. */
export interface Question {
  readonly search: string;
  readonly filter: Filter;
  readonly sort: Sort;
  readonly descending: boolean;
  readonly limit: number;
}

export interface RunsState {
  readonly question: Question;
  readonly runs: readonly RunEntry[];
  readonly total: number | null;
  readonly more: boolean;
  /** What was asked of runs, by their ids, and has not shown yet. */
  readonly asked: Readonly<Record<string, string>>;
  /** By the server's clock less ours, in seconds. */
  readonly skew: number;
  /** When the server last answered, in seconds; 0 before. */
  readonly heard: number;
  readonly problem: string;
}

export const QUESTION: Question = {
  search: '',
  filter: 'all',
  sort: 'created',
  descending: true,
  limit: PAGE
};

export const NO_RUNS: RunsState = {
  question: QUESTION,
  runs: [],
  total: null,
  more: false,
  asked: {},
  skew: 0,
  heard: 0,
  problem: ''
};

/** The same state with another question; other words or another order begin at the first page. */
export function asking(state: RunsState, change: Partial<Question>): RunsState {
  const question = { ...state.question, limit: PAGE, ...change };
  return { ...state, question };
}

/** The same state with one page more asked for. */
export function askingMore(state: RunsState): RunsState {
  const limit = Math.min(state.question.limit + PAGE, MOST);
  return { ...state, question: { ...state.question, limit } };
}

/**
 * Take in what the server said; `null` where nothing changed since.
 *
 * Runs that are as they were stay the same objects, so that their rows are not drawn again.
 */
export function merged(state: RunsState, answer: RunsAnswer | null, now: number): RunsState {
  if (answer === null) return { ...state, heard: now, problem: '' };
  const before = new Map(state.runs.map(one => [one.run_id, one]));
  const runs = answer.runs.map(one => {
    const known = before.get(one.run_id);
    return known && JSON.stringify(known) === JSON.stringify(one) ? known : one;
  });
  return {
    ...state,
    runs,
    total: answer.total,
    more: answer.next !== '' && state.question.limit < MOST,
    asked: unanswered(state.asked, before, runs),
    skew: answer.sent - now,
    heard: now,
    problem: ''
  };
}

/** A request counts as answered as soon as its run stands elsewhere, or is not listed any more. */
function unanswered(
  asked: RunsState['asked'],
  before: ReadonlyMap<string, RunEntry>,
  runs: readonly RunEntry[]
): RunsState['asked'] {
  const open = runs.filter(one => {
    const known = before.get(one.run_id);
    return one.run_id in asked && known !== undefined && known.phase === one.phase;
  });
  return Object.fromEntries(open.map(one => [one.run_id, asked[one.run_id] ?? '']));
}

/** Something is asked of a run; it shows at once. */
export function wanting(state: RunsState, run: string, what: string): RunsState {
  return { ...state, asked: { ...state.asked, [run]: what } };
}

/** What was asked of a run will not come. */
export function refused(state: RunsState, run: string): RunsState {
  const asked = Object.entries(state.asked).filter(([id]) => id !== run);
  return { ...state, asked: Object.fromEntries(asked) };
}

/** The server did not answer: what is known stays, and is said to be old. */
export function failed(state: RunsState, problem: string): RunsState {
  return { ...state, problem };
}

/** The address of what is asked for. */
export function pathOf(question: Question): string {
  const words = new URLSearchParams();
  if (question.search.trim()) words.set('search', question.search.trim());
  for (const phase of FILTERS[question.filter]) words.append('phase', phase);
  words.set('sort', question.sort);
  words.set('order', question.descending ? 'desc' : 'asc');
  words.set('limit', String(question.limit));
  return `runs?${words.toString()}`;
}

/** How long a run has taken, in seconds, at `now` by our clock; null before it began. */
export function secondsOf(run: RunEntry, now: number, skew: number): number | null {
  if (run.seconds !== null) return run.seconds;
  if (run.started === null) return null;
  return Math.max(0, (run.finished ?? now + skew) - run.started);
}
