import { describe, expect, it } from 'vitest';

import { Fold } from '../../../couler_jupyter/widgets/dag/folding.js';
import { Graph } from '../../../couler_jupyter/widgets/dag/graph.js';
import { placedView } from '../../../couler_jupyter/widgets/dag/placing.js';
import { itemsIn, unfolded } from '../../../couler_jupyter/widgets/dag/unfolding.js';
import { workflow } from './graphs';

const ids = (all: { id: string }[]): string[] => all.map(one => one.id);
const whole = workflow(
  4,
  [
    [0, 1],
    [1, 2],
    [0, 3]
  ],
  { g: [1] }
);

function items(count: number): (node: string) => string[] {
  return node => [node, ...Array.from({ length: count }, (_, n) => `${node}[${n}]`)];
}

function opened(count: number, closed: string[] = []) {
  const found = unfolded(whole, new Set(['s1']), items(count));
  return new Fold(found.workflow, closed, found);
}

describe('unfolded', () => {
  it('gives each of a few items a box in an outline of their own', () => {
    const fold = opened(3);
    expect(ids(fold.nodes)).toEqual(['s0', 's1[0]', 's1[1]', 's1[2]', 's2', 's3']);
    expect(fold.groups).toContainEqual(
      expect.objectContaining({ id: 's1', kind: 'items', parent: 'g' })
    );
    expect(fold.edges.map(one => `${one.source} ${one.target}`)).toEqual([
      's0 s1',
      's1 s2',
      's0 s3'
    ]);
  });

  it('shows the first of many, and counts the others', () => {
    const fold = opened(1000);
    const boxes = fold.nodes.filter(one => one.id.startsWith('s1'));
    expect(boxes).toHaveLength(21);
    expect(boxes.at(-1)).toMatchObject({ id: 's1 more', label: '980 more', loop: 'map' });
    expect(fold.seen('s1', 's1[19]')).toBe('s1[19]');
    expect(fold.seen('s1', 's1[20]')).toBe('s1 more');
    expect(fold.seen('s1')).toBe('s1');
  });

  it('lets none stand for a single one that is left', () => {
    expect(opened(21).nodes.filter(one => one.id.startsWith('s1'))).toHaveLength(21);
  });

  it('leaves alone what has no items, and what was not asked for', () => {
    expect(unfolded(whole, new Set(['s1']), items(1)).workflow).toBe(whole);
    expect(unfolded(whole, new Set(), items(9)).workflow).toBe(whole);
  });

  it('is hidden by a closed group around it, which counts steps and no items', () => {
    const fold = opened(5, ['g']);
    expect(ids(fold.nodes)).toEqual(['s0', 'g', 's2', 's3']);
    expect(fold.nodes[1]).toMatchObject({ detail: '1 step' });
    expect(fold.seen('s1', 's1[2]')).toBe('g');
  });
});

it('puts items in the order of their numbers', () => {
  const steps = ['t', 't[10]', 't[9]', 't[2]/fit', 't[2]/a', 't#1'];
  expect(itemsIn('t', steps)).toEqual(['t#1', 't[2]/a', 't[2]/fit', 't[9]', 't[10]']);
});

it('joins each item to what comes before and after, and lights the outline with them', () => {
  const graph = new Graph(opened(2));
  expect([...graph.family('s0')]).toEqual(
    expect.arrayContaining(['s0', 's1[0]', 's1[1]', 's1', 's2', 's3'])
  );
  expect([...graph.family('s1[1]')].sort()).toEqual(['s0', 's1', 's1[1]', 's2']);
  expect(graph.longest(id => (id === 's1[1]' ? 9 : 1))).toEqual(['s0', 's1[1]', 's2']);
});

it('lays items out in a few lines that do not overlap, inside their outline', () => {
  const { nodes, groups } = placedView(opened(50));
  const boxes = nodes.filter(one => one.id.startsWith('s1'));
  const outline = groups.find(one => one.id === 's1');
  if (!outline) throw new Error('no outline');
  for (const [place, one] of boxes.entries()) {
    expect(one.x).toBeGreaterThan(outline.x);
    expect(one.x + one.width).toBeLessThan(outline.x + outline.width);
    expect(one.y + one.height).toBeLessThan(outline.y + outline.height);
    for (const other of boxes.slice(place + 1))
      expect(
        one.x + one.width <= other.x ||
          other.x + other.width <= one.x ||
          one.y + one.height <= other.y ||
          other.y + other.height <= one.y
      ).toBe(true);
  }
  expect(outline.width).toBeLessThan(6 * 300);
});
