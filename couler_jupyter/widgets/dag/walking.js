// The keys: arrows walk along the arrows of the picture, Enter opens, Escape closes.

const STRIDE = 60; // pixels that an arrow key moves the picture by where no node has the focus

/** What people are told of the keys. */
export const KEYS =
  "arrows: along the edges and to the sides; Enter: details; o: open or close a group; Escape: close; /: search; n, N: next, previous; " +
  "+, −: zoom; 0: all; Home, End: first, last";

/**
 * What a key does.
 * @param {KeyboardEvent} event
 * @param {string | null} node that has the focus
 * @param {Record<string, (node: string | null) => void>} can what the picture can do
 * @param {(node: string, key: string) => string | undefined} neighbour
 * @returns {(() => void) | undefined}
 */
export function doneBy(event, node, can, neighbour) {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const { key } = event;
  if (key.startsWith("Arrow")) {
    const next = node ? neighbour(node, key) : undefined;
    if (next) return () => can.focus(next);
    return node ? () => {} : () => can.pan(key);
  }
  const plain = { "+": "nearer", "=": "nearer", "-": "farther", 0: "fit", Escape: "close", "/": "search", n: "next", N: "previous", Home: "first", End: "last" };
  const ofNode = { Enter: "choose", " ": "choose", o: "fold" };
  const name = plain[key] ?? (node ? ofNode[key] : undefined);
  return name && (() => can[name](node));
}

/** How far an arrow key moves the picture: right and down. */
export function stride(key) {
  return { ArrowLeft: [-STRIDE, 0], ArrowRight: [STRIDE, 0], ArrowUp: [0, -STRIDE], ArrowDown: [0, STRIDE] }[key] ?? [0, 0];
}

/**
 * The node that an arrow key leads to: along an edge where it points the way the graph runs, else the nearest
 * on that side.
 * @param {import("./graph.js").Graph} graph
 * @param {import("./types.js").LayoutView} layout
 */
export function neighbourIn(graph, layout) {
  const boxes = new Map(layout.nodes.map((box) => [box.id, box]));
  const across = layout.across ?? runsAcross(layout, boxes);
  const [on, back] = across ? ["ArrowRight", "ArrowLeft"] : ["ArrowDown", "ArrowUp"];
  return (node, key) => {
    const from = boxes.get(node);
    if (key === on || key === back) {
      const ends = (key === on ? graph.after : graph.before).get(node) ?? [];
      return nearest(from, ends.map((id) => boxes.get(id)));
    }
    const forward = key === "ArrowRight" || key === "ArrowDown";
    const side = (box) => (across ? middle(box).y - middle(from).y : middle(box).x - middle(from).x) * (forward ? 1 : -1);
    const deep = (box) => Math.abs(across ? middle(box).x - middle(from).x : middle(box).y - middle(from).y);
    const row = across ? from.width : from.height;
    return nearest(from, layout.nodes.filter((box) => side(box) > 1 && deep(box) < row));
  };
}

/** Whether most edges lead to the right rather than down. */
function runsAcross(layout, boxes) {
  let more = 0;
  for (const { source, target } of layout.edges) {
    const [from, to] = [boxes.get(source), boxes.get(target)];
    more += from.x + from.width <= to.x && to.y < from.y + from.height ? 1 : -1;
  }
  return more > 0;
}

const middle = (box) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });

function nearest(from, boxes) {
  let [found, least] = [undefined, Infinity];
  for (const box of boxes) {
    const far = Math.hypot(middle(box).x - middle(from).x, middle(box).y - middle(from).y);
    if (far < least) [found, least] = [box.id, far];
  }
  return found;
}
