import { describe, expect, it } from 'vitest';

import { Fold } from '../../../couler_jupyter/widgets/dag/folding.js';
import { Graph } from '../../../couler_jupyter/widgets/dag/graph.js';
import { planned } from '../../../couler_jupyter/widgets/dag/planning.js';
import { workflow } from './graphs';

const diamond = workflow(5, [
  [0, 1],
  [0, 2],
  [1, 3],
  [2, 3]
]);

describe('Graph', () => {
  const graph = new Graph(new Fold(diamond, []));

  it('knows the family of a node', () => {
    expect([...graph.family('s1')].sort()).toEqual(['s0', 's1', 's3']);
    expect([...graph.family('s4')]).toEqual(['s4']);
    expect(graph.family('nobody').size).toBe(0);
  });

  it('finds the way that takes longest', () => {
    const took: Record<string, number> = { s0: 1, s1: 2, s2: 5, s3: 1, s4: 3 };
    expect(graph.longest(id => took[id] ?? 0)).toEqual(['s0', 's2', 's3']);
    expect(graph.longest(id => (id === 's4' ? 99 : 1))).toEqual(['s4']);
    expect(graph.longest(() => 0).length).toBe(3);
  });
});

describe('planned', () => {
  const row = (id: string, fate: string, to = ''): { id: string; fate: string; to: string } => ({
    id,
    fate,
    to
  });
  const left = (...rows: { id: string; fate: string; to: string }[]): string[] => {
    const made = planned(diamond, { rows });
    return [
      made.nodes.map(one => one.id).join(' '),
      ...made.edges.map(one => `${one.source} ${one.target}`)
    ];
  };

  it('lets the one that stands for it take the place of a merged step', () => {
    expect(left(row('s2', 'merged', 's1'))).toEqual(['s0 s1 s3 s4', 's0 s1', 's1 s3']);
  });

  it('leaves out what will not run', () => {
    expect(left(row('s1', 'left out'), row('s4', 'folded'))).toEqual([
      's0 s2 s3',
      's0 s2',
      's2 s3'
    ]);
  });

  it('goes on where steps stand for each other', () => {
    expect(left(row('s1', 'merged', 's2'), row('s2', 'merged', 's1'))[0]).toBe('s0 s3 s4');
  });

  it('marks what is reused', () => {
    const { nodes } = planned(diamond, { rows: [row('s0', 'reused', 'r-1')] });
    expect(nodes[0]?.badges).toEqual(['reused']);
  });
});
