import type { TranslationBundle } from '@jupyterlab/translation';
import { type ReactElement, useEffect, useState } from 'react';

import { duration, size } from '../../couler_jupyter/widgets/amount.js';
import { walk } from './parts';
import type { ArtifactView, CacheView } from './protocol';
import type { CacheModel, TargetRow, TargetsModel } from './shelf_model';
import { useStore } from './store';

const MOST = 100;

/** What is kept of earlier runs, and how full that is. */
export function CacheShelf({
  model,
  trans
}: {
  readonly model: CacheModel;
  readonly trans: TranslationBundle;
}): ReactElement {
  const { value, problem, busy } = useStore(model.state);
  useEffect(() => {
    void model.refresh();
  }, [model]);
  return (
    <>
      <Refresh busy={busy} problem={problem} trans={trans} again={() => model.refresh()} />
      {value && !value.place ? (
        <p className="couler-hint">{trans.__('The cache is switched off.')}</p>
      ) : null}
      {value?.place ? <Budget view={value} trans={trans} /> : null}
      <ul className="couler-list" onKeyDown={walk} aria-label={trans.__('Artifacts')}>
        {(value?.artifacts ?? []).slice(0, MOST).map(one => (
          <Artifact
            key={one.id}
            one={one}
            can={value?.requests ?? []}
            model={model}
            trans={trans}
          />
        ))}
      </ul>
      {value && value.artifacts.length + value.hidden > MOST ? (
        <p className="couler-hint">
          {trans.__(
            'the first %1 of %2 artifacts; %couler cache shows more',
            MOST,
            value.artifacts.length + value.hidden
          )}
        </p>
      ) : null}
    </>
  );
}

function Budget({
  view,
  trans
}: {
  readonly view: CacheView;
  readonly trans: TranslationBundle;
}): ReactElement {
  const told = trans.__(
    '%1 of %2 used, policy %3',
    size(view.used),
    size(view.budget),
    view.policy
  );
  const share = view.budget ? Math.min(1, view.used / view.budget) : 0;
  return (
    <div className="couler-budget-of-panel">
      <div
        className="couler-meter"
        role="meter"
        aria-label={trans.__('share of the budget that is used')}
        aria-valuemin={0}
        aria-valuemax={view.budget}
        aria-valuenow={Math.min(view.used, view.budget)}
        aria-valuetext={told}
      >
        <span style={{ width: `${100 * share}%` }} />
      </div>
      <span className="couler-facts">{told}</span>
    </div>
  );
}

function Artifact(props: {
  readonly one: ArtifactView;
  readonly can: readonly string[];
  readonly model: CacheModel;
  readonly trans: TranslationBundle;
}): ReactElement {
  const { one, can, model, trans } = props;
  const [sure, setSure] = useState(false);
  const name = one.step ? `${one.workflow}/${one.step}` : one.id;
  const state = one.pinned
    ? trans.__('pinned')
    : one.kept
      ? trans.__('kept')
      : trans.__('not kept');
  const pin = one.pinned ? 'unpin' : 'pin';
  return (
    <li>
      <span className="couler-name" data-row tabIndex={0} dir="auto" title={one.reason}>
        {name}
      </span>
      <span className="couler-facts">
        {[size(one.size), state, trans.__('%1 to make again', duration(one.rebuild))].join(' · ')}
      </span>
      <span className="couler-buttons">
        {one.kept && can.includes(pin) ? (
          <button
            type="button"
            className="couler-button"
            aria-label={`${pin} ${name}`}
            onClick={() => void model.want(pin, one.id)}
          >
            {one.pinned ? trans.__('Unpin') : trans.__('Pin')}
          </button>
        ) : null}
        {one.kept && !one.pinned && can.includes('drop') ? (
          <button
            type="button"
            className="couler-button"
            aria-label={`drop ${name}`}
            onClick={() => {
              if (sure) void model.want('drop', one.id);
              setSure(!sure);
            }}
          >
            {sure ? trans.__('Really drop it?') : trans.__('Drop')}
          </button>
        ) : null}
      </span>
    </li>
  );
}

/** Where runs can be sent, and whether that answers. */
export function TargetShelf({
  model,
  trans
}: {
  readonly model: TargetsModel;
  readonly trans: TranslationBundle;
}): ReactElement {
  const { value, problem, busy } = useStore(model.state);
  useEffect(() => {
    void model.refresh();
  }, [model]);
  return (
    <>
      <Refresh busy={busy} problem={problem} trans={trans} again={() => model.refresh()} />
      <ul className="couler-list" onKeyDown={walk} aria-label={trans.__('Targets')}>
        {(value ?? []).map(one => (
          <Target key={one.name} one={one} trans={trans} />
        ))}
      </ul>
    </>
  );
}

function Target({
  one,
  trans
}: {
  readonly one: TargetRow;
  readonly trans: TranslationBundle;
}): ReactElement {
  const { health } = one;
  const asking = health === null || health === 'asking';
  const faults = one.secrets.map(secret => secret.fault).filter(Boolean);
  const sign = asking ? '…' : health.ok ? '✓' : '✗';
  const words = asking
    ? trans.__('asking')
    : [health.ok ? trans.__('answers') : trans.__('does not answer'), health.message]
        .filter(Boolean)
        .join(': ');
  return (
    <li>
      <span className="couler-name" data-row tabIndex={0} dir="auto" title={one.origin}>
        {one.name}
      </span>
      <span className="couler-facts">{one.engine}</span>
      <span className={`couler-health ${asking ? '' : health.ok ? 'couler-well' : 'couler-ill'}`}>
        <span aria-hidden="true">{sign}</span> {words}
      </span>
      {faults.map(fault => (
        <span key={fault} className="couler-facts">
          {fault}
        </span>
      ))}
    </li>
  );
}

function Refresh(props: {
  readonly busy: boolean;
  readonly problem: string;
  readonly again: () => Promise<void>;
  readonly trans: TranslationBundle;
}): ReactElement {
  const { busy, problem, again, trans } = props;
  return (
    <div className="couler-tools">
      <button type="button" className="couler-button" disabled={busy} onClick={() => void again()}>
        {trans.__('Refresh')}
      </button>
      <span className="couler-hint" role="status">
        {problem}
      </span>
    </div>
  );
}
