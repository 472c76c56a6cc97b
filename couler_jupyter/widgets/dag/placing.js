// A folded workflow as a picture: each open group is laid out by itself and then stands as one box in the group
// around it, so that outlines never cross, and opening one leaves the others as they were.

import { inColumns } from "./columns.js";
import { pairKey } from "./folding.js";
import { layered } from "./layering.js";
import { boxOf, labelOf, tabOf } from "./measuring.js";

const TRIED = 300; // boxes up to which both ways to run are tried
const PADDING = 16;
const TOP = 24; // room for the tab of a group
const HEAD = 8;
const TURN = 36; // how far a line goes on before it turns back
const GRID_COLUMNS = 6; // of the items of a map
const GRID_GAP = 20; // pixels between them
const FRAME = [960, 620]; // what a notebook shows at once, about

/** @typedef {import("./folding.js").Fold} Fold */
/** @typedef {import("./types.js").LayoutView} LayoutView */

/**
 * @param {Fold} fold
 * @returns {LayoutView}
 */
export function placedView(fold) {
  const down = new Placing(fold, false);
  const view = down.view();
  if (scaleOf(view) >= 1 || fold.nodes.length > TRIED) return view;
  const across = new Placing(fold, true).view();
  return scaleOf(across) > 1.15 * scaleOf(view) ? across : view;
}

const scaleOf = ({ width, height }) => Math.min(FRAME[0] / width, FRAME[1] / height, 1);

class Placing {
  /**
   * @param {Fold} fold
   * @param {boolean} across whether it runs from left to right
   */
  constructor(fold, across) {
    this.fold = fold;
    this.across = across;
    this.parents = new Map([...fold.groups.map((one) => [one.id, one.parent]), ...fold.nodes.map((one) => [one.id, one.group])]);
    this.members = new Map([["", []], ...fold.groups.map((one) => [one.id, []])]);
    for (const [id, parent] of this.parents) this.members.get(this.members.has(parent) ? parent : "").push(id);
    this.boxes = new Map(fold.nodes.map((node) => [node.id, boxOf(node)]));
    this.between = this.sorted();
    this.ways = new Map();
  }

  /** Edges by the group in which their ways part, with what stands for their ends there. */
  sorted() {
    const found = new Map([...this.members.keys()].map((group) => [group, []]));
    for (const edge of this.fold.edges) {
      const [from, to] = [this.chain(edge.source), this.chain(edge.target)];
      let common = 0;
      while (from[common] === to[common]) common += 1;
      found.get(common ? from[common - 1] : "").push({ edge, source: from[common], target: to[common] });
    }
    return found;
  }

  /** A node and the open groups around it, the outermost first. */
  chain(id) {
    const found = [];
    for (let at = id; at; at = this.parents.get(at)) found.unshift(at);
    return found;
  }

  /** @returns {LayoutView} */
  view() {
    this.lay("");
    const whole = this.boxes.get("");
    this.move("", PADDING, PADDING);
    const groups = this.fold.groups.map((group) => {
      const { x, y, width, height } = this.boxes.get(group.id);
      return { id: group.id, x, y, width, height, text: group.label, tab: tabOf(group, x, y, width) };
    });
    return {
      width: whole.width + 2 * PADDING,
      height: whole.height + 2 * PADDING,
      across: this.across,
      nodes: this.fold.nodes.map((node) => this.boxes.get(node.id)),
      groups,
      edges: this.fold.edges.map((edge) => this.curve(edge)),
    };
  }

  /** Lay out what is in a group, inner groups first; positions are from its corner. */
  lay(group) {
    const inside = this.members.get(group);
    for (const id of inside) if (this.members.has(id)) this.lay(id);
    const index = new Map(inside.map((id, place) => [id, place]));
    const sizes = inside.map((id) => this.turned(this.boxes.get(id)));
    const edges = this.between.get(group);
    const pairs = [];
    const known = new Map();
    for (const { source, target } of edges) {
      const key = pairKey(source, target);
      if (!known.has(key)) known.set(key, pairs.push([index.get(source), index.get(target)]) - 1);
    }
    const isMap = this.fold.all.get(group)?.kind === "items";
    const placed = isMap ? { at: inGrid(sizes, this.across), ways: [] } : layered(sizes, pairs);
    const { at, ways } = group ? placed : inColumns(placed, sizes, pairs, (a, d) => scaleOf(this.across ? { width: d, height: a } : { width: a, height: d }));
    const wrapped = at !== placed.at;
    const least = at.reduce((most, one, place) => Math.min(most, one.a - sizes[place].a / 2), Infinity);
    const pad = wrapped ? TURN : group ? PADDING : 0;
    const top = group ? TOP : pad;
    const [shiftA, shiftD] = this.across ? [top - least, pad] : [pad - least, top];
    let [width, height] = [0, 0];
    inside.forEach((id, place) => {
      const box = this.boxes.get(id);
      const [x, y] = this.point({ a: at[place].a + shiftA, d: at[place].d + shiftD });
      box.x = x - box.width / 2;
      box.y = y - box.height / 2;
      width = Math.max(width, box.x + box.width);
      height = Math.max(height, box.y + box.height);
    });
    this.boxes.set(group, { x: 0, y: 0, width: width + pad, height: height + pad });
    for (const { edge, source, target } of edges) {
      const way = ways[known.get(pairKey(source, target))];
      this.ways.set(edge, { group, points: way.map((one) => this.point({ ...one, a: one.a + shiftA, d: one.d + shiftD })) });
    }
  }

  turned({ width, height }) {
    return this.across ? { a: height, d: width } : { a: width, d: height };
  }

  point({ a, d, turns = false }) {
    return this.across ? [d, a, turns] : [a, d, turns];
  }

  /** Put a group, and with it all that is inside, where it stands in the whole. */
  move(group, x, y) {
    const box = this.boxes.get(group);
    [box.x, box.y] = [x, y];
    for (const id of this.members.get(group)) {
      const inner = this.boxes.get(id);
      if (this.members.has(id)) this.move(id, x + inner.x, y + inner.y);
      else [inner.x, inner.y] = [x + inner.x, y + inner.y];
    }
  }

  curve(edge) {
    const { group, points } = this.ways.get(edge);
    const { x, y } = this.boxes.get(group);
    const [from, to] = [this.boxes.get(edge.source), this.boxes.get(edge.target)];
    const start = this.across ? [from.x + from.width, from.y + from.height / 2, false] : [from.x + from.width / 2, from.y + from.height, false];
    const end = this.across ? [to.x, to.y + to.height / 2, false] : [to.x + to.width / 2, to.y, false];
    const way = [start, ...points.map((one) => [one[0] + x, one[1] + y, one[2]]), end];
    const middle = Math.floor((way.length - 1) / 2);
    const [one, other] = [way[middle], way[middle + 1]];
    const label = labelOf(edge.label, [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2]);
    const { source, target, kind } = edge;
    const cut = edge.cut ? strokes(label ? [start, way[1]] : [one, other], label ? 0.2 : 0.5) : "";
    return { source, target, kind, cut, line: this.line(way), head: this.head(end), label };
  }

  /** A smooth line that leaves and comes along the way the graph runs; from column to column it turns back. */
  line(way) {
    const points = way.map((one) => [...one]);
    points.at(-1)[this.across ? 0 : 1] -= HEAD * 0.8;
    let text = `M${shown(points[0])}`;
    for (let place = 1; place < points.length; place += 1) {
      const [one, other] = [points[place - 1], points[place]];
      const deep = this.across ? other[0] - one[0] : other[1] - one[1];
      const bends = one[2] === other[2] ? [deep / 2, -deep / 2] : other[2] ? [TURN, TURN] : [-TURN, -TURN];
      const [leave, come] = bends.map((bend) => (this.across ? [bend, 0] : [0, bend]));
      text += `C${shown([one[0] + leave[0], one[1] + leave[1]])} ${shown([other[0] + come[0], other[1] + come[1]])} ${shown(other)}`;
    }
    return text;
  }

  head([x, y]) {
    const side = HEAD * 0.42;
    const back = this.across ? [[x - HEAD, y - side], [x - HEAD, y + side]] : [[x + side, y - HEAD], [x - side, y - HEAD]];
    return `M${shown([x, y])}L${shown(back[0])}L${shown(back[1])}z`;
  }
}

/** Boxes that nothing joins, in lines as they are read. */
function inGrid(sizes, across) {
  const columns = Math.min(GRID_COLUMNS, Math.ceil(Math.sqrt(sizes.length * 0.6)));
  const most = (side) => sizes.reduce((found, one) => Math.max(found, one[side]), 0) + GRID_GAP;
  const [along, deep] = [most("a"), most("d")];
  return sizes.map(({ a, d }, place) => {
    const [column, row] = [place % columns, Math.floor(place / columns)];
    return across ? { a: row * along + a / 2, d: column * deep + d / 2 } : { a: column * along + a / 2, d: row * deep + d / 2 };
  });
}

/** Two strokes across the way from one point to another. */
function strokes([[x, y], [toX, toY]], share) {
  const long = Math.hypot(toX - x, toY - y) || 1;
  const [along, down] = [(toX - x) / long, (toY - y) / long];
  const stroke = (apart) => {
    const [midX, midY] = [x + (toX - x) * share + along * apart, y + (toY - y) * share + down * apart];
    return `M${shown([midX + down * 5, midY - along * 5])}L${shown([midX - down * 5, midY + along * 5])}`;
  };
  return stroke(-2) + stroke(2);
}

const shown = ([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`;
