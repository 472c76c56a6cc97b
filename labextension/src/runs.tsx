import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { memo, type ReactElement, useEffect, useReducer } from 'react';

import { duration } from '../../couler_jupyter/widgets/amount.js';
import type { RunEntry } from './answers';
import { Ids } from './ids';
import { Do, PhaseMark, walk } from './parts';
import type { RunsModel } from './runs_model';
import { type Filter, FILTERS, type RunsState, secondsOf, type Sort } from './runs_state';
import { useStore } from './store';

interface Props {
  readonly model: RunsModel;
  readonly commands: CommandRegistry;
  readonly trans: TranslationBundle;
}

/** The runs of all notebooks and engines. */
export function Runs({ model, commands, trans }: Props): ReactElement {
  const state = useStore(model.state);
  useTicks(state.runs.some(one => one.live));
  const now = Date.now() / 1000;
  return (
    <>
      <Tools model={model} state={state} trans={trans} />
      <p className="couler-hint" role="status">
        {told(state, trans)}
      </p>
      <ul className="couler-list" onKeyDown={walk} aria-label={trans.__('Runs')}>
        {state.runs.map(one => (
          <Row
            key={one.run_id}
            run={one}
            seconds={secondsOf(one, now, state.skew)}
            asked={state.asked[one.run_id] ?? ''}
            commands={commands}
            trans={trans}
          />
        ))}
      </ul>
      {state.more ? (
        <button
          type="button"
          className="couler-button"
          onClick={() => {
            model.more();
          }}
        >
          {trans.__('Show more')}
        </button>
      ) : null}
    </>
  );
}

function Tools({
  model,
  state,
  trans
}: {
  readonly model: RunsModel;
  readonly state: RunsState;
  readonly trans: TranslationBundle;
}): ReactElement {
  const { question } = state;
  const filters: Record<Filter, string> = {
    all: trans.__('all'),
    live: trans.__('going on'),
    failed: trans.__('not succeeded'),
    succeeded: trans.__('succeeded')
  };
  const sorts: Record<Sort, string> = {
    created: trans.__('newest'),
    duration: trans.__('duration'),
    workflow: trans.__('workflow'),
    engine: trans.__('engine'),
    phase: trans.__('phase')
  };
  const turn = question.descending ? trans.__('Sort upwards') : trans.__('Sort downwards');
  return (
    <div className="couler-tools">
      <input
        type="search"
        value={question.search}
        placeholder={trans.__('Search')}
        aria-label={trans.__('Search runs by id, workflow, notebook or message')}
        onChange={event => {
          model.change({ search: event.target.value });
        }}
      />
      <select
        value={question.filter}
        aria-label={trans.__('Which runs')}
        onChange={event => {
          model.change({ filter: event.target.value as Filter });
        }}
      >
        {(Object.keys(FILTERS) as Filter[]).map(one => (
          <option key={one} value={one}>
            {filters[one]}
          </option>
        ))}
      </select>
      <select
        value={question.sort}
        aria-label={trans.__('Sort runs by')}
        onChange={event => {
          model.change({ sort: event.target.value as Sort });
        }}
      >
        {(Object.keys(sorts) as Sort[]).map(one => (
          <option key={one} value={one}>
            {sorts[one]}
          </option>
        ))}
      </select>
      <button
        type="button"
        className="couler-button"
        title={turn}
        aria-label={turn}
        onClick={() => {
          model.change({ descending: !question.descending });
        }}
      >
        {question.descending ? '↓' : '↑'}
      </button>
    </div>
  );
}

interface RowProps {
  readonly run: RunEntry;
  readonly seconds: number | null;
  readonly asked: string;
  readonly commands: CommandRegistry;
  readonly trans: TranslationBundle;
}

const Row = memo(function Row({ run, seconds, asked, commands, trans }: RowProps): ReactElement {
  const args = { run: run.run_id };
  const done = (run.steps['succeeded'] ?? 0) + (run.steps['cached'] ?? 0);
  const steps = Object.values(run.steps).reduce((sum, one) => sum + one, 0);
  const notebook = run.notebook.split('/').pop() ?? '';
  const facts = [
    trans.__('%1 of %2 steps', done, steps),
    seconds === null ? '' : duration(seconds),
    run.engine,
    notebook,
    new Date(run.created * 1000).toLocaleString()
  ];
  const act = (id: string, label: string): ReactElement => (
    <Do
      commands={commands}
      id={id}
      args={args}
      label={label}
      about={run.run_id}
      disabled={asked !== ''}
    />
  );
  return (
    <li data-run={run.run_id}>
      <button
        type="button"
        data-row
        className="couler-name"
        dir="auto"
        title={run.run_id}
        onClick={() => void commands.execute(Ids.openRun, args)}
      >
        {run.workflow}
      </button>
      <PhaseMark phase={run.phase} />
      <span className="couler-facts" title={run.notebook}>
        {facts.filter(Boolean).join(' · ')}
      </span>
      {run.message ? (
        <span className="couler-facts" dir="auto">
          {run.message}
        </span>
      ) : null}
      <span className="couler-buttons">
        {run.requests.includes('cancel') ? act(Ids.cancel, trans.__('Cancel')) : null}
        {run.requests.includes('retry') ? act(Ids.retry, trans.__('Retry')) : null}
        {run.requests.includes('rerun') ? act(Ids.rerun, trans.__('Run again')) : null}
        {run.requests.includes('delete') ? act(Ids.remove, trans.__('Delete')) : null}
        {asked ? <span role="status">{trans.__('asked: %1', asked)}</span> : null}
      </span>
    </li>
  );
});

/** How many there are, or why that is not known, or since when. */
function told(state: RunsState, trans: TranslationBundle): string {
  if (state.problem) {
    const since = state.heard ? new Date(state.heard * 1000).toLocaleTimeString() : '';
    return since
      ? trans.__('No answer from the server (%1); as of %2', state.problem, since)
      : trans.__('No answer from the server: %1', state.problem);
  }
  if (!state.heard) return trans.__('Asking the server');
  const all = state.total ?? state.runs.length;
  if (!all)
    return state.question.search || state.question.filter !== 'all'
      ? trans.__('No such run')
      : trans.__('No run yet');
  return trans.__('%1 of %2 runs', state.runs.length, all);
}

/** Draw again each second, so that durations grow. */
function useTicks(on: boolean): void {
  const [, tick] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (!on) return undefined;
    const clock = setInterval(tick, 1000);
    return () => {
      clearInterval(clock);
    };
  }, [on]);
}
