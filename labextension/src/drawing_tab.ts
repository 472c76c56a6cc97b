import type { TranslationBundle } from '@jupyterlab/translation';
import { type ReadonlyPartialJSONObject, UUID } from '@lumino/coreutils';
import type { Message } from '@lumino/messaging';
import { Poll } from '@lumino/polling';
import { type ISignal, Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';

import {
  type Answered,
  type Asked,
  type Kept,
  mount,
  type Mounted
} from '../../couler_jupyter/widgets/dag/mount.js';
import { isEvents, isStep } from './answers';
import { workflowIcon } from './icons';
import { frequency } from './pace';
import { placeIn } from './places';
import { type DrawingView, isDrawing, isPlaces, type PlaceView } from './protocol';
import { answered, changes, requestsOf } from './run_requests';
import { messageOf } from './runs_model';
import { type Server, ServerFault } from './server';

const MOST_KEPT = 500_000; // letters of a drawing that is kept with the layout of the page

/** A drawing that fills a tab of the main area. */
export abstract class DrawingTab extends Widget {
  constructor(
    label: string,
    protected readonly trans: TranslationBundle
  ) {
    super();
    this.addClass('couler-tab');
    this.title.label = label;
    this.title.icon = workflowIcon;
    this.title.closable = true;
    this.node.tabIndex = -1;
  }

  /** What makes this tab again when the page is loaded anew; nothing where it cannot be. */
  abstract get args(): ReadonlyPartialJSONObject;

  /** The node that was chosen, as the step's path in the workflow. */
  get selected(): string | null {
    return this.kept.selected ?? null;
  }

  /** What the person chose in it is another now. */
  get chosen(): ISignal<this, void> {
    return this._chosen;
  }

  /** Where a step was written, if that is known. */
  abstract place(step: string): Promise<PlaceView | null>;

  protected put(view: DrawingView, request?: (asked: Asked) => Promise<Answered>): void {
    if (this.mounted) {
      this.mounted.show(view);
      return;
    }
    const onChange = ({ selected = null, closed, maps }: Kept): void => {
      const before = JSON.stringify(this.kept);
      this.kept = { selected, ...(closed ? { closed } : {}), ...(maps ? { maps } : {}) };
      if (JSON.stringify(this.kept) !== before) this._chosen.emit();
      // what is told of a node takes room from the picture
      requestAnimationFrame(() => this.mounted?.resize());
    };
    this.node.replaceChildren();
    this.mounted = mount(this.node, view, {
      onChange,
      kept: this.kept,
      fill: true,
      ...(request ? { request } : {})
    });
  }

  protected say(text: string): void {
    const told = document.createElement('p');
    told.className = 'couler-hint';
    told.setAttribute('role', 'status');
    told.textContent = text;
    this.node.replaceChildren(told);
  }

  protected override onResize(message: Widget.ResizeMessage): void {
    super.onResize(message);
    this.mounted?.resize();
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.node.focus();
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.mounted?.stop();
    Signal.clearData(this);
    super.dispose();
  }

  protected kept: Kept = {};
  protected mounted: Mounted | null = null;
  private readonly _chosen = new Signal<this, void>(this);
}

/** A workflow as the kernel drew it; it does not change. */
export class WorkflowTab extends DrawingTab {
  constructor(
    private readonly view: DrawingView,
    private readonly places: Readonly<Record<string, PlaceView>>,
    trans: TranslationBundle,
    id = `couler-workflow-${UUID.uuid4()}`,
    kept: Kept = {}
  ) {
    super(trans.__('%1 (workflow)', view.workflow.name), trans);
    this.id = id;
    this.kept = kept;
    this.put(view);
  }

  /** The tab that was kept; null where that is none. */
  static again(args: ReadonlyPartialJSONObject, trans: TranslationBundle): WorkflowTab | null {
    const { id, drawing, places } = args;
    if (typeof id !== 'string' || !isDrawing(drawing) || !isPlaces(places)) return null;
    return new WorkflowTab(drawing, places, trans, id, keptIn(args));
  }

  override get args(): ReadonlyPartialJSONObject {
    const whole = { id: this.id, drawing: this.view, places: this.places, kept: this.kept };
    const text = JSON.stringify(whole);
    return text.length > MOST_KEPT ? {} : (JSON.parse(text) as ReadonlyPartialJSONObject);
  }

  override place(step: string): Promise<PlaceView | null> {
    return Promise.resolve(this.places[step] ?? null);
  }
}

/** One run: its DAG, steps and logs, followed as long as the tab is seen. */
export class RunTab extends DrawingTab {
  constructor(
    readonly run: string,
    private readonly server: Server,
    private readonly can: (what: string) => Promise<boolean>,
    private readonly readOnly: () => Promise<boolean>,
    trans: TranslationBundle,
    kept: Kept = {}
  ) {
    super(run, trans);
    this.kept = kept;
    this.id = `couler-run-${run}`;
    this.title.caption = run;
    this.say(trans.__('Asking for the run'));
    this.poll = new Poll({
      name: `couler:run:${run}`,
      factory: () => this.follow(),
      frequency: frequency({ visible: true, lively: true }),
      standby: () => !this.isVisible || document.hidden
    });
  }

  override get args(): ReadonlyPartialJSONObject {
    return { run: this.run, kept: { ...this.kept } };
  }

  override async place(step: string): Promise<PlaceView | null> {
    const words = new URLSearchParams({ step }).toString();
    const path = `runs/${encodeURIComponent(this.run)}/step?${words}`;
    return placeIn((await this.server.get(path, isStep)).origin);
  }

  /** Ask for the drawing once, then only for what happened. */
  private async follow(): Promise<void> {
    try {
      if (this.mounted) await this.hear();
      else await this.begin();
    } catch (error) {
      if (!this.mounted) this.say(messageOf(error));
      if (error instanceof ServerFault && error.status === 404) void this.poll.stop();
      throw error;
    }
  }

  private async begin(): Promise<void> {
    const path = `runs/${encodeURIComponent(this.run)}/drawing`;
    const view = await this.server.get(path, isDrawing);
    if (this.isDisposed) return;
    this.title.label = view.workflow.name;
    const asks = { ...view, requests: requestsOf(await this.readOnly()) };
    this.put(asks, async asked => this.ask(asked));
    await this.hear();
  }

  private async ask(asked: Asked): Promise<Answered> {
    if (changes(asked) && !(await this.can(asked.type))) return { ok: true, error: '' };
    const reply = await answered(this.server, asked);
    if (changes(asked)) void this.poll.refresh();
    return reply;
  }

  private async hear(): Promise<void> {
    const path = `runs/${encodeURIComponent(this.run)}/events`;
    for (let more = true; more && !this.isDisposed;) {
      const heard = await this.server.get(`${path}?after=${this.last}&limit=10000`, isEvents);
      if (heard.patch) this.mounted?.hear(heard.patch);
      else this.mounted?.hear({ type: 'alive' });
      this.last = heard.last;
      more = heard.more;
      const wanted = frequency({ visible: true, lively: heard.live });
      if (wanted.interval !== this.poll.frequency.interval) this.poll.frequency = wanted;
    }
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    void this.poll.refresh();
  }

  override dispose(): void {
    this.poll.dispose();
    super.dispose();
  }

  private last = 0;
  private readonly poll: Poll<void, Error>;
}

/** What a person had chosen in a tab that was kept; no more than can be relied on. */
export function keptIn({ kept }: ReadonlyPartialJSONObject): Kept {
  if (typeof kept !== 'object' || kept === null || Array.isArray(kept)) return {};
  const { selected, closed, maps } = kept as Record<string, unknown>;
  const texts = (value: unknown): value is string[] =>
    Array.isArray(value) && value.every(one => typeof one === 'string');
  return {
    ...(typeof selected === 'string' ? { selected } : {}),
    ...(texts(closed) ? { closed } : {}),
    ...(texts(maps) ? { maps } : {})
  };
}
