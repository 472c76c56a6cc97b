import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { baseOf, cancelledByServer, seenByServer } from '../../couler_jupyter/widgets/by_server.js';

const CONFIG = JSON.stringify({ baseUrl: '/user/ann/' });
let config: string | undefined = CONFIG;

beforeEach(() => {
  config = CONFIG;
  vi.stubGlobal('window', {
    location: { href: 'https://hub.example/user/ann/lab', origin: 'https://hub.example' }
  });
  vi.stubGlobal('document', {
    cookie: 'a=b; _xsrf=2%7Cabc; c=d',
    getElementById: () => (config === undefined ? null : { textContent: config })
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function server(answer: () => Promise<unknown>) {
  const fetched = vi.fn<(url: string, how: RequestInit) => Promise<unknown>>(answer);
  vi.stubGlobal('fetch', fetched);
  return fetched;
}

test('the server is asked, as Jupyter wants to be asked', async () => {
  const fetched = server(() => Promise.resolve({ ok: true }));
  expect(await cancelledByServer('r 1')).toEqual({ ok: true, error: '' });
  const [url, how] = fetched.mock.calls[0] ?? [];
  expect(url).toBe('https://hub.example/user/ann/couler/api/runs/r%201/cancel');
  expect(how?.method).toBe('POST');
  expect(how?.credentials).toBe('same-origin');
  expect(how?.headers).toMatchObject({ 'X-XSRFToken': '2|abc' });
  expect(how?.headers).toHaveProperty('Idempotency-Key');
});

test('the kernel is asked where the server cannot', async () => {
  server(() => Promise.resolve({ ok: false }));
  expect(await cancelledByServer('r1')).toBe(null);
  server(() => Promise.reject(new TypeError('no network')));
  expect(await cancelledByServer('r1')).toBe(null);
  const fetched = server(() => Promise.resolve({ ok: true }));
  expect(await cancelledByServer('')).toBe(null);
  config = undefined;
  expect(await cancelledByServer('r1')).toBe(null);
  expect(fetched).not.toHaveBeenCalled();
});

test('who may have heard it is not asked twice', async () => {
  server(() => Promise.reject(new DOMException('late', 'TimeoutError')));
  expect(await cancelledByServer('r1')).toMatchObject({ ok: false });
});

test('only the server that gave the page is asked', () => {
  expect(baseOf(CONFIG)).toBe('https://hub.example/user/ann/');
  expect(baseOf('{"baseUrl": "/"}')).toBe('https://hub.example/');
  expect(baseOf('{"baseUrl": "https://evil.example/"}')).toBe(null);
  expect(baseOf('{"baseUrl": "//evil.example/"}')).toBe(null);
  expect(baseOf('no json')).toBe(null);
  expect(baseOf(undefined)).toBe(null);
});

test('a step is looked into without the kernel', async () => {
  const log = { text: 'one', offset: 4 };
  const fetched = server(() => Promise.resolve({ ok: true, json: () => Promise.resolve(log) }));
  const asked = { type: 'log', run_id: 'r 1', step: 'tune[0]/fit', offset: 4 };
  expect(await seenByServer(asked)).toEqual({ ok: true, error: '', answer: log });
  expect(fetched.mock.calls[0]?.[0]).toBe(
    'https://hub.example/user/ann/couler/api/runs/r%201/log?step=tune%5B0%5D%2Ffit&offset=4'
  );
});

test('the kernel is looked to where the server knows nothing of it', async () => {
  const fetched = server(() => Promise.resolve({ ok: false }));
  expect(await seenByServer({ type: 'log', run_id: 'r1' })).toBe(null);
  expect(await seenByServer({ type: 'log' })).toBe(null);
  expect(await seenByServer({ type: 'retry', run_id: 'r1' })).toBe(null);
  expect(fetched).toHaveBeenCalledTimes(1);
  server(() => Promise.reject(new TypeError('no network')));
  expect(await seenByServer({ type: 'step', run_id: 'r1' })).toBe(null);
});
