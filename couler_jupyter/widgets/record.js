// What is known of a run, and when that was last heard of; every view of one model reads it here.

/** The run as last heard of, step by step. */
export class Record {
  /** @param {import("./dag/types.js").RunView | null} run */
  constructor(run = null) {
    this.listeners = new Set();
    this.skew = 0;
    this.reset(run);
  }

  /** Take in a message of any kind: a run, what changed in one, or a sign of life. */
  hear(message) {
    this.heard = Date.now();
    if (message.sent) this.skew = message.sent - Date.now() / 1000;
    if (message.type === "patch") this.patch(message);
    else if (message.type === "run") this.reset(message);
  }

  /** Start again from a whole view of a run, or from none. */
  reset(run) {
    this.heard = Date.now();
    this.run = run ? { ...run } : null;
    this.steps = new Map((run?.steps ?? []).map((step) => [step.id, step]));
    this.tell({ whole: true, steps: [...this.steps.keys()] });
  }

  /** Take in what changed. */
  patch(message) {
    if (!this.run || message.run_id !== this.run.run_id) return;
    Object.assign(this.run, message.run);
    for (const step of message.steps) this.steps.set(step.id, step);
    this.tell({ whole: false, steps: message.steps.map((step) => step.id) });
  }

  /** Seconds since the epoch by the kernel's clock, as far as it is known. */
  now() {
    return Date.now() / 1000 + this.skew;
  }

  /** Seconds since anything came. */
  silence() {
    return Math.floor((Date.now() - this.heard) / 1000);
  }

  tell(change) {
    for (const listener of this.listeners) listener(change);
  }
}
