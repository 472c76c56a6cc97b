/** How often the server is asked. */

export interface Pace {
  /** Whether anybody looks. */
  readonly visible: boolean;
  /** Whether something is running, or was asked for. */
  readonly lively: boolean;
}

export const QUICK = 1000;
export const CALM = 5000;
const SLOWEST = 60_000;

/** Milliseconds between two questions; null for none. After failures it waits longer each time. */
export function interval(pace: Pace): number | null {
  if (!pace.visible) return null;
  return pace.lively ? QUICK : CALM;
}

/** The same as @lumino/polling wants it; its standby keeps it from asking while hidden. */
export function frequency(pace: Pace): { interval: number; backoff: number; max: number } {
  return { interval: interval(pace) ?? CALM, backoff: 2, max: SLOWEST };
}
