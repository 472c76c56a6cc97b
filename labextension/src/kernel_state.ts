/** What is known of one kernel, as a state machine without kernel, clock or page. */

import { VERSION, type WorkflowEntry, type WorkflowsView } from './protocol';

/**
 * How the panel stands to the kernel of the notebook that is looked at.
 *
 * `none`: there is no notebook with a kernel; `foreign`: it does not speak Python; `opening`: it was called;
 * `missing`: the extension is not loaded; `live`: it tells of its workflows; `restarting`: it comes back by
 * itself; `lost`: it does not answer; `dead`: it ended; `mismatch`: it speaks another version.
 */
export type Standing =
  'none' | 'foreign' | 'opening' | 'missing' | 'live' | 'restarting' | 'lost' | 'dead' | 'mismatch';

export interface KernelState {
  readonly standing: Standing;
  readonly session: string;
  readonly workflows: readonly WorkflowEntry[];
  /** Something was asked that the kernel, busy with a cell, has not heard yet. */
  readonly waiting: boolean;
  /** A cell named the extension: it may be there when the cell has ended. */
  readonly hopeful: boolean;
}

export type KernelEvent =
  | { readonly type: 'looked-away' }
  | { readonly type: 'looked-at'; readonly language: string }
  | { readonly type: 'told'; readonly view: WorkflowsView }
  | { readonly type: 'heard' }
  | { readonly type: 'late'; readonly busy: boolean }
  | { readonly type: 'closed' }
  | { readonly type: 'status'; readonly status: string }
  | { readonly type: 'connection'; readonly status: string }
  | { readonly type: 'mentioned' }
  | { readonly type: 'called-again' };

/** What to do with the comm: nothing, let it go, or let it go and open another. */
export type Deed = 'none' | 'drop' | 'open';

export const NOBODY: KernelState = {
  standing: 'none',
  session: '',
  workflows: [],
  waiting: false,
  hopeful: false
};

const CALLED: KernelState = { ...NOBODY, standing: 'opening' };

/** What comes of an event: the state from now on, and what to do. */
export function step(state: KernelState, event: KernelEvent): [KernelState, Deed] {
  switch (event.type) {
    case 'looked-away':
      return [NOBODY, 'drop'];
    case 'looked-at':
      if (event.language.toLowerCase() !== 'python')
        return [{ ...NOBODY, standing: 'foreign' }, 'drop'];
      return [CALLED, 'open'];
    case 'told':
      return [told(event.view), 'none'];
    case 'heard':
      return [state.waiting ? { ...state, waiting: false } : state, 'none'];
    case 'late':
      return late(state, event.busy);
    case 'closed':
      return isHere(state)
        ? [{ ...state, ...EMPTY, standing: 'missing' }, 'none']
        : [state, 'none'];
    case 'status':
      return status(state, event.status);
    case 'connection':
      return connection(state, event.status);
    case 'mentioned':
      return [{ ...state, hopeful: true }, 'none'];
    case 'called-again':
      return isNobody(state) ? [state, 'none'] : [CALLED, 'open'];
  }
}

const EMPTY = { workflows: [], session: '', waiting: false } as const;

function told(view: WorkflowsView): KernelState {
  if (view.version !== VERSION) return { ...NOBODY, standing: 'mismatch' };
  const { session, workflows } = view;
  return { standing: 'live', session, workflows, waiting: false, hopeful: false };
}

/** A busy kernel hears later; one that has nothing to do and does not answer has forgotten us. */
function late(state: KernelState, busy: boolean): [KernelState, Deed] {
  if (busy && isHere(state)) return [{ ...state, waiting: true }, 'none'];
  if (state.standing === 'live') return [CALLED, 'open'];
  if (state.standing === 'opening') return [{ ...state, ...EMPTY, standing: 'lost' }, 'drop'];
  return [state, 'none'];
}

function status(state: KernelState, now: string): [KernelState, Deed] {
  if (isNobody(state)) return [state, 'none'];
  switch (now) {
    case 'restarting':
    case 'autorestarting':
    case 'starting':
      return [{ ...NOBODY, standing: 'restarting' }, 'drop'];
    case 'dead':
      return [{ ...NOBODY, standing: 'dead' }, 'drop'];
    case 'idle':
      if (state.standing === 'restarting' || state.standing === 'dead') return [CALLED, 'open'];
      // it has done something, so it may have been slow only
      if (state.standing === 'lost') return [{ ...state, standing: 'opening' }, 'open'];
      if (state.hopeful)
        return state.standing === 'missing'
          ? [CALLED, 'open']
          : [{ ...state, hopeful: false }, 'none'];
      return [state, 'none'];
    default:
      return [state, 'none'];
  }
}

/** What was known stays to be seen while the way to the kernel is cut, and is said to be old. */
function connection(state: KernelState, now: string): [KernelState, Deed] {
  if (isNobody(state) || state.standing === 'restarting') return [state, 'none'];
  if (now === 'connected')
    return state.standing === 'lost'
      ? [{ ...state, standing: 'opening' }, 'open']
      : [state, 'none'];
  return [{ ...state, standing: 'lost', waiting: false }, 'drop'];
}

function isHere(state: KernelState): boolean {
  return state.standing === 'opening' || state.standing === 'live';
}

function isNobody(state: KernelState): boolean {
  return state.standing === 'none' || state.standing === 'foreign';
}
