import { describe, expect, it } from 'vitest';

import { Fold } from '../../../couler_jupyter/widgets/dag/folding.js';
import { placedView } from '../../../couler_jupyter/widgets/dag/placing.js';
import { someEdges, workflow } from './graphs';

const apart = (one: Box, other: Box): boolean =>
  one.x + one.width <= other.x ||
  other.x + other.width <= one.x ||
  one.y + one.height <= other.y ||
  other.y + other.height <= one.y;

const within = (inner: Box, outer: Box): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

describe('placedView', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('sets no box upon another (%i)', seed => {
    const count = 6 * seed;
    const groups = { a: [1, 2, 3], b: [4, 5] };
    const whole = workflow(count, someEdges(count, seed), groups);
    const { nodes, groups: outlines, width, height } = placedView(new Fold(whole, []));
    for (const one of nodes)
      for (const other of nodes) expect(one === other || apart(one, other)).toBe(true);
    for (const group of outlines)
      for (const node of nodes) {
        const inside = groups[group.id as 'a' | 'b'].includes(Number(node.id.slice(1)));
        expect(inside ? within(node, group) : apart(node, group)).toBe(true);
      }
    const page = { id: '', x: 0, y: 0, width, height };
    for (const box of [...nodes, ...outlines]) expect(within(box, page)).toBe(true);
  });

  it('lets edges lead on, whichever way it runs', () => {
    const { nodes, across } = placedView(
      new Fold(
        workflow(4, [
          [0, 1],
          [0, 2],
          [1, 3],
          [2, 3]
        ]),
        []
      )
    );
    const at = nodes.map(one => (across ? one.x : one.y));
    expect(at[0]).toBeLessThan(at[1] ?? 0);
    expect(at[1]).toBe(at[2]);
    expect(at[2]).toBeLessThan(at[3] ?? 0);
  });

  it('sets a long chain in columns', () => {
    const pairs = Array.from({ length: 59 }, (_, n): [number, number] => [n, n + 1]);
    const { width, height } = placedView(new Fold(workflow(60, pairs), []));
    expect(Math.max(width / height, height / width)).toBeLessThan(3);
  });

  it('is the same each time, and takes what goes in a ring', () => {
    const ring = workflow(3, [
      [0, 1],
      [1, 2],
      [2, 0]
    ]);
    expect(placedView(new Fold(ring, []))).toEqual(placedView(new Fold(ring, [])));
  });

  it('draws nothing where there is nothing', () => {
    expect(placedView(new Fold(workflow(0, []), [])).nodes).toEqual([]);
  });
});
