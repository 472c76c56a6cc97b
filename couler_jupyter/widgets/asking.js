// Requests to the kernel, each with the answer that comes back under its id.

/** What one model asked and waits for. */
export class Asking {
  constructor() {
    this.pending = new Map();
  }

  /** Send a request; its answer may come late, since a kernel answers when its cell has ended. */
  ask(model, request) {
    const id = crypto.randomUUID?.() ?? String(Math.random());
    return new Promise((done) => {
      this.pending.set(id, done);
      model.send({ id, ...request });
    });
  }

  /** An answer came. */
  reply(message) {
    this.pending.get(message.id)?.(message);
    this.pending.delete(message.id);
  }
}
