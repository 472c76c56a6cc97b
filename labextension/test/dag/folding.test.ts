import { describe, expect, it } from 'vitest';

import { banded } from '../../../couler_jupyter/widgets/dag/banding.js';
import { Fold } from '../../../couler_jupyter/widgets/dag/folding.js';
import { workflow } from './graphs';

const ids = (all: { id: string }[]): string[] => all.map(one => one.id);
const pairs = (all: EdgeView[]): string[] => all.map(one => `${one.source} ${one.target}`);

describe('Fold', () => {
  const whole = workflow(
    5,
    [
      [0, 1],
      [1, 2],
      [2, 4],
      [0, 3],
      [3, 4]
    ],
    { a: [1, 2], b: [3] }
  );

  it('shows all of it where nothing is closed', () => {
    const fold = new Fold(whole, []);
    expect(fold.nodes).toEqual(whole.nodes);
    expect(fold.edges).toEqual(whole.edges);
    expect(ids(fold.groups)).toEqual(['a', 'b']);
  });

  it('shows a closed group as one node that says how many steps it has', () => {
    const fold = new Fold(whole, ['a']);
    expect(ids(fold.nodes)).toEqual(['s0', 'a', 's3', 's4']);
    expect(fold.nodes[1]).toMatchObject({ kind: 'subworkflow', detail: '2 steps' });
    expect(pairs(fold.edges)).toEqual(['s0 a', 'a s4', 's0 s3', 's3 s4']);
    expect(ids(fold.groups)).toEqual(['b']);
  });

  it('leaves the workflow as it was', () => {
    const before = structuredClone(whole);
    new Fold(whole, ['a', 'b']);
    expect(whole).toEqual(before);
  });

  it('shows the outermost of closed groups in groups', () => {
    const nested = structuredClone(whole);
    nested.groups.push({ id: 'out', label: 'out', kind: 'part', parent: '', badges: [] });
    for (const group of nested.groups) if (group.id === 'a') group.parent = 'out';
    expect(ids(new Fold(nested, ['a', 'out']).nodes)).toEqual(['s0', 'out', 's3', 's4']);
    expect(ids(new Fold(nested, ['a']).nodes)).toEqual(['s0', 'a', 's3', 's4']);
  });

  it('finds what shows a step of a run, also one that is not drawn', () => {
    const fold = new Fold(whole, ['a']);
    expect(fold.seen('s1')).toBe('a');
    expect(fold.seen('s4/inner')).toBe('s4');
    expect(fold.seen('nowhere')).toBe('');
  });
});

describe('banded', () => {
  const rows = (count: number): [number, number][] =>
    Array.from({ length: count - 10 }, (_, n) => [n, n + 10]);

  it('leaves alone what can be read', () => {
    const small = workflow(1000, rows(1000));
    expect(banded(small, [])).toEqual({ workflow: small, closed: [] });
  });

  it('closes stretches of levels, none of which leads back to an earlier one', () => {
    const { workflow: made, closed } = banded(workflow(4000, rows(4000)), []);
    const fold = new Fold(made, closed);
    expect(fold.nodes.length).toBeLessThanOrEqual(60);
    const place = new Map(fold.nodes.map((one, index) => [one.id, index]));
    for (const { source, target } of fold.edges)
      expect(place.get(source)).toBeLessThan(place.get(target) ?? -1);
  });

  it('keeps groups whole', () => {
    const all = workflow(2000, rows(2000), { kept: [500, 501, 510, 511] });
    const { workflow: made } = banded(all, []);
    const kept = made.groups.find(one => one.id === 'kept');
    expect(kept?.parent).toMatch(/^levels? /);
    expect(made.nodes.filter(one => one.group === 'kept').length).toBe(4);
  });
});
