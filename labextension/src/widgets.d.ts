// What of the widgets' plain modules is used here; they have no types of their own.

declare module '*/widgets/amount.js' {
  export function duration(seconds: number): string;
  export function size(bytes: number): string;
}

declare module '*/widgets/dag/mount.js' {
  export interface Asked {
    readonly type: string;
    readonly run_id?: string;
    readonly step?: string;
    readonly name?: string;
    readonly attempt?: number;
    readonly offset?: number;
    readonly tail?: number;
  }

  export interface Answered {
    readonly ok: boolean;
    readonly error: string;
    readonly [more: string]: unknown;
  }

  export interface Kept {
    readonly selected?: string | null;
    readonly closed?: string[];
    readonly maps?: string[];
  }

  export interface Mounted {
    hear(message: unknown): void;
    show(view: unknown): void;
    select(id: string | null): void;
    resize(): void;
    stop(): void;
  }

  export function mount(
    element: HTMLElement,
    view: unknown,
    options?: {
      readonly request?: (asked: Asked) => Promise<Answered>;
      readonly onChange?: (kept: Kept) => void;
      readonly kept?: Kept;
      readonly fill?: boolean;
    }
  ): Mounted;
}
