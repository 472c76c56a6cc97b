// The marks of a picture: boxes, outlines, arrows and pills, as SVG elements.

import { icon, svg } from "../dom.js";

const ROUND = { function: 12, suspend: 20, subworkflow: 8, part: 8, levels: 8 };
const NESTED = new Set(["subworkflow", "part", "levels"]);
const LAYERS = "M8 2l6 3-6 3-6-3zM2 8l6 3 6-3M2 11l6 3 6-3";

/** The icon of a kind of node; what only the browser knows has its own. */
export function kindIcon(view, kind) {
  return view.kinds[kind]?.icon ?? LAYERS;
}

/** The box of a node, and the parts of it that change. */
export function nodeShape(view, node, box) {
  const round = ROUND[node.kind] ?? 3;
  const rect = (at, less, name) => svg("rect", { x: at, y: at, width: box.width - less, height: box.height - less, rx: round, class: name });
  const detail = svg("text", { x: 32, y: 35, class: "couler-detail" }, box.detail);
  const title = svg("title");
  const badge = svg("g", { class: "couler-phase", transform: `translate(${box.width - 16} -8)` });
  const counts = svg("g", { class: "couler-counts" });
  const shape = svg(
    "g",
    { class: "couler-node", transform: `translate(${box.x} ${box.y})`, tabindex: "-1", role: "button" },
    title,
    node.loop ? rect(4, 0, "couler-card couler-behind") : null,
    rect(0, 0, "couler-card"),
    NESTED.has(node.kind) ? rect(3, 6, "couler-inner") : null,
    icon(kindIcon(view, node.kind), { transform: "translate(9 10)" }),
    svg("text", { x: 32, y: 19, class: "couler-label" }, box.text),
    detail,
    counts,
    badge,
    ...box.badges.map(pill),
    node.inside ? opener(node.id, node.label, box) : null,
  );
  shape.dataset.node = node.id;
  return { shape, detail, title, badge, counts };
}

/** The button that opens a closed group, or a map. */
export function opener(id, label, box) {
  const place = { class: "couler-fold", transform: `translate(${box.width - 22} ${box.height - 20})` };
  const shape = svg("g", place, svg("title", {}, `open ${label}`), svg("rect", { width: 16, height: 14, rx: 3, class: "couler-pill" }), icon("M8 3.5v7M4.5 7h7"));
  shape.dataset.open = id;
  return shape;
}

/** How many steps of each phase, as a bar in the lower edge of a box. */
export function countsBar(box, items, phases) {
  const total = Object.values(items).reduce((sum, one) => sum + one, 0);
  if (total < 2) return [];
  const room = box.width - 16;
  let x = 8;
  return Object.entries(items).map(([phase, count]) => {
    const width = (room * count) / total;
    const part = svg("rect", { x, y: box.height - 5, width, height: 4, fill: phases[phase].color });
    x += width;
    return part;
  });
}

/** The outline of an open group. */
export function groupShape(group, known) {
  const { x, y, width, height } = group;
  const word = { part: "", levels: "", items: "items of " }[known.kind] ?? "sub-workflow ";
  return svg("rect", { x, y, width, height, rx: 10, class: "couler-group" }, svg("title", {}, `${word}${group.text}`));
}

/** The name of a group, on its upper edge: a button that closes it. */
export function tabShape(group) {
  const shape = pill(group.tab);
  shape.classList.add("couler-group-tab");
  shape.dataset.close = group.id;
  shape.append(svg("title", {}, `close ${group.text}`));
  return shape;
}

/** An arrow: its line, its head, and two strokes across it where it leads from one part to another. */
export function arrow(edge) {
  const cut = edge.cut ? " couler-cut" : "";
  const line = svg("path", { d: edge.line, class: `couler-edge couler-by-${edge.kind}${cut}` });
  const head = svg("path", { d: edge.head, class: `couler-head${cut}` });
  return edge.cut ? [line, head, svg("path", { d: edge.cut, class: "couler-edge couler-cut couler-strokes" }, svg("title", {}, "from one part to another"))] : [line, head];
}

/** A short text in a rounded frame. */
export function pill(box) {
  const { x, y, width, height } = box;
  const text = svg("text", { x: x + width / 2, y: y + 11, class: "couler-pill-text" }, box.text);
  return svg("g", {}, svg("rect", { x, y, width, height, rx: 7.5, class: "couler-pill" }), text);
}
