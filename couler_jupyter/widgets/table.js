// A table whose rows are kept by id: made once, then only what changes is touched.

import { html, say } from "./dom.js";

export const MOST = 300;

/** Columns are `{ name, number, whole, title }`; the first holds the heads of the rows. */
export class Table {
  constructor(label, columns) {
    this.columns = columns;
    this.rows = new Map();
    this.caption = html("caption");
    this.body = html("tbody");
    this.heads = columns.map((one) => html("th", { scope: "col", class: kind(one), title: one.title }, one.name));
    const table = html("table", { class: "couler-steps" }, this.caption, html("thead", {}, html("tr", {}, ...this.heads)), this.body);
    this.root = html("div", { class: "couler-scroll", tabindex: "0", role: "region", "aria-label": label }, table);
  }

  /** The row of `id`, made if it is new: its element and its cells beside the head. */
  row(id, head = id) {
    let row = this.rows.get(id);
    if (row) return row;
    const cells = this.columns.slice(1).map((one) => html("td", { class: kind(one) }));
    row = { root: html("tr", {}, html("th", { scope: "row", dir: "auto" }, head), ...cells), cells };
    this.rows.set(id, row);
    this.body.append(row.root);
    return row;
  }

  /** Have these rows only, in this order. */
  order(ids) {
    const kept = new Set(ids);
    for (const [id, row] of this.rows) {
      if (kept.has(id)) continue;
      row.root.remove();
      this.rows.delete(id);
    }
    let place = this.body.firstChild;
    for (const id of ids) {
      const { root } = this.rows.get(id);
      if (root === place) place = place.nextSibling;
      else this.body.insertBefore(root, place);
    }
  }

  /** Say how many there are, of which some may be left out. */
  count(all, things) {
    const shown = Math.min(all, MOST);
    say(this.caption, all > shown ? `the first ${shown} of ${all} ${things}` : `${all} ${things}`);
  }
}

const kind = (column) => (column.number ? "couler-number" : column.whole ? "couler-whole" : null);
