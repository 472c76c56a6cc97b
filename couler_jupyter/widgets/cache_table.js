// The Cache Score table: rows to sort, to filter, to walk through and to choose.

import { amount, duration, size } from "./amount.js";
import { html, say } from "./dom.js";
import { MOST, Table } from "./table.js";

const name = (one) => (one.step ? `${one.workflow}/${one.step}` : `${one.id.slice(0, 19)}…`);
const STATES = { kept: (one) => one.kept, "not kept": (one) => !one.kept, pinned: (one) => one.pinned };
const COLUMNS = [
  { name: "artifact", title: "workflow and step", of: name },
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
const DEFAULT = "score";

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

/** The rows of a view; `choose` is told which artifact is looked at. */
export class CacheTable {
  constructor(kept, choose) {
    this.kept = kept;
    this.choose = choose;
    this.artifacts = new Map();
    this.table = new Table("cached artifacts", COLUMNS);
    this.root = this.table.root;
    this.sorters = COLUMNS.map((column, place) => this.sorter(column, this.table.heads[place]));
    this.table.body.addEventListener("click", (event) => this.choose(idAt(event)));
    this.table.body.addEventListener("keydown", (event) => this.key(event));
    this.table.body.addEventListener("focusin", (event) => this.rove(idAt(event)));
  }

  sorter(column, head) {
    const sign = html("span", { "aria-hidden": "true" });
    const button = html("button", { type: "button", class: "couler-sorter", onclick: () => this.sort(column.name) }, column.name, sign);
    head.replaceChildren(button);
    return { column, head, sign };
  }

  /** Show these artifacts, their ages `elapsed` seconds later than told. */
  show(artifacts, elapsed) {
    this.artifacts = new Map(artifacts.map((one) => [one.id, one]));
    this.elapsed = elapsed;
    this.arrange();
  }

  /** Sort by a column; the other way round if it is that already. */
  sort(column) {
    const same = this.sortedBy() === column;
    this.kept.down = same ? !this.isDown() : Boolean(COLUMNS.find((one) => one.name === column).number);
    this.kept.sort = column;
    this.arrange();
  }

  /** Bring rows, order and heads up to date. */
  arrange() {
    const found = this.sorted([...this.artifacts.values()].filter((one) => this.matches(one)));
    this.ids = found.slice(0, MOST).map((one) => one.id);
    for (const id of this.ids) this.put(this.artifacts.get(id));
    this.table.order(this.ids);
    this.table.count(found.length, found.length === this.artifacts.size ? "artifacts" : `of ${this.artifacts.size} artifacts`);
    for (const { column, head, sign } of this.sorters) {
      const by = column.name === this.sortedBy();
      head.setAttribute("aria-sort", by ? (this.isDown() ? "descending" : "ascending") : "none");
      say(sign, by ? (this.isDown() ? " ▾" : " ▴") : "");
    }
    this.rove(this.ids.includes(this.home) ? this.home : this.ids[0]);
    this.mark(this.kept.selected);
  }

  sortedBy() {
    return this.kept.sort ?? DEFAULT;
  }

  isDown() {
    return this.kept.down ?? true;
  }

  sorted(found) {
    const { of } = COLUMNS.find((one) => one.name === this.sortedBy());
    const sign = this.isDown() ? -1 : 1;
    return found.sort((a, b) => {
      const [one, other] = [of(a), of(b)];
      if (one === null || other === null) return (one === null) - (other === null);
      return sign * (typeof one === "string" ? one.localeCompare(other) : one - other);
    });
  }

  matches(one) {
    const words = (this.kept.filter ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const text = [name(one), one.id, stateOf(one), one.reason, one.run].join(" ").toLowerCase();
    return (STATES[this.kept.state] ?? (() => true))(one) && words.every((word) => text.includes(word));
  }

  put(one) {
    const row = this.table.row(one.id, name(one));
    row.root.dataset.artifact = one.id;
    const age = one.age === null ? "" : duration(one.age + this.elapsed);
    const score = one.score === null ? "–" : amount(one.score);
    const numbers = [size(one.size), age, amount(one.cost), amount(one.frequency), amount(one.volume), score, duration(one.rebuild)];
    [...numbers, stateOf(one), whyOf(one)].forEach((text, place) => say(row.cells[place], text));
    row.root.classList.toggle("couler-gone", !one.kept);
    if (!row.root.hasAttribute("tabindex")) row.root.setAttribute("tabindex", "-1");
  }

  /** Mark the row that is looked at. */
  mark(id) {
    for (const [other, { root }] of this.table.rows) root.setAttribute("aria-current", String(other === id));
  }

  /** Keep one row only in the tab order: the one that had the focus last. */
  rove(id) {
    const next = this.table.rows.get(id);
    if (!next) return;
    this.table.rows.get(this.home)?.root.setAttribute("tabindex", "-1");
    next.root.setAttribute("tabindex", "0");
    this.home = id;
  }

  key(event) {
    const id = idAt(event);
    const at = this.ids.indexOf(id);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: this.ids.length - 1 }[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || at < 0) return;
    if (to !== undefined) this.table.rows.get(this.ids[to])?.root.focus();
    else if (event.key === "Enter" || event.key === " ") this.choose(id);
    else if (event.key === "Escape") this.choose(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

const idAt = (event) => event.target.closest?.("[data-artifact]")?.dataset.artifact ?? null;
