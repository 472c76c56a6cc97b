// Finding steps by name, kind or phase, also those inside closed groups.

import { html, say } from "../dom.js";

/**
 * Nodes in which each of the words is found: in the name, the kind, one line about it, or the phase.
 * @param {import("./types.js").NodeView[]} nodes
 * @param {string} words
 * @param {(node: import("./types.js").NodeView) => string[]} more what else can be found of a node
 */
export function found(nodes, words, more) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  if (!wanted.length) return [];
  return nodes.filter((node) => {
    const text = [node.id, node.label, node.detail, ...node.badges, ...more(node)].join("\n").toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}

/** The search field; `find` gives ids for words, `go` is told which one to show. */
export class Search {
  /**
   * @param {(words: string) => string[]} find
   * @param {(id: string) => void} go
   * @param {(ids: string[]) => void} mark
   */
  constructor(find, go, mark) {
    this.find = find;
    this.go = go;
    this.mark = mark;
    this.ids = [];
    this.place = -1;
    this.field = html("input", { type: "search", placeholder: "find steps", "aria-label": "find steps by name, kind or phase", class: "couler-find" });
    this.count = html("span", { class: "couler-hint", role: "status" });
    const button = (sign, title, by) => html("button", { type: "button", title, "aria-label": title, onclick: () => this.step(by) }, sign);
    this.buttons = [button("‹", "previous match", -1), button("›", "next match", 1)];
    this.root = html("span", { class: "couler-search", role: "search" }, this.field, this.count, ...this.buttons);
    this.field.addEventListener("input", () => this.look());
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.look();
  }

  key(event) {
    if (event.key === "Enter") this.step(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") this.clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  clear() {
    this.field.value = "";
    this.look();
  }

  /** Search again: for other words, or because something changed. */
  look() {
    const before = this.ids[this.place];
    this.ids = this.find(this.field.value);
    this.place = this.ids.indexOf(before);
    this.mark(this.ids);
    this.tell();
  }

  step(by) {
    if (!this.ids.length) return;
    const from = this.place < 0 && by < 0 ? 0 : this.place;
    this.place = (from + by + this.ids.length) % this.ids.length;
    this.tell();
    this.go(this.ids[this.place]);
  }

  tell() {
    for (const button of this.buttons) button.hidden = !this.field.value;
    const { length } = this.ids;
    say(this.count, !this.field.value ? "" : length ? `${this.place + 1 || "–"} of ${length}` : "nothing found");
  }
}
