// Boxes in rows: the layered layout of drawing/layered.py, for graphs that a person folded.
//
// Graphviz lays out what is seen first. What a person makes of it by opening and closing groups is laid out
// here: there are too many ways to send them all, and a message to the kernel would wait until its cell ends.

const SWEEPS = 6;
const PASSED = 8; // the place that a long edge gets in a row it passes
const WIDE = 24; // a row of more boxes is broken into lines
const LINE_GAP = 16;
const ROW_GAP = 40;
const BOX_GAP = 22;

/**
 * Where boxes stand and which points edges pass, along the rows (`a`) and deep (`d`), middles at 0.
 * @param {{ a: number, d: number }[]} sizes
 * @param {[number, number][]} edges pairs of indices into `sizes`
 * @returns {{ at: { a: number, d: number }[], ways: { a: number, d: number }[][] }} the ways of edges hold the
 *   places they pass between their ends
 */
export function layered(sizes, edges) {
  const order = topological(sizes.length, edges);
  const forward = edges.map(([source, target]) => (order[source] < order[target] ? [source, target] : [target, source]));
  const ranks = ranksOf(sizes.length, forward, order);
  const grid = gridOf(sizes, forward, ranks);
  sweep(grid);
  const at = placed(grid);
  return { at: at.slice(0, sizes.length), ways: grid.chains.map((cells) => cells.slice(1, -1).map((cell) => at[cell])) };
}

/** The place of each node in an order in which each comes after those before it; rings are cut somewhere. */
function topological(count, edges) {
  const below = Array.from({ length: count }, () => []);
  const waits = new Array(count).fill(0);
  for (const [source, target] of edges) {
    below[source].push(target);
    waits[target] += 1;
  }
  const ready = [];
  for (let node = 0; node < count; node += 1) if (!waits[node]) ready.push(node);
  const place = new Array(count).fill(-1);
  let next = 0;
  for (let start = 0; next < count; start += 1) {
    for (let index = 0; index < ready.length; index += 1) {
      const node = ready[index];
      if (place[node] >= 0) continue;
      place[node] = next;
      next += 1;
      for (const other of below[node]) if ((waits[other] -= 1) === 0) ready.push(other);
    }
    ready.length = 0;
    while (start < count && place[start] >= 0) start += 1;
    if (start < count) ready.push(start);
  }
  return place;
}

/** The row of each node: below all it comes after; one that comes after nothing stands near what it feeds. */
function ranksOf(count, edges, order) {
  const ranks = new Array(count).fill(0);
  const fed = new Set();
  for (const [source, target] of [...edges].sort((one, other) => order[one[0]] - order[other[0]])) {
    ranks[target] = Math.max(ranks[target], ranks[source] + 1);
    fed.add(target);
  }
  const nearest = new Map();
  for (const [source, target] of edges) nearest.set(source, Math.min(nearest.get(source) ?? ranks[target], ranks[target]));
  for (const [source, row] of nearest) if (!fed.has(source)) ranks[source] = row - 1;
  return ranks;
}

function gridOf(sizes, edges, ranks) {
  const rows = [];
  ranks.forEach((rank, node) => (rows[rank] ??= []).push(node));
  for (let row = 0; row < rows.length; row += 1) rows[row] ??= [];
  const grid = {
    real: sizes.length,
    along: sizes.map((one) => one.a),
    deep: sizes.map((one) => one.d),
    rows,
    above: sizes.map(() => []),
    below: sizes.map(() => []),
    chains: [],
  };
  const broken = rows.map((row) => row.length > WIDE);
  let spare = 2 * sizes.length + 200;
  for (const [source, target] of edges) {
    const long = ranks[target] - ranks[source] - 1;
    const cells = [source];
    if (long <= spare) {
      spare -= Math.max(0, long);
      for (let row = ranks[source] + 1; row < ranks[target]; row += 1) if (!broken[row]) cells.push(passing(grid, row));
    }
    cells.push(target);
    for (let index = 1; index < cells.length; index += 1) {
      grid.below[cells[index - 1]].push(cells[index]);
      grid.above[cells[index]].push(cells[index - 1]);
    }
    grid.chains.push(cells);
  }
  return grid;
}

function passing(grid, row) {
  const cell = grid.along.push(PASSED) - 1;
  grid.deep.push(0);
  grid.above.push([]);
  grid.below.push([]);
  grid.rows[row].push(cell);
  return cell;
}

const mean = (values, otherwise) => (values.length ? values.reduce((sum, one) => sum + one, 0) / values.length : otherwise);

/** Order each row by where its neighbours stand, down and up again. */
function sweep(grid) {
  const position = new Array(grid.along.length).fill(0);
  const number = (row) => row.forEach((cell, place) => (position[cell] = (place + 0.5) / row.length));
  grid.rows.forEach(number);
  for (let turn = 0; turn < SWEEPS; turn += 1) {
    const down = turn % 2 === 0;
    const links = down ? grid.above : grid.below;
    for (const row of down ? grid.rows : [...grid.rows].reverse()) {
      const wanted = new Map(row.map((cell) => [cell, mean(links[cell].map((one) => position[one]), position[cell])]));
      row.sort((one, other) => wanted.get(one) - wanted.get(other) || position[one] - position[other]);
      number(row);
    }
  }
}

/** The middle of each cell. */
function placed(grid) {
  const along = new Array(grid.along.length).fill(0);
  const lines = grid.rows.map((row) => linesOf(row, grid.real));
  for (const row of lines) for (const line of row) spread(line, grid, along);
  for (let turn = 0; turn < 2 * SWEEPS; turn += 1) {
    const down = turn % 2 === 0;
    const links = down ? grid.above : grid.below;
    for (const row of down ? lines : [...lines].reverse()) if (row.length === 1) pull(row[0], links, grid, along);
  }
  const deep = new Array(along.length).fill(0);
  let depth = 0;
  for (const row of lines) {
    for (const line of row) {
      const height = line.reduce((most, cell) => Math.max(most, grid.deep[cell]), 0);
      for (const cell of line) deep[cell] = depth + height / 2;
      depth += height + LINE_GAP;
    }
    depth += ROW_GAP - LINE_GAP;
  }
  return along.map((a, cell) => ({ a, d: deep[cell] }));
}

function linesOf(row, real) {
  if (row.filter((cell) => cell < real).length <= WIDE) return [row];
  const length = Math.max(WIDE / 2, Math.ceil(Math.sqrt(row.length / 2)));
  const lines = [];
  for (let start = 0; start < row.length; start += length) lines.push(row.slice(start, start + length));
  return lines;
}

function spread(line, grid, along) {
  let edge = -line.reduce((sum, cell) => sum + grid.along[cell] + BOX_GAP, 0) / 2;
  for (const cell of line) {
    along[cell] = edge + (grid.along[cell] + BOX_GAP) / 2;
    edge += grid.along[cell] + BOX_GAP;
  }
}

/** Move the cells of a line towards their neighbours, as far as order and gaps leave room. */
function pull(line, links, grid, along) {
  const wanted = line.map((cell) => mean(links[cell].map((one) => along[one]), along[cell]));
  const gaps = line.slice(1).map((cell, place) => (grid.along[line[place]] + grid.along[cell]) / 2 + BOX_GAP);
  const left = packed(wanted, gaps);
  const right = packed(wanted.map((one) => -one).reverse(), [...gaps].reverse()).map((one) => -one).reverse();
  line.forEach((cell, place) => (along[cell] = (left[place] + right[place]) / 2));
}

function packed(wanted, gaps) {
  let least = -Infinity;
  return wanted.map((one, place) => {
    const x = Math.max(one, least);
    least = x + (gaps[place] ?? 0);
    return x;
  });
}
