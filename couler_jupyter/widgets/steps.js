// The table of steps, and what is told of one node.

import { html, mark, say } from "./dom.js";
import { ended, memory, span } from "./standing.js";

const MOST = 300;
const NUMBER = { class: "couler-number" };
const HEADS = [["step"], ["phase"], ["duration", NUMBER], ["attempts", NUMBER], ["message"]];

/** A table of steps; rows beyond the first few hundred are only counted. */
export class Steps {
  constructor(looks) {
    this.looks = looks;
    this.rows = new Map();
    this.ids = [];
    this.caption = html("caption");
    this.body = html("tbody");
    const heads = HEADS.map(([name, more]) => html("th", { scope: "col", ...more }, name));
    const table = html("table", { class: "couler-steps" }, this.caption, html("thead", {}, html("tr", {}, ...heads)), this.body);
    this.root = html("div", { class: "couler-scroll", tabindex: "0", role: "region", "aria-label": "steps" }, table);
  }

  /** Show these steps from now on. */
  list(ids, record) {
    this.ids = ids;
    this.rows.clear();
    this.body.replaceChildren();
    for (const id of ids.slice(0, MOST)) this.put(record.steps.get(id), record.now());
    this.count();
  }

  /** Show where a step stands now; it joins the table if it is new. */
  put(step, now) {
    let row = this.rows.get(step.id);
    if (!row) {
      if (this.rows.size >= MOST) return;
      row = this.row(step.id);
    }
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

  row(id) {
    const cells = [html("td"), html("td", NUMBER), html("td", NUMBER), html("td")];
    const root = html("tr", {}, html("th", { scope: "row", dir: "auto" }, id), ...cells);
    this.body.append(root);
    const row = { root, cells };
    this.rows.set(id, row);
    return row;
  }

  count() {
    const hidden = this.ids.length - Math.min(this.ids.length, MOST);
    say(this.caption, hidden ? `the first ${MOST} of ${this.ids.length} steps` : `${this.ids.length} steps`);
  }

  /** Let durations of what goes on grow. */
  tick(record) {
    for (const id of this.rows.keys()) {
      const step = record.steps.get(id);
      if (step && !ended(step.phase)) this.put(step, record.now());
    }
  }
}
