import type { INotebookTracker } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { KernelLink } from '../src/kernel_link';
import type { WorkflowsView } from '../src/protocol';
import { golden } from './goldens';

const VIEW = golden('panel_workflows') as WorkflowsView;

interface Said {
  readonly id: string;
  readonly type: string;
  readonly session: string;
}

/** The page's end of a comm, and what the kernel does at its own. */
class Comm {
  isDisposed = false;
  opened = false;
  readonly said: Said[] = [];
  commsOverSubshells = 'perCommTarget';
  onMsg: (message: { content: { data: unknown } }) => void = () => undefined;
  onClose: () => void = () => undefined;

  open(): void {
    this.opened = true;
  }

  send(data: Said): void {
    this.said.push(data);
  }

  close(): void {
    this.isDisposed = true;
  }

  dispose(): void {
    this.isDisposed = true;
  }

  tells(data: unknown): void {
    this.onMsg({ content: { data } });
  }
}

class Kernel {
  status = 'idle';
  connectionStatus = 'connected';
  readonly comms: Comm[] = [];

  constructor(
    readonly id: string,
    readonly handleComms = true,
    language = 'python'
  ) {
    this.info = Promise.resolve({ language_info: { name: language } });
  }

  readonly info: Promise<unknown>;

  createComm(): Comm {
    const comm = new Comm();
    this.comms.push(comm);
    return comm;
  }

  get last(): Comm {
    const comm = this.comms.at(-1);
    if (!comm) throw new Error('no comm was opened');
    return comm;
  }
}

class Notebook {
  readonly sessionContext;

  constructor(readonly kernel: Kernel | null) {
    const context = { session: { kernel } };
    this.sessionContext = Object.assign(context, {
      kernelChanged: new Signal<object, unknown>(context),
      statusChanged: new Signal<object, string>(context),
      connectionStatusChanged: new Signal<object, string>(context),
      iopubMessage: new Signal<object, unknown>(context)
    });
  }

  becomes(status: string): void {
    if (this.kernel) this.kernel.status = status;
    this.sessionContext.statusChanged.emit(status);
  }

  runs(code: string): void {
    const message = { header: { msg_type: 'execute_input' }, content: { code } };
    this.sessionContext.iopubMessage.emit(message);
  }
}

class Tracker {
  currentWidget: Notebook | null = null;
  readonly currentChanged = new Signal<this, Notebook | null>(this);

  constructor(private readonly all: Notebook[]) {}

  find(test: (one: Notebook) => boolean): Notebook | undefined {
    return this.all.find(test);
  }

  async look(at: Notebook | null): Promise<void> {
    this.currentWidget = at;
    this.currentChanged.emit(at);
    await at?.kernel?.info;
  }
}

function linkOver(...notebooks: Notebook[]): { tracker: Tracker; link: KernelLink } {
  const tracker = new Tracker(notebooks);
  return { tracker, link: new KernelLink(tracker as unknown as INotebookTracker) };
}

async function live(): Promise<{
  notebook: Notebook;
  kernel: Kernel;
  link: KernelLink;
  tracker: Tracker;
}> {
  const kernel = new Kernel('k');
  const notebook = new Notebook(kernel);
  const { tracker, link } = linkOver(notebook);
  await tracker.look(notebook);
  kernel.last.tells(VIEW);
  return { notebook, kernel, link, tracker };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const reply = (of: Said | undefined, more: object): object => ({
  type: 'reply',
  version: 1,
  session: VIEW.session,
  id: of?.id,
  ok: true,
  error: '',
  ...more
});

test('a request is answered by the reply with its id', async () => {
  const { kernel, link } = await live();
  const asked = link.request('run', 'pick');
  const [said] = kernel.last.said;
  expect(said).toMatchObject({ type: 'run', workflow: 'pick', version: 1, session: VIEW.session });
  kernel.last.tells(reply({ id: 'another', type: '', session: '' }, { made: 'wrong' }));
  kernel.last.tells(reply(said, { made: 'r1' }));
  expect((await asked).made).toBe('r1');
});

test('what cannot be read is not taken for an answer', async () => {
  const { kernel, link } = await live();
  kernel.last.tells({ type: 'workflows', workflows: 'all' });
  kernel.last.tells(null);
  expect(link.state.get().workflows).toHaveLength(2);
});

test('a busy kernel is waited for; the answer comes when it comes', async () => {
  const { notebook, kernel, link } = await live();
  notebook.becomes('busy');
  const asked = link.request('run', 'pick');
  vi.advanceTimersByTime(7000);
  expect(link.state.get()).toMatchObject({ standing: 'live', waiting: true });
  const [said] = kernel.last.said;
  kernel.last.tells({ type: 'heard', version: 1, session: VIEW.session, id: said?.id });
  expect(link.state.get().waiting).toBe(false);
  kernel.last.tells(reply(said, { made: 'r1' }));
  expect((await asked).made).toBe('r1');
  expect(kernel.comms).toHaveLength(1);
});

test('its messages are taken by the main thread: a subshell would lose those that it still has', async () => {
  const { kernel } = await live();
  expect(kernel.last.commsOverSubshells).toBe('disabled');
});

test('an idle kernel that does not answer has lost the comm: another is opened', async () => {
  const { kernel, link } = await live();
  const asked = link.request('run', 'pick').catch((error: unknown) => String(error));
  vi.advanceTimersByTime(2000);
  expect(await asked).toContain('not there any more');
  expect(kernel.comms).toHaveLength(2);
  kernel.last.tells({ ...VIEW, session: 'new', workflows: [] });
  expect(link.state.get()).toMatchObject({ standing: 'live', session: 'new', workflows: [] });
});

test('a restart drops the comm and opens another when the kernel is there', async () => {
  const { notebook, kernel, link } = await live();
  const first = kernel.last;
  notebook.becomes('restarting');
  expect(first.isDisposed).toBe(true);
  expect(link.state.get().standing).toBe('restarting');
  notebook.becomes('idle');
  expect(kernel.comms).toHaveLength(2);
  kernel.last.onClose();
  expect(link.state.get().standing).toBe('missing');
  notebook.runs('%load_ext couler_jupyter');
  notebook.becomes('idle');
  expect(kernel.comms).toHaveLength(3);
});

describe('several notebooks', () => {
  test('the one that is looked at counts; the other is not heard any more', async () => {
    const [one, other] = [new Notebook(new Kernel('a')), new Notebook(new Kernel('b'))];
    const { tracker, link } = linkOver(one, other);
    await tracker.look(one);
    one.kernel?.last.tells(VIEW);
    await tracker.look(other);
    expect(one.kernel?.last.isDisposed).toBe(true);
    one.becomes('dead');
    expect(link.state.get().standing).toBe('opening');
  });

  test('on one kernel the comm goes over the connection that has comms', async () => {
    const [one, other] = [new Notebook(new Kernel('k')), new Notebook(new Kernel('k', false))];
    const { tracker, link } = linkOver(one, other);
    await tracker.look(other);
    expect(other.kernel?.comms).toHaveLength(0);
    one.kernel?.last.tells(VIEW);
    expect(link.state.get().standing).toBe('live');
  });

  test('a kernel that is met too late is not called', async () => {
    const notebook = new Notebook(new Kernel('a'));
    const { tracker, link } = linkOver(notebook);
    const looking = tracker.look(notebook);
    await tracker.look(null);
    await looking;
    expect(notebook.kernel?.comms).toHaveLength(0);
    expect(link.state.get().standing).toBe('none');
  });
});

test('a kernel of another language is not called', async () => {
  const notebook = new Notebook(new Kernel('r', true, 'R'));
  const { tracker, link } = linkOver(notebook);
  await tracker.look(notebook);
  expect(link.state.get().standing).toBe('foreign');
  expect(notebook.kernel?.comms).toHaveLength(0);
});
