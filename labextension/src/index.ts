import {
  ILabShell,
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, type MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { addCommands } from './commands';
import { Desk } from './desk';
import { type DrawingTab, RunTab } from './drawing_tab';
import { Ids } from './ids';
import { KernelLink } from './kernel_link';
import { type Open, Panel, USUALLY_OPEN } from './panel';
import { RunsModel } from './runs_model';
import { Server } from './server';
import { CacheModel, TargetsModel } from './shelf_model';
import { Store } from './store';

const ID = 'couler-jupyter:plugin';
const OPEN = 'couler-jupyter:open-parts';
const RANK = 700;

/** The sidebar panel: workflows, runs, cache and targets. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Workflows, runs, cache and targets beside the notebook.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ICommandPalette, ILabShell, ILayoutRestorer, ISettingRegistry, IStateDB, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    notebooks: INotebookTracker,
    palette: ICommandPalette | null,
    lab: ILabShell | null,
    restorer: ILayoutRestorer | null,
    settings: ISettingRegistry | null,
    memory: IStateDB | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('couler_jupyter');
    const { commands } = app;
    const server = new Server(app.serviceManager.serverSettings);
    const link = new KernelLink(notebooks);
    const runs = new RunsModel(server);
    const cache = new CacheModel(server);
    const targets = new TargetsModel(server, () => link.notebook?.context.path ?? '');
    const tabs = new WidgetTracker<MainAreaWidget<DrawingTab>>({ namespace: 'couler-run' });
    const open = remembered(memory);
    const confirms = settingOf(settings, 'confirmCancel', true);
    const area = lab ? 'main' : 'down';
    const desk = new Desk({ app, notebooks, tabs, link, runs, server, area, confirms, trans });
    const panel = new Panel({ link, runs, cache, targets, open, commands, trans });
    const own = {
      openPanel: () => {
        app.shell.activateById(panel.id);
      },
      refresh: () => {
        link.callAgain();
        runs.refresh();
      }
    };
    addCommands(commands, palette, desk, own, trans);
    link.state.subscribe(() => {
      commands.notifyCommandChanged();
    });
    app.shell.add(panel, 'left', { rank: RANK });
    if (!restorer) return;
    restorer.add(panel, panel.id);
    void restorer.restore(tabs, {
      command: Ids.reopen,
      args: ({ content }) => content.args,
      name: ({ content }) => (content instanceof RunTab ? content.run : content.id)
    });
  }
};

/** Which parts of the panel are open, as it was when the page was left. */
function remembered(memory: IStateDB | null): Store<Open> {
  const open = new Store(USUALLY_OPEN);
  void memory?.fetch(OPEN).then(kept => {
    open.set({ ...USUALLY_OPEN, ...(kept as Partial<Open> | undefined) });
    open.subscribe(() => {
      void memory.save(OPEN, { ...open.get() });
    });
  });
  return open;
}

/** What a person set, now and whenever it changes. */
function settingOf(registry: ISettingRegistry | null, name: string, usual: boolean): () => boolean {
  let now = usual;
  void registry?.load(ID).then(settings => {
    const read = (): void => {
      now = settings.get(name).composite !== false;
    };
    settings.changed.connect(read);
    read();
  });
  return () => now;
}

export default plugin;
