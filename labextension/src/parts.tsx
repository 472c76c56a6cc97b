import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { KeyboardEvent, ReactElement, ReactNode } from 'react';

import { LOOKS, UNKNOWN } from './looks';

/** A part of the panel that opens and closes. */
export function Section(props: {
  readonly title: string;
  readonly note?: string;
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
  readonly children: ReactNode;
}): ReactElement {
  const { title, note, open, onOpen, children } = props;
  return (
    <details
      className="couler-section"
      open={open}
      onToggle={event => {
        if (event.currentTarget.open !== open) onOpen(event.currentTarget.open);
      }}
    >
      <summary>
        <h2>{title}</h2>
        {note ? <span className="couler-count">{note}</span> : null}
      </summary>
      {open ? <div className="couler-body">{children}</div> : null}
    </details>
  );
}

/** Where a run stands: a sign and a word, and a colour beside them. */
export function PhaseMark({ phase }: { readonly phase: string }): ReactElement {
  const look = LOOKS[phase] ?? UNKNOWN;
  return (
    <span className="couler-phase-mark">
      <span className="couler-glyph" style={{ background: look.color }} aria-hidden="true">
        {look.glyph}
      </span>
      {phase}
    </span>
  );
}

/** A button that carries out a command. */
export function Do(props: {
  readonly commands: CommandRegistry;
  readonly id: string;
  readonly args: ReadonlyPartialJSONObject;
  readonly label: string;
  readonly about: string;
  readonly disabled?: boolean;
}): ReactElement {
  const { commands, id, args, label, about, disabled = false } = props;
  return (
    <button
      type="button"
      className="couler-button"
      disabled={disabled}
      title={commands.caption(id, args)}
      aria-label={`${label} ${about}`}
      onClick={() => void commands.execute(id, args)}
    >
      {label}
    </button>
  );
}

/** Arrow keys lead from row to row of a list; each row has one element that is marked `data-row`. */
export function walk(event: KeyboardEvent<HTMLElement>): void {
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')];
  const here = rows.findIndex(one => one === document.activeElement);
  const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (here < 0 || to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  rows[to]?.focus();
  event.preventDefault();
  event.stopPropagation();
}
