// The table of steps, and what is told of one node.

import { memory } from "./amount.js";
import { mark, say } from "./dom.js";
import { ended, span } from "./standing.js";
import { MOST, Table } from "./table.js";

const COLUMNS = [
  { name: "step" },
  { name: "phase", whole: true },
  { name: "duration", number: true },
  { name: "attempts", number: true },
  { name: "message" },
];

/** A table of steps; rows beyond the first few hundred are only counted. */
export class Steps {
  constructor(looks) {
    this.looks = looks;
    this.ids = [];
    this.table = new Table("steps", COLUMNS);
    this.root = this.table.root;
  }

  /** Show these steps from now on. */
  list(ids, record) {
    this.ids = ids;
    this.table.order([]);
    for (const id of ids.slice(0, MOST)) this.put(record.steps.get(id), record.now());
    this.table.count(ids.length, "steps");
  }

  has(id) {
    return this.table.rows.has(id);
  }

  /** Show where a step stands now; it joins the table if it is new. */
  put(step, now) {
    if (!this.has(step.id) && this.table.rows.size >= MOST) return;
    const row = this.table.row(step.id);
    if (row.phase !== step.phase) {
      row.phase = step.phase;
      row.cells[0].replaceChildren(mark(this.looks[step.phase]), ` ${this.looks[step.phase].word}`);
    }
    say(row.cells[1], span(step, now));
    say(row.cells[2], step.attempts ? String(step.attempts) : "");
    say(row.cells[3], step.message);
    row.root.title = [
      step.cpu_seconds !== null ? `CPU ${step.cpu_seconds.toFixed(1)} s` : "",
      step.peak_memory !== null ? `memory ${memory(step.peak_memory)}` : "",
    ].filter(Boolean).join(", ");
  }

  /** Let durations of what goes on grow. */
  tick(record) {
    for (const id of this.table.rows.keys()) {
      const step = record.steps.get(id);
      if (step && !ended(step.phase)) this.put(step, record.now());
    }
  }
}
