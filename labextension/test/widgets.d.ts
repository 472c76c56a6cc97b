// What of the widgets' plain modules is tested here; they have no types of their own.

declare module '*/widgets/submit_draft.js' {
  export interface Sent {
    readonly id: string;
    readonly type: string;
    readonly form?: Record<string, unknown>;
    readonly edit?: string;
    readonly submission?: string;
  }

  export interface DraftView {
    readonly note: { textContent: string | null };
    readonly form: { fill(): void };
    change(): void;
    frame(): void;
  }

  export class Draft {
    form: Record<string, unknown> | null;
    readonly ahead: boolean;
    readonly busy: Set<string>;
    readonly views: Set<DraftView>;
    readonly kernel: {
      reply(message: { id: string; ok: boolean; error: string }): void;
    };
    take(view: { form: Record<string, unknown> }): void;
    edited(model: { send(message: Sent): void }, by: unknown): void;
    once(
      model: { send(message: Sent): void },
      request: { type: string; submission?: string }
    ): void;
  }
}

declare module '*/widgets/submit_view.js' {
  export function isPage(url: string | null): boolean;
}

declare module '*/widgets/sorted_table.js' {
  export function hasWords(words: string | undefined, texts: readonly string[]): boolean;
}

declare module '*/widgets/by_server.js' {
  export function cancelledByServer(run: string): Promise<{ ok: boolean; error: string } | null>;
  export function seenByServer(asked: {
    type: string;
    run_id?: string;
    step?: string;
    offset?: number;
  }): Promise<{ ok: boolean; error: string; answer: unknown } | null>;
  export function baseOf(config: string | undefined): string | null;
}
