import { describe, expect, test } from 'vitest';

import type { RunEntry, RunsAnswer } from '../src/answers';
import {
  asking,
  askingMore,
  failed,
  merged,
  MOST,
  NO_RUNS,
  PAGE,
  pathOf,
  QUESTION,
  refused,
  secondsOf,
  wanting
} from '../src/runs_state';

const NOW = 1000;

function run(id: string, phase = 'running'): RunEntry {
  return {
    run_id: id,
    workflow: 'pick',
    engine: 'local',
    phase,
    message: '',
    created: 900,
    started: 990,
    finished: phase === 'running' ? null : 995,
    seconds: phase === 'running' ? null : 5,
    notebook: '',
    live: phase === 'running',
    steps: { [phase]: 1 },
    requests: ['cancel']
  };
}

function answer(...runs: RunEntry[]): RunsAnswer {
  return { type: 'runs', version: 1, runs, next: '', total: runs.length, sent: NOW + 3 };
}

describe('merging', () => {
  test('runs that are as they were stay the same objects', () => {
    const first = merged(NO_RUNS, answer(run('a'), run('b')), NOW);
    const then = merged(first, answer(run('c'), run('a'), run('b', 'failed')), NOW + 1);
    expect(then.runs.map(one => one.run_id)).toEqual(['c', 'a', 'b']);
    expect(then.runs[1]).toBe(first.runs[0]);
    expect(then.runs[2]).not.toBe(first.runs[1]);
  });

  test('what the server does not list any more is gone', () => {
    const first = merged(NO_RUNS, answer(run('a'), run('b')), NOW);
    expect(merged(first, answer(run('b')), NOW).runs.map(one => one.run_id)).toEqual(['b']);
  });

  test('no news keep the runs and end a problem', () => {
    const first = failed(merged(NO_RUNS, answer(run('a')), NOW), 'gone');
    const then = merged(first, null, NOW + 5);
    expect(then.runs).toBe(first.runs);
    expect([then.problem, then.heard]).toEqual(['', NOW + 5]);
  });

  test('a problem keeps what is known, and when that was', () => {
    const state = failed(merged(NO_RUNS, answer(run('a')), NOW), 'gone');
    expect([state.runs.length, state.heard, state.problem]).toEqual([1, NOW, 'gone']);
  });

  test("the server's clock is told from ours", () => {
    const { skew } = merged(NO_RUNS, answer(), NOW);
    expect(skew).toBe(3);
    expect(secondsOf(run('a'), NOW, skew)).toBe(13);
    expect(secondsOf(run('a', 'failed'), NOW, skew)).toBe(5);
    expect(secondsOf({ ...run('a'), started: null }, NOW, skew)).toBe(null);
    expect(secondsOf({ ...run('a'), started: NOW + 60 }, NOW, skew)).toBe(0);
  });
});

describe('what was asked of a run', () => {
  const asked = wanting(merged(NO_RUNS, answer(run('a'), run('b')), NOW), 'a', 'cancel');

  test('shows until the run stands elsewhere', () => {
    expect(merged(asked, answer(run('a'), run('b')), NOW).asked).toEqual({ a: 'cancel' });
    expect(merged(asked, answer(run('a', 'cancelled'), run('b')), NOW).asked).toEqual({});
    expect(merged(asked, answer(run('b')), NOW).asked).toEqual({});
  });

  test('shows no more when it is refused', () => {
    expect(refused(wanting(asked, 'b', 'cancel'), 'a').asked).toEqual({ b: 'cancel' });
  });
});

describe('the question', () => {
  test('other words begin at the first page', () => {
    const many = askingMore(askingMore(NO_RUNS));
    expect(many.question.limit).toBe(3 * PAGE);
    expect(asking(many, { search: 'fit' }).question).toEqual({ ...QUESTION, search: 'fit' });
  });

  test('there is an end to asking for more', () => {
    let state = NO_RUNS;
    for (let time = 0; time < 100; time += 1) state = askingMore(state);
    expect(state.question.limit).toBe(MOST);
    expect(merged(state, { ...answer(), next: 'x' }, NOW).more).toBe(false);
    expect(merged(NO_RUNS, { ...answer(), next: 'x' }, NOW).more).toBe(true);
  });

  test('is an address, whatever the words are', () => {
    const path = pathOf({
      ...QUESTION,
      search: ' a&limit=9 é ',
      filter: 'live',
      descending: false
    });
    const words = new URL(path, 'http://host/couler/api/').searchParams;
    expect(words.get('search')).toBe('a&limit=9 é');
    expect(words.getAll('phase')).toEqual(['pending', 'running', 'suspended']);
    expect([words.get('order'), words.get('limit')]).toEqual(['asc', String(PAGE)]);
    expect(pathOf(QUESTION)).toBe('runs?sort=created&order=desc&limit=50');
  });
});
