import { expect, test, vi } from 'vitest';

import { Store } from '../src/store';

test('those who listen are told of another value, once', () => {
  const store = new Store(1);
  const listener = vi.fn();
  const stop = store.subscribe(listener);
  store.set(1);
  expect(listener).not.toHaveBeenCalled();
  store.set(2);
  expect(listener).toHaveBeenCalledTimes(1);
  expect(store.get()).toBe(2);
  stop();
  store.set(3);
  expect(listener).toHaveBeenCalledTimes(1);
});

test('a listener that leaves while it is told does not take another with it', () => {
  const store = new Store('a');
  const last = vi.fn();
  const stop = store.subscribe(() => {
    stop();
  });
  store.subscribe(last);
  store.set('b');
  expect(last).toHaveBeenCalledTimes(1);
});
