/** Says whether a value that came from elsewhere is a `T`. */
export type Guard<T> = (value: unknown) => value is T;

/** What a guard lets through. */
export type Guarded<G> = G extends Guard<infer T> ? T : never;

type Fields = Record<string, Guard<unknown>>;
type Whole<F extends Fields> = { readonly [K in keyof F]: Guarded<F[K]> };
type Some<F extends Fields> = { readonly [K in keyof F]?: Guarded<F[K]> };

export const text: Guard<string> = value => typeof value === 'string';

export const number: Guard<number> = (value): value is number =>
  typeof value === 'number' && Number.isFinite(value);

export const flag: Guard<boolean> = value => typeof value === 'boolean';

/** Exactly this word. */
export function word<const W extends string>(wanted: W): Guard<W> {
  return (value): value is W => value === wanted;
}

export function orNull<T>(inner: Guard<T>): Guard<T | null> {
  return (value): value is T | null => value === null || inner(value);
}

export function list<T>(inner: Guard<T>): Guard<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(inner);
}

export function table<T>(inner: Guard<T>): Guard<Readonly<Record<string, T>>> {
  return (value): value is Readonly<Record<string, T>> =>
    isObject(value) && Object.values(value).every(inner);
}

/** An object with these fields, perhaps with those in `some`; others are let through. */
export function fields<F extends Fields>(all: F): Guard<Whole<F>>;
export function fields<F extends Fields, S extends Fields>(
  all: F,
  some: S
): Guard<Whole<F> & Some<S>>;
export function fields(all: Fields, some: Fields = {}): Guard<object> {
  return (value): value is object =>
    isObject(value) &&
    Object.entries(all).every(([name, inner]) => inner(value[name])) &&
    Object.entries(some).every(([name, inner]) => !(name in value) || inner(value[name]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
