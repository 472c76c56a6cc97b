// Groups for workflows that are too big to be drawn and have none: stretches of levels.

const MOST_SEEN = 1000; // boxes that are drawn without being asked for
const BANDS = 40; // groups at the most

/** @typedef {import("./types.js").WorkflowView} WorkflowView */

/**
 * The workflow with stretches of its levels as groups, and these closed, where more boxes would be seen than
 * can be read; otherwise the workflow as it is. No edge leads back to an earlier stretch.
 * @param {WorkflowView} workflow
 * @param {string[]} closed groups that are closed already
 * @returns {{ workflow: WorkflowView, closed: string[] }}
 */
export function banded(workflow, closed) {
  const shut = new Set(closed);
  const parents = new Map(workflow.groups.map((one) => [one.id, one.parent]));
  const top = (id) => {
    let found = id;
    for (let at = id; at; at = parents.get(at)) found = at;
    return found;
  };
  const hidden = (group) => {
    for (let at = group; at; at = parents.get(at)) if (shut.has(at)) return true;
    return false;
  };
  const seen = workflow.nodes.filter((node) => !hidden(node.group)).length + shut.size;
  if (seen <= MOST_SEEN) return { workflow, closed };
  const outer = new Map(workflow.nodes.map((node) => [node.id, node.group ? top(node.group) : node.id]));
  const levels = levelsOf(workflow, outer);
  const bands = cutEvenly(levels);
  const bandOf = (id) => bands[levels.get(id)].id;
  const named = [...new Set(bands)].map((one) => ({ id: one.id, label: one.id, kind: "levels", parent: "", badges: [] }));
  return {
    workflow: {
      ...workflow,
      nodes: workflow.nodes.map((node) => (node.group ? node : { ...node, group: bandOf(node.id) })),
      groups: [...named, ...workflow.groups.map((one) => (one.parent ? one : { ...one, parent: bandOf(one.id) }))],
    },
    closed: [...named.map((one) => one.id), ...closed],
  };
}

/** The level of each outermost node and group: one below all that it comes after. */
function levelsOf(workflow, outer) {
  const after = new Map();
  for (const { source, target } of workflow.edges) {
    const [from, to] = [outer.get(source), outer.get(target)];
    if (from !== to) after.set(to, (after.get(to) ?? new Set()).add(from));
  }
  const levels = new Map();
  const level = (first) => {
    const stack = [first];
    while (stack.length) {
      const id = stack.at(-1);
      const waiting = levels.has(id) ? [] : [...(after.get(id) ?? [])].filter((one) => !levels.has(one) && !stack.includes(one));
      if (waiting.length) {
        stack.push(waiting[0]);
        continue;
      }
      const before = [...(after.get(id) ?? [])].map((one) => levels.get(one) ?? -1);
      if (!levels.has(id)) levels.set(id, before.reduce((a, b) => Math.max(a, b), -1) + 1);
      stack.pop();
    }
  };
  for (const id of outer.values()) level(id);
  return levels;
}

/** For each level the stretch it is in; stretches have about as many boxes each. */
function cutEvenly(levels) {
  const sizes = [];
  for (const level of levels.values()) sizes[level] = (sizes[level] ?? 0) + 1;
  const share = Math.max(50, Math.ceil(levels.size / BANDS));
  const bands = [];
  let [first, room] = [0, share];
  for (let level = 0; level < sizes.length; level += 1) {
    if (room < share && sizes[level] > room) {
      name(bands, first, level);
      [first, room] = [level, share];
    }
    room -= sizes[level];
  }
  name(bands, first, sizes.length);
  return bands;
}

function name(bands, first, end) {
  const id = end - first === 1 ? `level ${end}` : `levels ${first + 1} to ${end}`;
  const band = { id };
  for (let level = first; level < end; level += 1) bands[level] = band;
}
