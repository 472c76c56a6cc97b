// Where each thing that is drawn stands: a node, a closed group, an open one.

import { standing } from "../standing.js";

/** The states of all that a fold shows, kept up to date step by step. */
export class Standings {
  /**
   * @param {import("../record.js").Record} record
   * @param {import("./folding.js").Fold} fold
   */
  constructor(record, fold) {
    this.record = record;
    this.fold = fold;
    /** @type {Map<string, Set<string>>} ids of the steps that each thing stands for */
    this.steps = new Map();
    this.states = new Map();
    this.update(record.steps.keys());
  }

  /** Take in which steps changed, and return what else looks different now. */
  update(ids) {
    const changed = new Set();
    for (const id of ids) {
      for (const one of this.shownBy(this.record.steps.get(id))) {
        if (!this.steps.has(one)) this.steps.set(one, new Set());
        this.steps.get(one).add(id);
        changed.add(one);
      }
    }
    for (const one of changed) {
      const steps = [...this.steps.get(one)].map((id) => this.record.steps.get(id));
      this.states.set(one, standing(one, steps));
    }
    return changed;
  }

  /** What shows a step: its node, and the open groups around that. */
  *shownBy(step) {
    const home = this.fold.seen(step.node, step.id);
    if (!home) return;
    yield home;
    for (const group of this.fold.outer(home)) yield group;
  }

  /** Ids of the steps behind what is drawn as `id`. */
  of(id) {
    return [...(this.steps.get(id) ?? [])];
  }
}
