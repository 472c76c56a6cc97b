// A graph that is long and thin, as a chain is, in columns side by side: otherwise all of it is too small to read.

const GUTTER = 60; // between two columns; what leads from one to the next runs there
const MOST_ACROSS = 4; // edges that may lead from one column to the next
const MOST_COLUMNS = 16;

/** @typedef {{ a: number, d: number }} Point along the rows, and deep */

/**
 * The places of boxes with the graph cut into columns, or as they were if that shows nothing bigger.
 * @param {{ at: Point[], ways: Point[][] }} placed
 * @param {Point[]} sizes
 * @param {[number, number][]} edges
 * @param {(a: number, d: number) => number} scale how big a picture of that size is seen
 */
export function inColumns(placed, sizes, edges, scale) {
  const { at } = placed;
  const whole = extent(at, sizes);
  const usual = scale(whole.right - whole.left, whole.bottom);
  const gaps = usual < 0.6 ? gapsIn(at, sizes, edges) : [];
  let [best, most] = [null, 1.3 * usual];
  for (let count = 2; count <= Math.min(MOST_COLUMNS, gaps.length + 1); count += 1) {
    const columns = cutInto(count, gaps, at, sizes);
    const seen = scale(columns.reduce((sum, one) => sum + one.right - one.left + GUTTER, -GUTTER), Math.max(...columns.map((one) => one.bottom - one.top)));
    if (seen > most) [best, most] = [columns, seen];
  }
  return best ? moved(placed, edges, best) : placed;
}

function extent(at, sizes, keep = () => true) {
  const found = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  at.forEach(({ a, d }, place) => {
    if (!keep(d)) return;
    found.left = Math.min(found.left, a - sizes[place].a / 2);
    found.right = Math.max(found.right, a + sizes[place].a / 2);
    found.top = Math.min(found.top, d - sizes[place].d / 2);
    found.bottom = Math.max(found.bottom, d + sizes[place].d / 2);
  });
  return found;
}

/** Depths at which no box stands and few edges pass. */
function gapsIn(at, sizes, edges) {
  const spans = at.map(({ d }, place) => [d - sizes[place].d / 2, d + sizes[place].d / 2]).sort((one, other) => one[0] - other[0]);
  const gaps = [];
  let end = spans[0]?.[1] ?? 0;
  for (const [top, bottom] of spans) {
    if (top > end) gaps.push((top + end) / 2);
    end = Math.max(end, bottom);
  }
  const passing = new Array(gaps.length + 1).fill(0);
  const row = at.map(({ d }) => lower(gaps, d));
  for (const [source, target] of edges) {
    passing[Math.min(row[source], row[target])] += 1;
    passing[Math.max(row[source], row[target])] -= 1;
  }
  let across = 0;
  return gaps.filter((_, place) => (across += passing[place]) <= MOST_ACROSS);
}

/** How many of the sorted numbers are below `value`. */
function lower(numbers, value) {
  let [from, to] = [0, numbers.length];
  while (from < to) {
    const half = (from + to) >> 1;
    if (numbers[half] < value) from = half + 1;
    else to = half;
  }
  return from;
}

function cutInto(count, gaps, at, sizes) {
  const bottom = at.reduce((most, one) => Math.max(most, one.d), 0);
  const cuts = [];
  for (let part = 1; part < count; part += 1) {
    const wanted = (bottom * part) / count;
    const next = gaps.reduce((found, one) => (Math.abs(one - wanted) < Math.abs(found - wanted) ? one : found), Infinity);
    if (Number.isFinite(next) && next > (cuts.at(-1) ?? 0)) cuts.push(next);
  }
  const ends = [...cuts, Infinity];
  return ends.map((end, place) => {
    const begin = place ? ends[place - 1] : -Infinity;
    return { end, ...extent(at, sizes, (d) => d > begin && d < end) };
  });
}

function moved({ at, ways }, edges, columns) {
  const ends = columns.map((one) => one.end).slice(0, -1);
  const deepest = Math.max(...columns.map((one) => one.bottom - one.top));
  const shifts = [];
  let left = 0;
  for (const column of columns) {
    shifts.push({ a: left - column.left, d: -column.top, gutter: left - GUTTER / 2 });
    left += column.right - column.left + GUTTER;
  }
  const of = at.map(({ d }) => lower(ends, d));
  const shift = (point, column) => ({ a: point.a + shifts[column].a, d: point.d + shifts[column].d });
  const turned = ways.map((way, place) => {
    const [from, to] = [of[edges[place][0]], of[edges[place][1]]];
    if (from === to) return way.map((point) => shift(point, from));
    const { gutter } = shifts[Math.max(from, to)];
    return [{ a: gutter, d: deepest, turns: true }, { a: gutter, d: 0, turns: true }];
  });
  return { at: at.map((point, place) => shift(point, of[place])), ways: turned };
}
