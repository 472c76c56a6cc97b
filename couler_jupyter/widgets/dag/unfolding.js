// A map as its items: what one box stands for, as a box each; of many only the first.

const FIRST = 20; // items that get a box of their own
const NUMBERS = /\d+/g;

/** @typedef {import("./types.js").WorkflowView} WorkflowView */

/**
 * A workflow in which some nodes are groups of what they stand for.
 * @param {WorkflowView} workflow
 * @param {Set<string>} opened ids of nodes
 * @param {(node: string) => string[]} stepsOf ids of the steps that a node stands for
 * @returns {{ workflow: WorkflowView, shows: Map<string, string>, rest: Map<string, string>, count: number }} `shows` is
 *   what shows each step that has a box, `rest` the box of all others of a node; `count` steps there were
 */
export function unfolded(workflow, opened, stepsOf) {
  const shows = new Map();
  const rest = new Map();
  const groups = [];
  let count = 0;
  const nodes = workflow.nodes.flatMap((node) => {
    const items = opened.has(node.id) ? itemsIn(node.id, stepsOf(node.id)) : [];
    if (items.length < 2) return [node];
    count += items.length;
    const { id, label, badges } = node;
    groups.push({ id, label, kind: "items", parent: node.group, badges });
    const inside = { ...node, group: id, badges: [], of: id };
    const first = items.slice(0, items.length === FIRST + 1 ? FIRST + 1 : FIRST);
    for (const step of first) shows.set(step, step);
    const boxes = first.map((step) => ({ ...inside, id: step, label: step, loop: "" }));
    const more = items.length - first.length;
    rest.set(id, more ? `${id} more` : id);
    return more ? [...boxes, { ...inside, id: `${id} more`, label: `${more} more`, loop: "map" }] : boxes;
  });
  return groups.length ? { workflow: { ...workflow, nodes, groups: [...workflow.groups, ...groups] }, shows, rest, count } : { workflow, shows, rest, count };
}

/** Steps that are items or turns, in the order of their numbers. */
export function itemsIn(node, steps) {
  const place = new Map(steps.map((id) => [id, (id.match(NUMBERS) ?? []).map(Number)]));
  return steps.filter((id) => id !== node).sort((one, other) => compare(place.get(one), place.get(other)) || (one < other ? -1 : 1));
}

function compare(one, other) {
  const at = one.findIndex((number, place) => number !== other[place]);
  return at < 0 ? one.length - other.length : one[at] - (other[at] ?? -1);
}
