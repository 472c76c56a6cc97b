import { describe, expect, test } from 'vitest';

import { type Deed, type KernelEvent, type KernelState, NOBODY, step } from '../src/kernel_state';
import type { WorkflowsView } from '../src/protocol';
import { golden } from './goldens';

const VIEW = golden('panel_workflows') as WorkflowsView;
const TOLD: KernelEvent = { type: 'told', view: VIEW };
const LOOKED: KernelEvent = { type: 'looked-at', language: 'python' };
const status = (name: string): KernelEvent => ({ type: 'status', status: name });
const connection = (name: string): KernelEvent => ({ type: 'connection', status: name });
const late = (busy: boolean): KernelEvent => ({ type: 'late', busy });

/** The state after these events, and what was to be done on the way. */
function after(...events: KernelEvent[]): { state: KernelState; deeds: Deed[] } {
  let state = NOBODY;
  const deeds: Deed[] = [];
  for (const event of events) {
    const [next, deed] = step(state, event);
    state = next;
    if (deed !== 'none') deeds.push(deed);
  }
  return { state, deeds };
}

const standing = (...events: KernelEvent[]): string => after(...events).state.standing;

test('a notebook that is looked at is called, and tells what it has', () => {
  const { state, deeds } = after(LOOKED, TOLD);
  expect(state.standing).toBe('live');
  expect(state.workflows.map(one => one.name)).toEqual(['pick-best', 'later']);
  expect(state.session).toBe(VIEW.session);
  expect(deeds).toEqual(['open']);
});

test('a kernel of another language is left alone', () => {
  expect(after({ type: 'looked-at', language: 'R' })).toMatchObject({
    state: { standing: 'foreign' },
    deeds: ['drop']
  });
});

test('looking away forgets, looking at another begins anew', () => {
  expect(after(LOOKED, TOLD, { type: 'looked-away' }).state).toEqual(NOBODY);
  const { state, deeds } = after(LOOKED, TOLD, LOOKED);
  expect(state).toMatchObject({ standing: 'opening', workflows: [] });
  expect(deeds).toEqual(['open', 'open']);
});

describe('the extension is not loaded', () => {
  const MISSING = [LOOKED, { type: 'closed' }] as const;

  test('the kernel closes the comm, which is no reason to try again at every cell', () => {
    expect(standing(...MISSING)).toBe('missing');
    const { deeds } = after(...MISSING, status('busy'), status('idle'), status('idle'));
    expect(deeds).toEqual(['open']);
  });

  test('a cell that names it is: once, when it has ended', () => {
    const { state, deeds } = after(
      ...MISSING,
      status('busy'),
      { type: 'mentioned' },
      status('idle'),
      { type: 'closed' },
      status('idle')
    );
    expect(state.standing).toBe('missing');
    expect(deeds).toEqual(['open', 'open']);
  });

  test('it is taken out while the panel looks, and put in again', () => {
    const { state, deeds } = after(
      LOOKED,
      TOLD,
      { type: 'mentioned' },
      { type: 'closed' },
      status('idle'),
      TOLD
    );
    expect(state.standing).toBe('live');
    expect(deeds).toEqual(['open', 'open']);
  });
});

describe('a restart', () => {
  test.each(['restarting', 'autorestarting', 'starting'])('%s: all is forgotten', how => {
    const { state, deeds } = after(LOOKED, TOLD, status(how));
    expect(state).toMatchObject({ standing: 'restarting', workflows: [], session: '' });
    expect(deeds).toEqual(['open', 'drop']);
  });

  test('the comm that the restart closed does not mean that the extension is missing', () => {
    expect(standing(LOOKED, TOLD, status('restarting'), { type: 'closed' })).toBe('restarting');
  });

  test('the new kernel is called when it is there', () => {
    const { state, deeds } = after(LOOKED, TOLD, status('restarting'), status('idle'));
    expect(state.standing).toBe('opening');
    expect(deeds).toEqual(['open', 'drop', 'open']);
  });

  test('a kernel that died and is started again is called', () => {
    expect(standing(LOOKED, TOLD, status('dead'))).toBe('dead');
    expect(standing(LOOKED, TOLD, status('dead'), status('idle'))).toBe('opening');
  });
});

describe('no answer', () => {
  test('a busy kernel hears when its cell has ended', () => {
    const { state, deeds } = after(LOOKED, TOLD, late(true));
    expect(state).toMatchObject({ standing: 'live', waiting: true });
    expect(deeds).toEqual(['open']);
    expect(after(LOOKED, TOLD, late(true), { type: 'heard' }).state.waiting).toBe(false);
  });

  test('a busy kernel that was only called is waited for, too', () => {
    expect(after(LOOKED, late(true)).state).toMatchObject({ standing: 'opening', waiting: true });
  });

  test('an idle one was restarted behind our back: it is called again', () => {
    const { state, deeds } = after(LOOKED, TOLD, late(false));
    expect(state).toMatchObject({ standing: 'opening', workflows: [] });
    expect(deeds).toEqual(['open', 'open']);
  });

  test('one that does something later may have been slow only, and is called again', () => {
    const { state, deeds } = after(LOOKED, late(false), status('busy'), status('idle'), TOLD);
    expect(state.standing).toBe('live');
    expect(deeds).toEqual(['open', 'drop', 'open']);
  });

  test('an idle one that does not answer the call is lost', () => {
    expect(after(LOOKED, late(false))).toMatchObject({
      state: { standing: 'lost' },
      deeds: ['open', 'drop']
    });
    expect(standing(LOOKED, late(false), { type: 'called-again' }, TOLD)).toBe('live');
  });
});

describe('the connection', () => {
  test('what was known stays while it is cut, and is asked for again', () => {
    const cut = after(LOOKED, TOLD, connection('connecting'));
    expect(cut.state).toMatchObject({ standing: 'lost', workflows: VIEW.workflows });
    const back = after(LOOKED, TOLD, connection('connecting'), connection('connected'));
    expect(back).toMatchObject({ state: { standing: 'opening' }, deeds: ['open', 'drop', 'open'] });
  });

  test('that it is cut during a restart is no news', () => {
    expect(standing(LOOKED, TOLD, status('restarting'), connection('connecting'))).toBe(
      'restarting'
    );
  });
});

test('another version of the protocol is said, not guessed at', () => {
  const newer = { ...VIEW, version: 2 };
  expect(after(LOOKED, { type: 'told', view: newer }).state).toMatchObject({
    standing: 'mismatch',
    workflows: []
  });
});

test.each([
  status('idle'),
  status('dead'),
  connection('connecting'),
  { type: 'called-again' } as const
])('without a kernel nothing comes of %j', event => {
  expect(step(NOBODY, event)).toEqual([NOBODY, 'none']);
});
