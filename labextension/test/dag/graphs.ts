/** A workflow of `count` steps, some of them in groups. */
export function workflow(
  count: number,
  pairs: [number, number][],
  groups: Record<string, number[]> = {}
): WorkflowView {
  const around = new Map(
    Object.entries(groups).flatMap(([name, inside]) => inside.map(n => [n, name] as const))
  );
  return {
    name: 'graph',
    nodes: Array.from({ length: count }, (_, n) => ({
      id: `s${n}`,
      label: `s${n}`,
      kind: 'function',
      detail: '',
      group: around.get(n) ?? '',
      loop: '',
      badges: []
    })),
    edges: pairs.map(([source, target]) => ({
      source: `s${source}`,
      target: `s${target}`,
      kind: 'data',
      label: '',
      cut: false
    })),
    groups: Object.keys(groups).map(id => ({
      id,
      label: id,
      kind: 'subworkflow',
      parent: '',
      badges: []
    }))
  };
}

/** Numbers that look random and are the same each time. */
export function drawn(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Edges from each step to some of those before it. */
export function someEdges(count: number, seed: number): [number, number][] {
  const random = drawn(seed);
  const pairs: [number, number][] = [];
  for (let target = 1; target < count; target += 1)
    for (let source = 0; source < target; source += 1)
      if (random() < 2 / target) pairs.push([source, target]);
  return pairs;
}
