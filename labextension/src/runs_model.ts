import { Poll } from '@lumino/polling';

import { type DoneAnswer, isDone, isRuns } from './answers';
import { frequency } from './pace';
import {
  asking,
  askingMore,
  failed,
  merged,
  NO_RUNS,
  pathOf,
  type Question,
  refused,
  type RunsState,
  wanting
} from './runs_state';
import type { Server } from './server';
import { Store } from './store';

/** What can be asked of a run from a list. */
export type Ask = 'cancel' | 'retry' | 'rerun';

/** The runs that are listed, kept up to date as long as somebody looks. */
export class RunsModel {
  readonly state = new Store<RunsState>(NO_RUNS);

  constructor(private readonly server: Server) {
    this.poll = new Poll({
      name: 'couler:runs',
      auto: false,
      factory: () => this.ask(),
      frequency: frequency({ visible: false, lively: false }),
      standby: () => !this.visible || document.hidden
    });
    this.state.subscribe(() => {
      this.setPace();
    });
  }

  /** Whether somebody looks. */
  look(visible: boolean): void {
    if (visible === this.visible) return;
    this.visible = visible;
    this.setPace();
    if (visible) this.refresh();
  }

  refresh(): void {
    void (this.poll.state.phase === 'constructed' ? this.poll.start() : this.poll.refresh());
  }

  change(change: Partial<Question>): void {
    this.state.set(asking(this.state.get(), change));
    this.refresh();
  }

  more(): void {
    this.state.set(askingMore(this.state.get()));
    this.refresh();
  }

  /** Ask for something; what comes of it is seen in the list. */
  async want(run: string, what: Ask): Promise<DoneAnswer> {
    this.state.set(wanting(this.state.get(), run, what));
    try {
      return await this.server.post(`runs/${encodeURIComponent(run)}/${what}`, isDone);
    } catch (error) {
      this.state.set(refused(this.state.get(), run));
      throw error;
    } finally {
      this.refresh();
    }
  }

  async remove(run: string): Promise<void> {
    await this.server.remove(`runs/${encodeURIComponent(run)}`, isDone);
    this.refresh();
  }

  /** A failure is shown, and told to the poll, which then waits longer. */
  private async ask(): Promise<void> {
    const path = pathOf(this.state.get().question);
    const tag = path === this.path ? this.tag : '';
    try {
      const { value, tag: now } = await this.server.news(path, isRuns, tag);
      if (path !== pathOf(this.state.get().question)) return;
      this.path = path;
      this.tag = now;
      this.state.set(merged(this.state.get(), value, Date.now() / 1000));
    } catch (error) {
      this.state.set(failed(this.state.get(), messageOf(error)));
      throw error;
    }
  }

  private setPace(): void {
    const { runs, asked } = this.state.get();
    const lively = runs.some(one => one.live) || Object.keys(asked).length > 0;
    const wanted = frequency({ visible: this.visible, lively });
    if (wanted.interval !== this.poll.frequency.interval) this.poll.frequency = wanted;
  }

  private readonly poll: Poll<void, Error>;
  private visible = false;
  private path = '';
  private tag = '';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
