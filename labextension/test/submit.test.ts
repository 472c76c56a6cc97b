import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { hasWords } from '../../couler_jupyter/widgets/sorted_table.js';
import { Draft, type Sent } from '../../couler_jupyter/widgets/submit_draft.js';
import { isPage } from '../../couler_jupyter/widgets/submit_view.js';
import { golden } from './goldens';

let sent: Sent[];
const model = { send: (message: Sent) => sent.push(message) };

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
});
afterEach(() => {
  vi.useRealTimers();
});

function shown(draft: Draft) {
  const view = {
    note: { textContent: '' as string | null },
    form: { fill: vi.fn() },
    change: vi.fn(),
    frame: vi.fn()
  };
  draft.views.add(view);
  return view;
}

function begun(): Draft {
  const draft = new Draft();
  draft.take({ form: { part: '' } });
  return draft;
}

function type(draft: Draft, part: string, by: unknown = null): void {
  draft.form = { ...draft.form, part };
  draft.edited(model, by);
}

function answer(draft: Draft, error = ''): void {
  const last = sent.at(-1);
  draft.kernel.reply({ id: last?.id ?? '', ok: error === '', error });
}

test('the kernel is asked once, when the person pauses', () => {
  const draft = begun();
  for (const part of ['1', '12', '123']) {
    type(draft, part);
    vi.advanceTimersByTime(200);
  }
  expect(sent).toEqual([]);
  expect(draft.ahead).toBe(true);
  vi.advanceTimersByTime(50);
  expect(sent.map(one => one.form)).toEqual([{ part: '123' }]);
});

test('what the kernel has is not taken while the person is ahead of it', () => {
  const draft = begun();
  type(draft, '1');
  draft.take({ form: { part: 'old' } });
  expect(draft.form).toEqual({ part: '1' });
  vi.advanceTimersByTime(300);
  draft.take({ form: { part: 'old' } });
  expect(draft.form).toEqual({ part: '1' });
  answer(draft);
  draft.take({ form: { part: 'new' } });
  expect(draft.form).toEqual({ part: 'new' });
});

test('a busy kernel is sent no more than the newest', () => {
  const draft = begun();
  for (const part of ['1', '2', '3', '4']) {
    type(draft, part);
    vi.advanceTimersByTime(1000);
  }
  expect(sent.map(one => one.form)).toEqual([{ part: '1' }]);
  answer(draft);
  expect(sent.map(one => one.form)).toEqual([{ part: '1' }, { part: '4' }]);
  expect(draft.ahead).toBe(true);
  answer(draft);
  expect(draft.ahead).toBe(false);
});

test('silence is said, first as a busy kernel, then as one that is gone', () => {
  const draft = begun();
  const view = shown(draft);
  type(draft, '1');
  vi.advanceTimersByTime(3000);
  expect(view.note.textContent).toContain('the kernel is busy');
  vi.advanceTimersByTime(20000);
  expect(view.note.textContent).toContain('no answer from the kernel');
  answer(draft, 'it was submitted already');
  expect(view.note.textContent).toBe('it was submitted already');
});

test('what is asked once is not asked again before the answer', () => {
  const draft = begun();
  const views = [shown(draft), shown(draft)];
  for (let click = 0; click < 5; click += 1) {
    draft.once(model, { type: 'submit', submission: 't1' });
  }
  expect(sent.map(one => [one.type, one.submission])).toEqual([['submit', 't1']]);
  expect(draft.busy.has('submit')).toBe(true);
  answer(draft);
  expect(draft.busy.size).toBe(0);
  for (const view of views) expect(view.change).toHaveBeenCalledOnce();
});

test('what is typed in one view is put into the others', () => {
  const draft = begun();
  const [here, there] = [shown(draft), shown(draft)];
  type(draft, '7', here.form);
  expect(here.form.fill).not.toHaveBeenCalled();
  expect(there.form.fill).toHaveBeenCalledOnce();
});

test('only pages of the web are linked', () => {
  expect(['https://a.example/x', 'HTTP://b.example'].map(isPage)).toEqual([true, true]);
  const others = ['javascript:alert(1)', 'data:text/html,x', '//c.example', 'https://', '', null];
  expect(others.filter(isPage)).toEqual([]);
});

test('words are found in any order and case', () => {
  expect(hasWords('FIT train', ['train/fit', 'will run'])).toBe(true);
  expect(hasWords('fit gone', ['train/fit', 'will run'])).toBe(false);
  expect(hasWords(undefined, ['x'])).toBe(true);
});

test('a form as Python makes it is taken, and sent back whole with what was typed', () => {
  const draft = new Draft();
  const view = golden('submit_ready') as { form: Record<string, unknown> };
  draft.take(view);
  type(draft, '20');
  vi.advanceTimersByTime(250);
  expect(sent).toHaveLength(1);
  expect(sent[0]?.form).toEqual({ ...view.form, part: '20' });
});
