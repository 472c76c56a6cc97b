import type { JupyterFrontEnd } from '@jupyterlab/application';
import {
  CommandToolbarButton,
  Dialog,
  MainAreaWidget,
  Notification,
  showDialog,
  type WidgetTracker
} from '@jupyterlab/apputils';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { isAbout } from './answers';
import { type DrawingTab, keptIn, RunTab, WorkflowTab } from './drawing_tab';
import { Ids } from './ids';
import type { KernelLink } from './kernel_link';
import type { KernelReply, PlaceView, WorkflowEntry } from './protocol';
import { openNotebooks, reveal, runLine } from './reveal';
import { type Ask, messageOf, type RunsModel } from './runs_model';
import type { Server } from './server';

/** What the desk works with. */
export interface Means {
  readonly app: JupyterFrontEnd;
  readonly notebooks: INotebookTracker;
  readonly tabs: WidgetTracker<MainAreaWidget<DrawingTab>>;
  readonly link: KernelLink;
  readonly runs: RunsModel;
  readonly server: Server;
  /** Where tabs are opened: Notebook 7 has one document in its main area, and room below. */
  readonly area: 'main' | 'down';
  readonly confirms: () => boolean;
  readonly trans: TranslationBundle;
}

/** Carries out what a person asks for; what goes wrong is said, never thrown. */
export class Desk {
  constructor(private readonly means: Means) {}

  /** The workflow of that name, or the last that was written. */
  workflow(name?: string): WorkflowEntry | undefined {
    const { workflows } = this.means.link.state.get();
    return name === undefined ? workflows.at(-1) : workflows.find(one => one.name === name);
  }

  /** That run, or the one in the tab that is looked at, or the first that is listed. */
  run(id?: string): string | undefined {
    return id ?? this.runTab()?.run ?? this.means.runs.state.get().runs[0]?.run_id;
  }

  /** Start a run in the background, and open it. */
  async start(name?: string): Promise<void> {
    const reply = await this.ask('run', name);
    if (!reply?.made) return;
    this.means.runs.refresh();
    this.open(reply.made);
  }

  /** Run `%couler VERB NAME` in a cell of the notebook. */
  async say(verb: string, name?: string): Promise<void> {
    const { notebook } = this.means.link;
    const workflow = this.workflow(name);
    if (!notebook || !workflow) return;
    await this.carefully(runLine(notebook, `%couler ${verb} ${workflow.name}`, workflow.place));
  }

  /** Draw a workflow in a tab. */
  async show(name?: string): Promise<void> {
    const reply = await this.ask('show', name);
    if (!reply?.drawing) return;
    this.put(new WorkflowTab(reply.drawing, reply.places ?? {}, this.means.trans));
  }

  /** Show the cell that a workflow was written in. */
  async find(name?: string): Promise<void> {
    const workflow = this.workflow(name);
    if (workflow) await this.reveal(workflow.place);
  }

  /** Show the cell that the step was written in which is chosen in the tab. */
  async findStep(): Promise<void> {
    const tab = this.means.tabs.currentWidget?.content;
    const { selected } = tab ?? {};
    if (!tab || !selected) return;
    const place = await this.carefully(tab.place(selected));
    if (place) await this.reveal(place);
    else this.tell(this.means.trans.__('It is not known where %1 was written', selected));
  }

  async load(): Promise<void> {
    await this.carefully(this.means.link.load());
  }

  /** Open a run, or the tab that shows it already. */
  open(run: string, kept: ReadonlyPartialJSONObject = {}): void {
    const { tabs, app, server, trans } = this.means;
    const known = tabs.find(({ content }) => content instanceof RunTab && content.run === run);
    if (known) {
      app.shell.activateById(known.id);
      return;
    }
    this.put(
      new RunTab(
        run,
        server,
        what => this.mayAsk(what as Ask),
        () => this.readOnly(),
        trans,
        keptIn(kept)
      )
    );
  }

  /** Make a tab again that was open when the page was left. */
  reopen(args: ReadonlyPartialJSONObject): void {
    if (typeof args['run'] === 'string') {
      this.open(args['run'], args);
      return;
    }
    const tab = WorkflowTab.again(args, this.means.trans);
    if (tab) this.put(tab);
  }

  /** Cancel a run, retry it, or start it once more. */
  async want(what: Ask, run?: string): Promise<void> {
    const id = this.run(run);
    if (id === undefined || !(await this.mayAsk(what))) return;
    const done = await this.carefully(this.means.runs.want(id, what));
    if (done && what === 'rerun') this.open(done.run_id);
  }

  async remove(run?: string): Promise<void> {
    const id = this.run(run);
    const { trans } = this.means;
    if (id === undefined) return;
    const body = trans.__('This removes the run %1 with its logs.', id);
    if (await this.sure(trans.__('Delete this run?'), body, trans.__('Delete')))
      await this.carefully(this.means.runs.remove(id));
  }

  private async ask(type: string, name?: string): Promise<KernelReply | undefined> {
    const workflow = this.workflow(name);
    if (!workflow) return undefined;
    const reply = await this.carefully(this.means.link.request(type, workflow.name));
    if (reply && !reply.ok) this.tell(reply.error);
    return reply?.ok ? reply : undefined;
  }

  private async mayAsk(what: Ask): Promise<boolean> {
    const { trans } = this.means;
    if (what !== 'cancel' || !this.means.confirms()) return true;
    const body = trans.__('What runs is stopped; a retry goes on from what had succeeded.');
    return this.sure(trans.__('Cancel this run?'), body, trans.__('Cancel the run'));
  }

  private async sure(title: string, body: string, label: string): Promise<boolean> {
    const { trans } = this.means;
    const buttons = [
      Dialog.cancelButton({ label: trans.__('Go back') }),
      Dialog.warnButton({ label })
    ];
    return (await showDialog({ title, body, buttons, defaultButton: 0 })).button.accept;
  }

  private async reveal(place: PlaceView): Promise<void> {
    const { app, notebooks, trans } = this.means;
    if (await reveal(app.shell, openNotebooks(notebooks), place)) return;
    this.tell(trans.__('%1 is in no notebook that is open', place.text || trans.__('its cell')));
  }

  private async readOnly(): Promise<boolean> {
    return (await this.means.server.get('', isAbout)).read_only;
  }

  private put(content: DrawingTab): void {
    const { app, area, tabs, trans } = this.means;
    if (area === 'down') content.addClass('couler-below');
    const tab = new MainAreaWidget({ content });
    const { commands } = app;
    const label = trans.__('Go to cell');
    tab.toolbar.addItem('reveal', new CommandToolbarButton({ commands, id: Ids.step, label }));
    tab.id = `${content.id}-tab`;
    void tabs.add(tab);
    content.chosen.connect(() => void tabs.save(tab));
    app.shell.add(tab, area);
    app.shell.activateById(tab.id);
  }

  private runTab(): RunTab | undefined {
    const content = this.means.tabs.currentWidget?.content;
    const seen = this.means.app.shell.currentWidget === this.means.tabs.currentWidget;
    return seen && content instanceof RunTab ? content : undefined;
  }

  private async carefully<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
    } catch (error) {
      this.tell(messageOf(error));
      return undefined;
    }
  }

  private tell(message: string): void {
    Notification.warning(message, { autoClose: 8000 });
  }
}
