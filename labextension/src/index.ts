import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { type Look, Panel } from './panel';
import { Store } from './store';

const RANK = 700;

/** The sidebar panel: workflows, runs, cache and targets. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: 'couler-jupyter:plugin',
  description: 'Workflows, runs, cache and targets beside the notebook.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    notebooks: INotebookTracker,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('couler_jupyter');
    const look = new Store<Look>({ notebook: '' });
    notebooks.currentChanged.connect((_, current) => {
      look.set({ notebook: current?.title.label ?? '' });
    });
    const panel = new Panel(look, trans);
    restorer?.add(panel, panel.id);
    app.shell.add(panel, 'left', { rank: RANK });
  }
};

export default plugin;
