// The Cache Score table: what its rows are, and what is told in them.

import { amount, duration, size } from "./amount.js";
import { say } from "./dom.js";
import { SortedTable, hasWords } from "./sorted_table.js";

const STATES = { kept: (one) => one.kept, "not kept": (one) => !one.kept, pinned: (one) => one.pinned };
const COLUMNS = [
  { name: "artifact", title: "workflow and step", of: artifactName },
  { name: "size", number: true, title: "bytes", of: (one) => one.size },
  { name: "age", number: true, title: "since it was kept", of: (one) => one.age },
  { name: "L", number: true, title: "the paper's cost: seconds and degrees of what makes it again", of: (one) => one.cost },
  { name: "F", number: true, title: "the paper's frequency: the steps behind it, by nearness", of: (one) => one.frequency },
  { name: "V", number: true, title: "the paper's volume: GB", of: (one) => one.volume },
  { name: "score", number: true, title: "what it is worth to the policy", of: (one) => one.score },
  { name: "rebuild", number: true, title: "to make it again, with what is not kept before it", of: (one) => one.rebuild },
  { name: "state", whole: true, title: "whether its bytes are kept", of: stateOf },
  { name: "why", title: "what its score is made of, and why it was kept or not", of: whyOf },
];

/** Whether an artifact is kept, in a word. */
export function stateOf(one) {
  if (one.pinned) return "pinned";
  return one.kept ? "kept" : "not kept";
}

/** What an artifact's score is made of, and why it was kept or not. */
export function whyOf(one) {
  const terms = one.terms.map((term) => `${term.name} ${amount(term.number)}`).join(", ");
  return [terms, one.reason].filter(Boolean).join("; ");
}

function artifactName(one) {
  return one.step ? `${one.workflow}/${one.step}` : `${one.id.slice(0, 19)}…`;
}

/** The rows of a view; `choose` is told which artifact is looked at. */
export class CacheTable extends SortedTable {
  constructor(kept, choose) {
    const kind = {
      label: "cached artifacts",
      things: "artifacts",
      columns: COLUMNS,
      sort: "score",
      key: "artifact",
      id: (one) => one.id,
      name: artifactName,
      fill: (row, one) => this.fill(row, one),
      matches: matchesArtifact,
    };
    super(kind, kept, choose);
  }

  /** Show these artifacts, their ages `elapsed` seconds later than told. */
  show(artifacts, elapsed = 0) {
    this.elapsed = elapsed;
    super.show(artifacts);
  }

  fill(row, one) {
    const age = one.age === null ? "" : duration(one.age + this.elapsed);
    const score = one.score === null ? "–" : amount(one.score);
    const numbers = [size(one.size), age, amount(one.cost), amount(one.frequency), amount(one.volume), score, duration(one.rebuild)];
    [...numbers, stateOf(one), whyOf(one)].forEach((text, place) => say(row.cells[place], text));
    row.root.classList.toggle("couler-gone", !one.kept);
  }
}

function matchesArtifact(one, kept) {
  const texts = [artifactName(one), one.id, stateOf(one), one.reason, one.run];
  return (STATES[kept.state] ?? (() => true))(one) && hasWords(kept.filter, texts);
}
