// Questions about who comes after whom, asked of what is seen.

/** @typedef {import("./types.js").EdgeView} EdgeView */

/** The nodes that are seen and what joins them. */
export class Graph {
  /** @param {import("./folding.js").Fold} fold */
  constructor(fold) {
    this.nodes = fold.nodes;
    /** @type {Map<string, string[]>} */
    this.before = new Map(fold.nodes.map((one) => [one.id, []]));
    /** @type {Map<string, string[]>} */
    this.after = new Map(fold.nodes.map((one) => [one.id, []]));
    /** @type {Map<string, string>} the open map that each of its items is in */
    this.maps = new Map(fold.nodes.filter((one) => one.of).map((one) => [one.id, one.group]));
    const ends = new Map();
    const at = (id) => ends.get(id) ?? ends.set(id, fold.ends(id)).get(id);
    for (const { source, target } of fold.edges) {
      for (const from of at(source)) this.after.get(from).push(...at(target));
      for (const to of at(target)) this.before.get(to).push(...at(source));
    }
  }

  /** A node with all it comes after and all that comes after it. */
  family(id) {
    if (!this.before.has(id)) return new Set();
    return this.outlined([...reached(id, this.before), ...reached(id, this.after)]);
  }

  /** Nodes with the outlines of the open maps that they are in, where arrows end. */
  outlined(ids) {
    return new Set(ids.flatMap((id) => (this.maps.has(id) ? [id, this.maps.get(id)] : [id])));
  }

  /**
   * The nodes of the way from a first to a last one that takes longest.
   * @param {(id: string) => number} seconds
   * @returns {string[]}
   */
  longest(seconds) {
    const best = new Map();
    for (const id of this.sorted()) {
      let [most, from] = [0, null];
      for (const one of this.before.get(id)) if (best.get(one)?.sum > most) [most, from] = [best.get(one).sum, one];
      best.set(id, { sum: most + Math.max(seconds(id), 1e-9), from });
    }
    let last = null;
    for (const [id, { sum }] of best) if (last === null || sum > best.get(last).sum) last = id;
    const way = [];
    for (let at = last; at !== null; at = best.get(at).from) way.unshift(at);
    return way;
  }

  /** Nodes, each after those it comes after. */
  sorted() {
    const waits = new Map([...this.before].map(([id, ones]) => [id, ones.length]));
    const ready = [...waits].filter(([, count]) => !count).map(([id]) => id);
    for (let index = 0; index < ready.length; index += 1) {
      for (const next of this.after.get(ready[index])) {
        waits.set(next, waits.get(next) - 1);
        if (!waits.get(next)) ready.push(next);
      }
    }
    return ready;
  }
}

function reached(id, links) {
  const found = new Set([id]);
  const waiting = [id];
  while (waiting.length) {
    for (const next of links.get(waiting.pop())) {
      if (found.has(next)) continue;
      found.add(next);
      waiting.push(next);
    }
  }
  return found;
}
