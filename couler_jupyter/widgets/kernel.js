// What goes to the kernel and comes back, and how long nothing came.

import { say } from "./dom.js";

const PATIENCE = 2000; // milliseconds
const SILENCE = 20; // seconds

/** The kernel as one model knows it; all views of the model share it. */
export class Kernel {
  constructor() {
    this.pending = new Map();
    this.hear();
  }

  /** Something came. */
  hear() {
    this.heard = Date.now();
  }

  /** Say on `note` that nothing has come for long, as long as that is so. */
  listen(note) {
    const silent = Math.floor((Date.now() - this.heard) / 1000);
    if (silent > SILENCE) say(note, `no word from the kernel for ${silent} s`);
    else if (note.textContent.startsWith("no word")) say(note, "");
  }

  /** Ask for something; say on `note` what comes of it, or that nothing does; then `done`. */
  ask(model, request, note, done) {
    const id = crypto.randomUUID?.() ?? String(Math.random());
    const late = setTimeout(() => say(note, "the kernel is busy; it will hear this when its cell ends"), PATIENCE);
    this.pending.set(id, (reply) => {
      clearTimeout(late);
      say(note, reply.ok ? "" : reply.error);
      done(reply);
    });
    model.send({ id, ...request });
  }

  /** An answer came. */
  reply(message) {
    this.pending.get(message.id)?.(message);
    this.pending.delete(message.id);
  }
}
