// What is left of a workflow when some of its groups are drawn as one box each.

/** @typedef {import("./types.js").WorkflowView} WorkflowView */
/** @typedef {import("./types.js").NodeView} NodeView */
/** @typedef {import("./types.js").EdgeView} EdgeView */
/** @typedef {import("./types.js").GroupView} GroupView */

/** A workflow as groups in groups, and what of it is seen; made anew when a group is opened or closed. */
export class Fold {
  /**
   * @param {WorkflowView} workflow
   * @param {Iterable<string>} closed ids of groups
   * @param {{ shows?: Map<string, string>, rest?: Map<string, string> }} items as `unfolded` tells of them
   */
  constructor(workflow, closed, { shows = new Map(), rest = new Map() } = {}) {
    this.closed = new Set(closed);
    this.shows = shows;
    this.rest = rest;
    /** @type {Map<string, GroupView>} */
    this.all = new Map(workflow.groups.map((one) => [one.id, one]));
    /** @type {Map<string, string>} what shows a node or a group: itself, or the closed group around it */
    this.home = new Map();
    /** @type {Map<string, string>} the group around each node and group that there is, or "" */
    this.around = new Map(workflow.groups.map((one) => [one.id, one.parent]));
    for (const node of workflow.nodes) this.around.set(node.id, node.group);
    for (const group of workflow.groups) this.home.set(group.id, this.outermost(group.id));
    /** @type {GroupView[]} */
    this.groups = workflow.groups.filter((one) => this.home.get(one.id) === one.id && !this.closed.has(one.id));
    this.nodes = this.boxes(workflow);
    /** @type {EdgeView[]} */
    this.edges = lifted(workflow.edges, this.home);
  }

  /** The outermost closed group around or at `id`; `id` itself where there is none. */
  outermost(id) {
    let found = id;
    for (let at = id; at; at = this.around.get(at) ?? "") if (this.closed.has(at)) found = at;
    return found;
  }

  /**
   * @param {WorkflowView} workflow
   * @returns {NodeView[]}
   */
  boxes(workflow) {
    /** @type {Map<string, NodeView>} */
    const shown = new Map();
    for (const node of workflow.nodes) {
      const home = this.outermost(node.id);
      this.home.set(node.id, home);
      const closed = shown.get(home);
      if (closed) closed.inside.push(node.of ?? node.id);
      else shown.set(home, home === node.id ? node : this.box(home, node));
    }
    for (const node of shown.values()) if (node.inside) node.detail = sizeOf(new Set(node.inside).size);
    return [...shown.values()];
  }

  /** A closed group as a node. */
  box(id, first) {
    const { label, kind = "subworkflow", parent, badges } = this.all.get(id);
    const loop = badges.some((one) => one.startsWith("map")) ? "map" : "";
    return { id, label, kind, detail: "", group: parent, part: first.part ?? null, loop, badges, inside: [first.of ?? first.id] };
  }

  /** What shows a step of a run, given the node it belongs to; "" where nothing does. */
  seen(node, step = node) {
    const item = this.shows.get(step) ?? (step === node ? node : this.rest.get(node) ?? node);
    if (item !== node && this.home.has(item)) return this.home.get(item);
    for (let at = node; at; at = at.includes("/") ? at.slice(0, at.lastIndexOf("/")) : "") {
      const home = this.home.get(at);
      if (home !== undefined) return home;
    }
    return "";
  }

  /** Ids of the boxes that an arrow's end stands for: more than one where it is at the outline of a map. */
  ends(id) {
    return this.rest.has(id) && this.home.get(id) === id ? this.nodes.filter((node) => node.of === id).map((node) => node.id) : [id];
  }

  /** All groups around `id`, the innermost first. */
  *outer(id) {
    for (let at = this.around.get(id) ?? ""; at; at = this.around.get(at) ?? "") yield at;
  }
}

/** One text for two ids; no other two have it. */
export const pairKey = (source, target) => `${source.length}:${source}${target}`;

const sizeOf = (count) => `${count} step${count === 1 ? "" : "s"}`;

/** Edges between what is seen; of several between the same two the first says why. */
function lifted(edges, home) {
  const found = new Map();
  for (const edge of edges) {
    const [source, target] = [home.get(edge.source), home.get(edge.target)];
    if (source === undefined || target === undefined || source === target) continue;
    const key = pairKey(source, target);
    const before = found.get(key);
    if (!before) found.set(key, { ...edge, source, target });
    else {
      if (before.label !== edge.label) before.label = "";
      before.cut = Boolean(before.cut || edge.cut);
    }
  }
  return [...found.values()];
}
