import type { ICommandPalette } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon, runIcon, stopIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';

import type { Desk } from './desk';
import { workflowIcon } from './icons';
import { Ids } from './ids';

type Options = CommandRegistry.ICommandOptions;
type Args = Parameters<Options['execute']>[0];

const nameIn = (args: Args): string | undefined => textIn(args, 'name');
const runIn = (args: Args): string | undefined => textIn(args, 'run');

/** Make everything that can be done a command, and put it into the palette. */
export function addCommands(
  commands: CommandRegistry,
  palette: ICommandPalette | null,
  desk: Desk,
  own: { readonly openPanel: () => void; readonly refresh: () => void },
  trans: TranslationBundle
): void {
  const category = trans.__('Workflows');
  const add = (id: string, label: string, caption: string, options: Options): void => {
    commands.addCommand(id, { label, caption, ...options });
    palette?.addItem({ command: id, category });
  };
  const ofWorkflow = (execute: Options['execute']): Options => ({
    execute,
    isEnabled: args => desk.workflow(nameIn(args)) !== undefined
  });
  const ofRun = (execute: Options['execute']): Options => ({
    execute,
    isEnabled: args => desk.run(runIn(args)) !== undefined
  });

  add(Ids.panel, trans.__('Show workflows and runs'), trans.__('Open the panel at the left'), {
    execute: own.openPanel,
    icon: workflowIcon
  });
  add(
    Ids.refresh,
    trans.__('Refresh workflows and runs'),
    trans.__('Ask kernel and server again'),
    {
      execute: own.refresh,
      icon: refreshIcon
    }
  );
  add(Ids.load, trans.__('Load couler in this notebook'), '%load_ext couler_jupyter', {
    execute: () => desk.load()
  });
  add(Ids.run, trans.__('Run workflow'), trans.__('Start a run in the background and open it'), {
    ...ofWorkflow(args => desk.start(nameIn(args))),
    icon: runIcon
  });
  add(
    Ids.plan,
    trans.__('Plan workflow'),
    trans.__('Run %couler plan in a cell of the notebook'),
    ofWorkflow(args => desk.say('plan', nameIn(args)))
  );
  add(
    Ids.submit,
    trans.__('Submit workflow'),
    trans.__('Run %couler submit in a cell of the notebook'),
    ofWorkflow(args => desk.say('submit', nameIn(args)))
  );
  add(
    Ids.show,
    trans.__('Show workflow'),
    trans.__('Draw the workflow in a tab'),
    ofWorkflow(args => desk.show(nameIn(args)))
  );
  add(
    Ids.reveal,
    trans.__('Go to the cell of the workflow'),
    trans.__('Show the cell that it was written in'),
    ofWorkflow(args => desk.find(nameIn(args)))
  );
  add(
    Ids.openRun,
    trans.__('Open run'),
    trans.__("Show the run's steps and logs in a tab"),
    ofRun(args => {
      const run = desk.run(runIn(args));
      if (run !== undefined) desk.open(run);
    })
  );
  commands.addCommand(Ids.reopen, {
    label: trans.__('Open a tab again'),
    execute: args => {
      desk.reopen(args);
    }
  });
  add(Ids.cancel, trans.__('Cancel run'), trans.__('Stop what is running'), {
    ...ofRun(args => desk.want('cancel', runIn(args))),
    icon: stopIcon
  });
  add(
    Ids.retry,
    trans.__('Retry run'),
    trans.__('Run again what had not succeeded'),
    ofRun(args => desk.want('retry', runIn(args)))
  );
  add(
    Ids.rerun,
    trans.__('Run once more'),
    trans.__('Start a new run of the same workflow with the same arguments'),
    ofRun(args => desk.want('rerun', runIn(args)))
  );
  add(
    Ids.remove,
    trans.__('Delete run'),
    trans.__('Remove a run with its logs'),
    ofRun(args => desk.remove(runIn(args)))
  );
  add(
    Ids.step,
    trans.__('Go to the cell of the chosen step'),
    trans.__('Show the cell that the step was written in which is chosen in the tab'),
    { execute: () => desk.findStep() }
  );
}

function textIn(args: Args, name: string): string | undefined {
  const value = args[name];
  return typeof value === 'string' ? value : undefined;
}
