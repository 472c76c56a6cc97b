import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import { UUID } from '@lumino/coreutils';

import { type KernelEvent, type KernelState, NOBODY, step } from './kernel_state';
import { isHeard, isReply, isWorkflows, type KernelReply, VERSION } from './protocol';
import { Store } from './store';

const TARGET = 'couler_jupyter';
const MODULE = 'couler_jupyter';
const PATIENCE = 2000; // milliseconds

interface KernelChange {
  readonly newValue: Kernel.IKernelConnection | null;
}

interface Waiting {
  readonly done: (reply: KernelReply) => void;
  readonly gone: (why: Error) => void;
  heard: boolean;
}

/** The way to the kernel of the notebook that is looked at; `kernel_state` decides, this does. */
export class KernelLink {
  readonly state = new Store<KernelState>(NOBODY);

  constructor(private readonly notebooks: INotebookTracker) {
    notebooks.currentChanged.connect(() => {
      this.look(notebooks.currentWidget);
    });
    this.look(notebooks.currentWidget);
  }

  /** The notebook that is looked at. */
  get notebook(): NotebookPanel | null {
    return this.current;
  }

  /** Ask the kernel for something; rejected where it is gone before it answers. */
  async request(type: string, workflow = ''): Promise<KernelReply> {
    const { comm } = this;
    if (!comm) throw new Error('there is no kernel that knows workflows');
    const id = UUID.uuid4();
    const { session } = this.state.get();
    const reply = new Promise<KernelReply>((done, gone) => {
      this.waiting.set(id, { done, gone, heard: false });
    });
    this.listen();
    comm.send({ id, type, version: VERSION, session, workflow });
    return reply;
  }

  /** Load the extension in the kernel, as `%load_ext couler_jupyter` in a cell would. */
  async load(): Promise<void> {
    const kernel = this.current?.sessionContext.session?.kernel;
    if (!kernel) return;
    const code = `%load_ext ${MODULE}`;
    const { content } = await kernel.requestExecute({ code, silent: true, stop_on_error: false })
      .done;
    if (content.status === 'error') throw new Error(`${content.ename}: ${content.evalue}`);
    this.callAgain();
  }

  callAgain(): void {
    this.happened({ type: 'called-again' });
  }

  private look(notebook: NotebookPanel | null): void {
    if (notebook === this.current) return;
    const before = this.current?.sessionContext;
    before?.kernelChanged.disconnect(this.onKernel);
    before?.statusChanged.disconnect(this.onStatus);
    before?.connectionStatusChanged.disconnect(this.onConnection);
    before?.iopubMessage.disconnect(this.onMessage);
    this.current = notebook;
    const now = notebook?.sessionContext;
    now?.kernelChanged.connect(this.onKernel);
    now?.statusChanged.connect(this.onStatus);
    now?.connectionStatusChanged.connect(this.onConnection);
    now?.iopubMessage.connect(this.onMessage);
    void this.meet(now?.session?.kernel ?? null);
  }

  /** Another kernel is looked at, or none. */
  private async meet(kernel: Kernel.IKernelConnection | null): Promise<void> {
    this.kernel = kernel;
    this.happened({ type: 'looked-away' });
    if (!kernel) return;
    const { language_info } = await kernel.info;
    if (kernel === this.kernel) this.happened({ type: 'looked-at', language: language_info.name });
  }

  private happened(event: KernelEvent): void {
    const [state, deed] = step(this.state.get(), event);
    this.state.set(state);
    if (deed !== 'none') this.drop();
    if (deed === 'open') this.open();
  }

  private open(): void {
    const kernel = this.withComms();
    if (kernel) {
      const comm = onMainShell(kernel.createComm(TARGET));
      comm.onMsg = message => {
        this.told(message.content.data);
      };
      comm.onClose = () => {
        this.comm = null;
        this.forget();
        this.happened({ type: 'closed' });
      };
      this.comm = comm;
      comm.open({ version: VERSION });
    }
    this.called = true;
    this.listen();
  }

  /** Only one of the connections to a kernel has comms; another notebook's may be the one. */
  private withComms(): Kernel.IKernelConnection | null {
    const { kernel } = this;
    if (!kernel || kernel.handleComms) return kernel;
    const connectionOf = (one: NotebookPanel): Kernel.IKernelConnection | null | undefined =>
      one.sessionContext.session?.kernel;
    const other = this.notebooks.find(one => {
      const found = connectionOf(one);
      return found?.id === kernel.id && found.handleComms;
    });
    return (other && connectionOf(other)) ?? null;
  }

  private drop(): void {
    const { comm } = this;
    this.comm = null;
    this.forget();
    if (!comm || comm.isDisposed) return;
    comm.onClose = () => undefined;
    if (this.kernel?.connectionStatus === 'connected') comm.close();
    else comm.dispose();
  }

  /** Nothing that was asked will be answered any more. */
  private forget(): void {
    clearTimeout(this.timer);
    this.called = false;
    for (const { gone } of this.waiting.values())
      gone(new Error('the kernel is not there any more'));
    this.waiting.clear();
  }

  private told(data: unknown): void {
    if (isWorkflows(data)) {
      this.called = false;
      this.happened({ type: 'told', view: data });
    } else if (isHeard(data)) {
      const waiting = this.waiting.get(data.id);
      if (waiting) waiting.heard = true;
      this.happened({ type: 'heard' });
    } else if (isReply(data)) {
      this.waiting.get(data.id)?.done(data);
      this.waiting.delete(data.id);
    }
  }

  /** Wait for a sign that what was asked has come; say it when none comes, again and again. */
  private listen(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const unheard = this.called || [...this.waiting.values()].some(one => !one.heard);
      if (!unheard) return;
      this.listen();
      this.happened({ type: 'late', busy: this.kernel?.status !== 'idle' });
    }, PATIENCE);
  }

  private readonly onKernel = (_: unknown, { newValue }: KernelChange): void => {
    void this.meet(newValue);
  };

  private readonly onStatus = (_: unknown, status: Kernel.Status): void => {
    this.happened({ type: 'status', status });
  };

  private readonly onConnection = (_: unknown, status: Kernel.ConnectionStatus): void => {
    this.happened({ type: 'connection', status });
  };

  private readonly onMessage = (_: unknown, message: KernelMessage.IMessage): void => {
    if (message.header.msg_type !== 'execute_input') return;
    const { code } = message.content as KernelMessage.IExecuteInputMsg['content'];
    if (code.includes(MODULE)) this.happened({ type: 'mentioned' });
  };

  private current: NotebookPanel | null = null;
  private kernel: Kernel.IKernelConnection | null = null;
  private comm: Kernel.IComm | null = null;
  private called = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly waiting = new Map<string, Waiting>();
}

/**
 * A comm whose messages the kernel's main thread takes, one after the other. Lab would make a subshell for it
 * and delete that with the comm, and what is still in it is lost then, which the kernel complains of in the
 * output of whichever cell runs.
 */
function onMainShell(comm: Kernel.IComm): Kernel.IComm {
  (comm as { commsOverSubshells?: string }).commsOverSubshells = 'disabled';
  return comm;
}
