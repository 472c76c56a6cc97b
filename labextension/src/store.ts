import { useSyncExternalStore } from 'react';

/** A value that changes, and who wants to know. */
export class Store<T> {
  constructor(private value: T) {}

  readonly get = (): T => this.value;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Have another value; nobody is told of the same one. */
  set(value: T): void {
    if (Object.is(this.value, value)) return;
    this.value = value;
    for (const listener of [...this.listeners]) listener();
  }

  private listeners = new Set<() => void>();
}

/** The value of a store, in a component that is drawn again when it changes. */
export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}
