import { type HealthAnswer, isHealth, isTargets, type TargetEntry } from './answers';
import { type CacheView, isCache } from './protocol';
import { messageOf } from './runs_model';
import type { Server } from './server';
import { Store } from './store';

/** Something that is asked for when it is looked at, and again when the person wants. */
export interface Fetched<T> {
  readonly value: T | null;
  readonly problem: string;
  readonly busy: boolean;
}

const NOTHING = { value: null, problem: '', busy: false } as const;

/** What is kept of earlier runs. */
export class CacheModel {
  readonly state = new Store<Fetched<CacheView>>(NOTHING);

  constructor(private readonly server: Server) {}

  async refresh(): Promise<void> {
    await fetched(this.state, () => this.server.get('cache', isCache));
  }

  /** Pin, unpin or drop an artifact. */
  async want(what: 'pin' | 'unpin' | 'drop', artifact: string): Promise<void> {
    await fetched(this.state, () => this.server.post(`cache/${what}`, isCache, { artifact }));
  }
}

/** Where runs can be sent, and whether that answers. */
export interface TargetRow extends TargetEntry {
  readonly health: HealthAnswer | 'asking' | null;
}

export class TargetsModel {
  readonly state = new Store<Fetched<readonly TargetRow[]>>(NOTHING);

  constructor(
    private readonly server: Server,
    private readonly notebook: () => string
  ) {}

  /** List the targets and ask each whether it answers. */
  async refresh(): Promise<void> {
    const notebook = encodeURIComponent(this.notebook());
    await fetched(this.state, async () => {
      const { targets } = await this.server.get(`targets?notebook=${notebook}`, isTargets);
      return targets.map(one => ({ ...one, health: 'asking' as const }));
    });
    const names = (this.state.get().value ?? []).map(one => one.name);
    await Promise.all(names.map(name => this.check(name, notebook)));
  }

  private async check(name: string, notebook: string): Promise<void> {
    const path = `targets/${encodeURIComponent(name)}/health?notebook=${notebook}`;
    const health = await this.server.get(path, isHealth).catch((error: unknown): HealthAnswer => {
      const message = messageOf(error);
      return { type: 'health', version: 1, target: name, ok: false, message };
    });
    const { value, ...rest } = this.state.get();
    const rows = (value ?? []).map(one => (one.name === name ? { ...one, health } : one));
    this.state.set({ ...rest, value: rows });
  }
}

/** Ask, and keep what was known before where there is no answer. */
async function fetched<T>(store: Store<Fetched<T>>, ask: () => Promise<T>): Promise<void> {
  store.set({ ...store.get(), busy: true });
  try {
    store.set({ value: await ask(), problem: '', busy: false });
  } catch (error) {
    store.set({ ...store.get(), problem: messageOf(error), busy: false });
  }
}
