// What a person looks at: one node, what was found, the critical path; the rest fades.

import { found } from "./searching.js";

/** The choices of one view; `page` is the view. */
export class Looking {
  /** @param {import("./shown.js").Shown} page */
  constructor(page) {
    this.page = page;
    this.selected = null;
  }

  /** Tell about one node, or about none. */
  select(id) {
    const node = this.page.fold.nodes.find((one) => one.id === id) ?? null;
    this.selected = node ? node.id : null;
    if (this.selected !== (this.page.kept.selected ?? null)) this.page.keep({ selected: this.selected });
    this.page.drawing.select(this.selected);
    this.light();
    this.page.detail.show(node, node && this.known(node.id));
    this.page.list(null, this.page.record.now());
  }

  /** Tell what has changed of the node that is looked at. */
  refresh() {
    if (this.selected) this.page.detail.refresh(this.known(this.selected));
  }

  known(id) {
    const steps = this.page.standings.of(id).map((one) => this.page.record.steps.get(one));
    const { before, after } = this.page.graph;
    const run = this.page.record.run?.run_id ?? "";
    return { before: before.get(id), after: after.get(id), steps, run, now: this.page.record.now(), plan: this.page.rows.get(id) };
  }

  /** Let stand out what the person asked for: a node's family, or the critical path. */
  light() {
    if (this.selected) this.page.drawing.light(this.page.graph.family(this.selected));
    else if (this.page.kept.critical) this.page.drawing.light(this.page.graph.outlined(this.way()), "couler-critical");
    else this.page.drawing.light(null);
  }

  /** The critical path: by the plan, by what the run took so far, or by the number of steps. */
  way() {
    if (this.page.view.plan && !this.page.record.run) {
      const homes = this.page.view.plan.critical.map((id) => this.page.fold.seen(id));
      return homes.filter(Boolean);
    }
    const now = this.page.record.now();
    return this.page.graph.longest((id) => {
      const state = this.page.standings.states.get(id);
      return state?.started ? (state.finished ?? now) - state.started : 0;
    });
  }

  critical(on) {
    this.page.keep({ critical: on });
    this.page.switches();
    if (on) this.select(null);
    else this.light();
  }

  close() {
    if (this.selected) {
      const { selected } = this;
      this.select(null);
      this.focus(selected);
    } else if (this.page.kept.critical) this.critical(false);
    else this.page.search.clear();
  }

  find(words) {
    if (!words.trim()) return [];
    const phases = new Map();
    for (const { node, phase } of this.page.record.steps.values()) phases.set(node, (phases.get(node) ?? new Set()).add(this.page.view.phases[phase].word));
    const more = (node) => [this.page.view.kinds[node.kind]?.word ?? "", ...(phases.get(node.id) ?? [])];
    return found(this.page.workflow.nodes, words, more).map((node) => node.id);
  }

  markFound(ids) {
    const homes = new Set(ids.map((id) => this.page.fold.home.get(id)));
    for (const [id, { shape }] of this.page.drawing.marks) shape.classList.toggle("couler-found", homes.has(id));
  }

  /** Show a node and give it the focus; closed groups around it are opened. */
  go(id) {
    const around = [...this.page.fold.outer(id)].filter((group) => this.page.closed.has(group));
    for (const group of around) this.page.closed.delete(group);
    if (around.length) this.page.folded();
    const { activeElement } = document;
    const inSearch = this.page.search.root.contains(activeElement);
    this.page.camera.reveal(this.page.drawing.marks.get(id).box, true);
    if (inSearch) {
      this.page.drawing.rove(id);
      this.select(id);
    } else this.focus(id);
  }

  focus(id) {
    const [first] = this.page.fold.ends(id); // of an open map it is its first item
    const found = this.page.drawing.marks.get(first);
    if (!found?.node) return;
    found.shape.focus({ preventScroll: true });
    if (this.page.started) this.page.camera.reveal(found.box);
  }
}
