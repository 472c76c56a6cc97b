import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { ReactElement } from 'react';

import { Ids } from './ids';
import type { KernelLink } from './kernel_link';
import type { KernelState } from './kernel_state';
import { Do, walk } from './parts';
import type { WorkflowEntry } from './protocol';
import { useStore } from './store';

interface Props {
  readonly link: KernelLink;
  readonly commands: CommandRegistry;
  readonly trans: TranslationBundle;
}

/** The workflows of the notebook that is looked at. */
export function Workflows({ link, commands, trans }: Props): ReactElement {
  const state = useStore(link.state);
  const latestFirst = [...state.workflows].reverse();
  const told = hint(state, trans);
  return (
    <>
      {told ? (
        <p className="couler-hint" role="status">
          {told}
        </p>
      ) : null}
      <Remedy state={state} link={link} commands={commands} trans={trans} />
      <ul className="couler-list" onKeyDown={walk} aria-label={trans.__('Workflows')}>
        {latestFirst.map(one => (
          <Row key={one.name} one={one} commands={commands} trans={trans} />
        ))}
      </ul>
    </>
  );
}

function Remedy({
  state,
  link,
  commands,
  trans
}: Props & { readonly state: KernelState }): ReactElement | null {
  if (state.standing === 'missing') {
    const label = trans.__('Load it');
    return <Do commands={commands} id={Ids.load} args={{}} label={label} about="couler_jupyter" />;
  }
  if (state.standing !== 'lost') return null;
  return (
    <button
      type="button"
      className="couler-button"
      onClick={() => {
        link.callAgain();
      }}
    >
      {trans.__('Try again')}
    </button>
  );
}

function Row(props: {
  readonly one: WorkflowEntry;
  readonly commands: CommandRegistry;
  readonly trans: TranslationBundle;
}): ReactElement {
  const { one, commands, trans } = props;
  const args = { name: one.name };
  const needs = one.needs.join(', ');
  const facts = [
    trans._n('%1 step', '%1 steps', one.steps),
    one.place.text,
    needs && trans.__('needs %1', needs)
  ];
  const act = (id: string, label: string): ReactElement => (
    <Do commands={commands} id={id} args={args} label={label} about={one.name} />
  );
  return (
    <li>
      <button
        type="button"
        data-row
        className="couler-name"
        dir="auto"
        title={commands.caption(Ids.reveal, args)}
        onClick={() => void commands.execute(Ids.reveal, args)}
      >
        {one.name}
      </button>
      <span className="couler-facts">{facts.filter(Boolean).join(' · ')}</span>
      <span className="couler-buttons">
        {act(Ids.run, trans.__('Run'))}
        {act(Ids.plan, trans.__('Plan'))}
        {act(Ids.submit, trans.__('Submit'))}
        {act(Ids.show, trans.__('Show'))}
      </span>
    </li>
  );
}

/** What to say, beside the list or in place of it. */
export function hint(state: KernelState, trans: TranslationBundle): string {
  if (state.waiting) return trans.__('The kernel is busy; it hears this when its cell has ended.');
  switch (state.standing) {
    case 'none':
      return trans.__('Open a notebook to see what workflows it defines.');
    case 'foreign':
      return trans.__('Workflows are written in Python; the kernel of this notebook is not.');
    case 'opening':
      return trans.__('Asking the kernel');
    case 'missing':
      return trans.__('The extension is not loaded in this notebook: run %load_ext couler_jupyter');
    case 'restarting':
      return trans.__('The kernel is starting.');
    case 'lost':
      return trans.__('The kernel does not answer; what is below may be old.');
    case 'dead':
      return trans.__('The kernel has ended.');
    case 'mismatch':
      return trans.__(
        'The kernel has another version of couler-jupyter than this panel; install the same.'
      );
    case 'live':
      return state.workflows.length
        ? ''
        : trans.__('No workflow yet: write one in a %%couler cell.');
  }
}
