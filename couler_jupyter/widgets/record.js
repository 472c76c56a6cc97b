// What one model knows of its run; every view of that model reads it here.

import { standing } from "./standing.js";

/** The run as last heard of, by step and by node. */
export class Record {
  constructor() {
    this.listeners = new Set();
    this.skew = 0;
    this.reset(null);
  }

  /** Start again from a whole view of a run, or from none. */
  reset(run) {
    this.run = run ? { ...run } : null;
    this.steps = new Map();
    this.nodes = new Map();
    this.states = new Map();
    for (const step of run?.steps ?? []) this.put(step);
    for (const node of this.nodes.keys()) this.judge(node);
    this.tell({ whole: true, steps: [...this.steps.keys()], nodes: [...this.nodes.keys()] });
  }

  /** Take in what changed. */
  patch(message) {
    if (!this.run || message.run_id !== this.run.run_id) return;
    if (message.sent) this.skew = message.sent - Date.now() / 1000;
    Object.assign(this.run, message.run);
    const nodes = new Set();
    for (const step of message.steps) {
      this.put(step);
      nodes.add(step.node);
    }
    for (const node of nodes) this.judge(node);
    this.tell({ whole: false, steps: message.steps.map((step) => step.id), nodes: [...nodes] });
  }

  put(step) {
    this.steps.set(step.id, step);
    if (!this.nodes.has(step.node)) this.nodes.set(step.node, new Map());
    this.nodes.get(step.node).set(step.id, step);
  }

  judge(node) {
    this.states.set(node, standing(node, [...this.nodes.get(node).values()]));
  }

  /** Seconds since the epoch by the kernel's clock, as far as it is known. */
  now() {
    return Date.now() / 1000 + this.skew;
  }

  tell(change) {
    for (const listener of this.listeners) listener(change);
  }
}
