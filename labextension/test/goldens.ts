import { readFileSync } from 'node:fs';

/** The JSON that the Python tests keep of what they make. */
export function golden(name: string): unknown {
  const place = new URL(`../../tests/golden/protocol/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(place, 'utf-8'));
}

/** The same with something else in one place; a path like `a.0.b`. */
export function spoiled(whole: unknown, path: string, value: unknown): unknown {
  const copy = structuredClone(whole);
  const names = path.split('.');
  const last = names.pop() ?? '';
  let at = copy as Record<string, unknown>;
  for (const name of names) at = at[name] as Record<string, unknown>;
  if (!(last in at)) throw new Error(`nothing at ${path}`);
  at[last] = value;
  return copy;
}
