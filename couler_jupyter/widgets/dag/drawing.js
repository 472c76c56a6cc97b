// A picture as SVG: drawn once for each fold, then only recoloured.

import { icon, say, svg } from "../dom.js";
import { told } from "../standing.js";
import { arrow, countsBar, groupShape, nodeShape, opener, pill, tabShape } from "./shapes.js";

/** The marks of one picture inside `root`. */
export class Drawing {
  /** @param {import("./types.js").DrawingView} view */
  constructor(view) {
    this.view = view;
    this.world = svg("g", { class: "couler-world" });
    this.root = svg("svg", { class: "couler-dag", role: "group", tabindex: "-1", "aria-label": `workflow ${view.workflow.name}` }, this.world);
    this.marks = new Map();
    this.lit = [];
  }

  /**
   * Draw another picture.
   * @param {import("./folding.js").Fold} fold
   * @param {import("./types.js").LayoutView} layout
   */
  draw(fold, layout) {
    this.layout = layout;
    this.marks = new Map();
    this.arrows = [];
    this.lit = [];
    const nodes = new Map(fold.nodes.map((one) => [one.id, one]));
    const groups = new Map(fold.groups.map((one) => [one.id, one]));
    const tabs = layout.groups.map((group) => this.group(group, groups.get(group.id)));
    const drawn = document.createDocumentFragment();
    drawn.append(...layout.groups.map((group) => this.marks.get(group.id).shape));
    for (const edge of layout.edges) {
      const shapes = arrow(edge);
      this.arrows.push({ ...edge, shapes });
      drawn.append(...shapes);
    }
    for (const box of layout.nodes) drawn.append(this.node(box, nodes.get(box.id)));
    for (const edge of layout.edges) if (edge.label) drawn.append(pill(edge.label));
    drawn.append(...tabs);
    this.world.replaceChildren(drawn);
    this.rove(layout.nodes[0]?.id);
  }

  node(box, node) {
    const parts = nodeShape(this.view, node, box);
    const word = this.view.kinds[node.kind]?.word ?? node.kind;
    this.marks.set(box.id, { ...parts, box, node, word, text: box.detail, shown: undefined });
    return parts.shape;
  }

  group(group, known) {
    const shape = groupShape(group, known);
    const tab = tabShape(group);
    this.marks.set(group.id, { shape, box: group, text: group.tab.text, label: tab.querySelector("text"), shown: undefined });
    return tab;
  }

  /** Show where a node or group stands; `state` is null where nothing is known. */
  show(id, state, now) {
    const found = this.marks.get(id);
    if (!found) return;
    const look = state ? this.view.phases[state.phase] : null;
    if (found.shown !== (state?.phase ?? null)) this.recolour(found, look, state?.phase ?? null);
    if (found.label) say(found.label, `− ${look ? `${look.glyph} ` : ""}${found.text}`);
    if (!found.detail) return;
    const text = state ? told(state, this.view.phases, now) : found.text;
    say(found.detail, cutTo(text, found.box.room));
    say(found.title, this.name(found, state, text));
    if (state) this.count(found, state.items);
  }

  /** What a box says in one line: all that is written in it, then what is not. */
  name({ node, word }, state, text) {
    const written = [node.id, text, ...node.badges].filter(Boolean).join(" ");
    const counts = Object.entries(state?.items ?? {}).map(([phase, count]) => `${count} ${this.view.phases[phase].word}`);
    const more = [counts.length > 1 ? counts.join(", ") : "", word, state ? node.detail : ""];
    return [written, ...more].filter(Boolean).join("; ");
  }

  count(found, items) {
    const key = Object.entries(items).join();
    if (found.counted === key) return;
    found.counted = key;
    found.counts.replaceChildren(...countsBar(found.box, items, this.view.phases));
    const { node, box } = found;
    if (node.inside || node.of || found.opener || !found.counts.childNodes.length) return;
    found.opener = opener(node.id, node.label, box);
    found.shape.append(found.opener);
  }

  recolour(found, look, phase) {
    found.shown = phase;
    if (look) found.shape.style.setProperty("--couler-phase", look.color);
    else found.shape.style.removeProperty("--couler-phase");
    found.shape.classList.toggle("couler-running", phase === "running");
    if (!found.badge) return;
    const disc = svg("circle", { cx: 8, cy: 8, r: 9, class: "couler-disc" });
    found.badge.replaceChildren(...(look ? [disc, icon(look.icon, { class: "couler-icon couler-on-disc" })] : []));
    if (!phase) found.counts.replaceChildren();
  }

  /** Mark one node as the one that is looked at. */
  select(id) {
    this.marks.get(this.selected)?.shape.classList.remove("couler-selected");
    this.marks.get(id)?.shape.classList.add("couler-selected");
    this.selected = id;
  }

  /**
   * Let these nodes, and the arrows between them, stand out; the rest fades. None: all are as usual.
   * @param {Set<string> | null} ids
   * @param {string} kind a class for why
   */
  light(ids, kind = "") {
    for (const shape of this.lit) shape.classList.remove("couler-lit");
    this.root.classList.remove("couler-lighting", "couler-critical");
    this.lit = [];
    if (!ids) return;
    for (const id of ids) if (this.marks.has(id)) this.lit.push(this.marks.get(id).shape);
    for (const { source, target, shapes } of this.arrows) if (ids.has(source) && ids.has(target)) this.lit.push(...shapes);
    for (const shape of this.lit) shape.classList.add("couler-lit");
    this.root.classList.add("couler-lighting");
    if (kind) this.root.classList.add(kind);
  }

  /** Keep one node only in the tab order: the one that had the focus last. */
  rove(id) {
    const next = this.marks.get(id);
    if (!next?.node) return;
    this.marks.get(this.home)?.shape.setAttribute("tabindex", "-1");
    next.shape.setAttribute("tabindex", "0");
    this.home = id;
  }
}

function cutTo(text, room) {
  const most = Math.floor(room / 5.8);
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
