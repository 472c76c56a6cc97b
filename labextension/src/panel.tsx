import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { Message } from '@lumino/messaging';
import type { ReactElement } from 'react';

import { workflowIcon } from './icons';
import type { KernelLink } from './kernel_link';
import { Section } from './parts';
import { Runs } from './runs';
import type { RunsModel } from './runs_model';
import type { CacheModel, TargetsModel } from './shelf_model';
import { CacheShelf, TargetShelf } from './shelves';
import { type Store, useStore } from './store';
import { Workflows } from './workflows';

/** The parts of the panel, and which of them are open. */
export interface Open {
  readonly workflows: boolean;
  readonly runs: boolean;
  readonly cache: boolean;
  readonly targets: boolean;
}

export const USUALLY_OPEN: Open = { workflows: true, runs: true, cache: false, targets: false };

/** All that the panel shows and does. */
export interface Parts {
  readonly link: KernelLink;
  readonly runs: RunsModel;
  readonly cache: CacheModel;
  readonly targets: TargetsModel;
  readonly open: Store<Open>;
  readonly commands: CommandRegistry;
  readonly trans: TranslationBundle;
}

/** The panel in the left area; it asks the server only while it is seen. */
export class Panel extends ReactWidget {
  constructor(private readonly parts: Parts) {
    super();
    const { trans } = parts;
    this.id = 'couler-panel';
    this.addClass('couler-panel');
    this.title.icon = workflowIcon;
    this.title.caption = trans.__('Workflows and runs');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Workflows and runs'));
    parts.open.subscribe(() => {
      this.look();
    });
  }

  protected render(): ReactElement {
    return <Sections {...this.parts} />;
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.look();
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this.look();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.look();
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.node.querySelector('summary')?.focus();
  }

  private look(): void {
    this.parts.runs.look(this.isVisible && this.parts.open.get().runs);
  }
}

function Sections(parts: Parts): ReactElement {
  const { link, runs, cache, targets, commands, trans } = parts;
  const open = useStore(parts.open);
  const { workflows } = useStore(link.state);
  const { total, heard } = useStore(runs.state);
  const turn = (change: Partial<Open>): void => {
    parts.open.set({ ...open, ...change });
  };
  return (
    <>
      <Section
        title={trans.__('Workflows')}
        note={workflows.length ? String(workflows.length) : ''}
        open={open.workflows}
        onOpen={now => {
          turn({ workflows: now });
        }}
      >
        <Workflows link={link} commands={commands} trans={trans} />
      </Section>
      <Section
        title={trans.__('Runs')}
        note={heard && total !== null ? String(total) : ''}
        open={open.runs}
        onOpen={now => {
          turn({ runs: now });
        }}
      >
        <Runs model={runs} commands={commands} trans={trans} />
      </Section>
      <Section
        title={trans.__('Cache')}
        open={open.cache}
        onOpen={now => {
          turn({ cache: now });
        }}
      >
        <CacheShelf model={cache} trans={trans} />
      </Section>
      <Section
        title={trans.__('Targets')}
        open={open.targets}
        onOpen={now => {
          turn({ targets: now });
        }}
      >
        <TargetShelf model={targets} trans={trans} />
      </Section>
    </>
  );
}
