// A table that a person sorts, filters and walks through with the arrow keys.

import { html, say } from "./dom.js";
import { MOST, Table } from "./table.js";

/**
 * Rows of `kind`, as `kept` says: `sort`, `down`, `selected` and whatever `kind.matches` reads.
 *
 * `kind` says what the rows are: `label` and `things` for people, `columns` as in `Table` with `of(one)` to sort by,
 * `key`, the name of the data attribute with a row's id, `id(one)`, `name(one)`, `fill(row, one)`, `matches(one, kept)`,
 * and the column that it is sorted by at first; the order given if there is none.
 */
export class SortedTable {
  constructor(kind, kept, choose) {
    this.kind = kind;
    this.kept = kept;
    this.choose = choose;
    this.items = new Map();
    this.table = new Table(kind.label, kind.columns);
    this.root = this.table.root;
    this.sorters = kind.columns.map((column, place) => this.sorter(column, this.table.heads[place]));
    this.table.body.addEventListener("click", (event) => this.choose(this.idAt(event)));
    this.table.body.addEventListener("keydown", (event) => this.key(event));
    this.table.body.addEventListener("focusin", (event) => this.rove(this.idAt(event)));
  }

  sorter(column, head) {
    const sign = html("span", { "aria-hidden": "true" });
    const button = html("button", { type: "button", class: "couler-sorter", onclick: () => this.sort(column.name) }, column.name, sign);
    head.replaceChildren(button);
    return { column, head, sign };
  }

  /** Show these. */
  show(items) {
    this.items = new Map(items.map((one) => [this.kind.id(one), one]));
    this.arrange();
  }

  /** Sort by a column; the other way round if it is that already. */
  sort(name) {
    const same = this.sortedBy() === name;
    const column = this.kind.columns.find((one) => one.name === name);
    this.kept.down = same ? !this.isDown() : Boolean(column.number);
    this.kept.sort = name;
    this.arrange();
  }

  /** Bring rows, order and heads up to date. */
  arrange() {
    const found = this.sorted([...this.items.values()].filter((one) => this.kind.matches(one, this.kept)));
    this.ids = found.slice(0, MOST).map((one) => this.kind.id(one));
    for (const id of this.ids) this.put(id);
    this.table.order(this.ids);
    const all = this.items.size;
    this.table.count(found.length, found.length === all ? this.kind.things : `of ${all} ${this.kind.things}`);
    for (const { column, head, sign } of this.sorters) {
      const by = column.name === this.sortedBy();
      head.setAttribute("aria-sort", by ? (this.isDown() ? "descending" : "ascending") : "none");
      say(sign, by ? (this.isDown() ? " ▾" : " ▴") : "");
    }
    this.rove(this.ids.includes(this.home) ? this.home : this.ids[0]);
    this.mark(this.kept.selected);
  }

  put(id) {
    const one = this.items.get(id);
    const row = this.table.row(id, this.kind.name(one));
    row.root.dataset[this.kind.key] = id;
    this.kind.fill(row, one);
    if (!row.root.hasAttribute("tabindex")) row.root.setAttribute("tabindex", "-1");
  }

  sortedBy() {
    return this.kept.sort ?? this.kind.sort;
  }

  isDown() {
    return this.kept.down ?? true;
  }

  sorted(found) {
    const column = this.kind.columns.find((one) => one.name === this.sortedBy());
    if (!column) return found;
    const sign = this.isDown() ? -1 : 1;
    return found.sort((a, b) => {
      const [one, other] = [column.of(a), column.of(b)];
      if (one === null || other === null) return (one === null) - (other === null);
      return sign * (typeof one === "string" ? one.localeCompare(other) : one - other);
    });
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
    const id = this.idAt(event);
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

  idAt(event) {
    return event.target.closest?.("tr[tabindex]")?.dataset[this.kind.key] ?? null;
  }
}

/** Whether every word stands somewhere in the texts. */
export function hasWords(words, texts) {
  const text = texts.join(" ").toLowerCase();
  return (words ?? "").toLowerCase().split(/\s+/).filter(Boolean).every((word) => text.includes(word));
}
