// What was typed into a form and not heard of yet, and what the kernel was asked.

import { say } from "./dom.js";
import { Kernel } from "./kernel.js";

const CALM = 250; // milliseconds without a key after which the kernel is asked
const GONE = 20000; // milliseconds without an answer after which the kernel may be another one

/** What all views of one model share: what was typed, and what the kernel was asked. */
export class Draft {
  constructor() {
    this.kernel = new Kernel();
    this.form = null;
    this.asking = false;
    this.more = false;
    this.due = null;
    this.busy = new Set();
    this.kept = {};
    this.views = new Set();
  }

  /** Whether the kernel has not heard all that was typed. */
  get ahead() {
    return this.due !== null || this.asking;
  }

  /** Take what the kernel has, unless the person is ahead of it. */
  take(view) {
    if (!this.form || !this.ahead) this.form = structuredClone(view.form);
  }

  /** Something was typed: tell the kernel once the person pauses. */
  edited(model, by) {
    clearTimeout(this.due);
    this.due = setTimeout(() => this.send(model), CALM);
    for (const view of this.views) if (view.form !== by) view.form.fill();
    this.frame();
  }

  /** Send all that was typed; while the kernel has not answered the last time, wait for that. */
  send(model) {
    this.due = null;
    this.more = this.asking;
    if (this.more) return;
    this.asking = true;
    const edit = crypto.randomUUID?.() ?? String(Math.random());
    this.ask(model, { type: "change", form: structuredClone(this.form), edit }, () => {
      this.asking = false;
      if (this.more) this.send(model);
      this.change();
    });
    this.frame();
  }

  ask(model, request, done) {
    const tell = (text) => this.views.forEach((view) => say(view.note, text));
    const note = { get textContent() { return null; }, set textContent(text) { tell(text); } };
    const gone = setTimeout(() => tell("no answer from the kernel; if it was restarted, run the cell again"), GONE);
    this.kernel.ask(model, request, note, (reply) => {
      clearTimeout(gone);
      done(reply);
    });
  }

  /** Ask for something once: its button is off until the answer is there. */
  once(model, request) {
    if (this.busy.has(request.type)) return;
    this.busy.add(request.type);
    this.frame();
    this.ask(model, request, () => {
      this.busy.delete(request.type);
      this.change();
    });
  }

  change() {
    for (const view of this.views) view.change();
  }

  frame() {
    for (const view of this.views) view.frame();
  }
}
