import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';

import { workflowIcon } from './icons';
import { type Store, useStore } from './store';

/** What the panel shows of the notebook that is looked at; empty for none. */
export interface Look {
  readonly notebook: string;
}

/** The panel in the left area. */
export class Panel extends ReactWidget {
  constructor(
    private readonly look: Store<Look>,
    private readonly trans: TranslationBundle
  ) {
    super();
    this.id = 'couler-panel';
    this.addClass('couler-panel');
    this.title.icon = workflowIcon;
    this.title.caption = trans.__('Workflows');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Workflows'));
  }

  protected render(): ReactElement {
    return <Workflows look={this.look} trans={this.trans} />;
  }
}

function Workflows({ look, trans }: { look: Store<Look>; trans: TranslationBundle }): ReactElement {
  const { notebook } = useStore(look);
  return (
    <details open>
      <summary>{trans.__('Workflows')}</summary>
      <p className="couler-hint">
        {notebook || trans.__('Open a notebook to see what workflows it defines.')}
      </p>
    </details>
  );
}
