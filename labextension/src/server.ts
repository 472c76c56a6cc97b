import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { UUID } from '@lumino/coreutils';

import { isError } from './answers';
import type { Guard } from './guard';

const ROOT = 'couler/api';

/** What the server said instead of an answer. */
export class ServerFault extends Error {
  constructor(
    message: string,
    readonly status: number
  ) {
    super(message);
  }
}

/** The part of the Jupyter server that knows the run store. */
export class Server {
  constructor(private readonly settings: ServerConnection.ISettings) {}

  /** Ask for what never changes without being asked for again. */
  async get<T>(path: string, guard: Guard<T>): Promise<T> {
    return checked(await this.send(path, { method: 'GET' }), guard);
  }

  /** Ask for what is often asked for; null where it is as it was when it had that tag. */
  async news<T>(
    path: string,
    guard: Guard<T>,
    tag: string
  ): Promise<{ value: T | null; tag: string }> {
    const headers = tag ? { 'If-None-Match': tag } : {};
    const response = await this.send(path, { method: 'GET', headers });
    if (response.status === 304) return { value: null, tag };
    return { value: await checked(response, guard), tag: response.headers.get('ETag') ?? '' };
  }

  /** Ask for something to be done, once. */
  async post<T>(path: string, guard: Guard<T>, body?: object): Promise<T> {
    return checked(await this.send(path, acting('POST', body)), guard);
  }

  async remove<T>(path: string, guard: Guard<T>): Promise<T> {
    return checked(await this.send(path, acting('DELETE')), guard);
  }

  private send(path: string, init: RequestInit): Promise<Response> {
    const url = URLExt.join(this.settings.baseUrl, ROOT) + (path ? `/${path}` : '');
    return ServerConnection.makeRequest(url, init, this.settings);
  }
}

function acting(method: string, body?: object): RequestInit {
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': UUID.uuid4() };
  return { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
}

async function checked<T>(response: Response, guard: Guard<T>): Promise<T> {
  const said: unknown = await response.json().catch(() => null);
  if (response.ok && guard(said)) return said;
  if (response.ok) throw new ServerFault('the server speaks another version', response.status);
  if (isError(said)) throw new ServerFault(said.message, response.status);
  throw new ServerFault(`${response.status} ${response.statusText}`.trim(), response.status);
}
