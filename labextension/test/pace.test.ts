import { expect, test } from 'vitest';

import { CALM, frequency, interval, QUICK } from '../src/pace';

test('nobody is asked while nobody looks', () => {
  expect(interval({ visible: false, lively: true })).toBe(null);
  expect(interval({ visible: false, lively: false })).toBe(null);
});

test('quickly while something runs, every five seconds else', () => {
  expect(interval({ visible: true, lively: true })).toBe(QUICK);
  expect(interval({ visible: true, lively: false })).toBe(5000);
});

test('a server that does not answer is asked less and less often', () => {
  const { backoff, max } = frequency({ visible: true, lively: true });
  expect(backoff).toBeGreaterThan(1);
  expect(max).toBeGreaterThan(CALM);
});
