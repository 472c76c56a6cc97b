// A workflow and a run of it, live: head with progress, picture, detail, steps.

import { frame, html, mark, say } from "./dom.js";
import { Kernel } from "./kernel.js";
import { Picture } from "./picture.js";
import { Record } from "./record.js";
import { ended, good, span } from "./standing.js";
import { Steps } from "./steps.js";

const FEW = 40; // steps that are listed without being asked for
const WORDS = { cancel: "Cancel", retry: "Retry" };

/** One view in one output; several may show the same record. */
class RunView {
  constructor(model, record, kernel, kept) {
    this.model = model;
    this.record = record;
    this.kernel = kernel;
    this.kept = kept;
    this.view = model.get("view");
    this.selected = kept.selected ?? null;
    this.picture = new Picture(this.view, kept, (node) => this.select(node));
    this.steps = new Steps(this.view.phases);
    this.detail = html("div", { class: "couler-about", "aria-live": "polite" });
    this.more = html("details", { ontoggle: () => (kept.open = this.more.open) }, html("summary", {}, "steps"), this.steps.root);
    this.root = frame(this.head(), this.picture.root, this.detail, this.more);
    this.listen();
    this.change({ whole: true });
  }

  head() {
    const name = html("strong", { dir: "auto" }, this.view.workflow.name);
    this.phase = html("span", { class: "couler-chip", role: "status" });
    this.bar = html("progress", { class: "couler-bar", max: 1, "aria-label": "steps ended" });
    this.tally = html("span", { class: "couler-tally" });
    this.note = html("span", { class: "couler-note", role: "alert" });
    this.buttons = new Map(this.view.requests.map((type) => [type, this.button(type)]));
    const zoom = (sign, title, done) => html("button", { type: "button", title, "aria-label": title, onclick: done }, sign);
    return html(
      "div",
      { class: "couler-top" },
      name, this.phase, this.bar, this.tally, this.note,
      html("span", { class: "couler-space" }),
      ...this.buttons.values(),
      zoom("+", "zoom in", () => this.picture.zoom(1.25)),
      zoom("−", "zoom out", () => this.picture.zoom(0.8)),
      zoom("Fit", "show all of it", () => this.picture.fit()),
    );
  }

  button(type) {
    return html("button", { type: "button", onclick: () => this.ask(type) }, WORDS[type] ?? type);
  }

  ask(type) {
    this.buttons.get(type).disabled = true;
    const request = { type, run_id: this.record.run?.run_id ?? "" };
    this.kernel.ask(this.model, request, this.note, () => this.frame());
  }

  listen() {
    this.hear = (change) => this.change(change);
    this.record.listeners.add(this.hear);
    this.clock = setInterval(() => this.tick(), 1000);
    this.watch = new ResizeObserver(() => this.picture.resize());
    this.watch.observe(this.root);
  }

  stop() {
    clearInterval(this.clock);
    this.watch.disconnect();
    this.record.listeners.delete(this.hear);
  }

  change({ whole, steps = [], nodes = [] }) {
    const now = this.record.now();
    if (whole) this.start();
    else {
      for (const node of nodes) this.picture.show(node, this.record.states.get(node), now);
      this.list(steps, now);
    }
    this.frame();
  }

  start() {
    for (const id of this.picture.marks.keys()) this.picture.show(id, this.record.states.get(id) ?? null, this.record.now());
    this.list(null, this.record.now());
    this.select(this.selected);
    this.more.open = this.kept.open ?? (this.record.steps.size > 0 && this.record.steps.size <= FEW);
  }

  /** Bring the table up to date; it shows the selected node's steps, or all. */
  list(changed, now) {
    const ids = [...(this.selected ? this.record.nodes.get(this.selected) ?? new Map() : this.record.steps).keys()];
    if (changed === null || ids.length !== this.steps.ids.length) this.steps.list(ids, this.record);
    else for (const id of changed) if (this.steps.has(id)) this.steps.put(this.record.steps.get(id), now);
  }

  frame() {
    const { run, steps } = this.record;
    const has = run !== null;
    for (const part of [this.phase, this.bar, this.tally, this.more]) part.hidden = !has;
    for (const [type, button] of this.buttons) {
      button.hidden = !has || (type === "cancel") === ended(run.phase) || (type === "retry" && good(run.phase));
      button.disabled = false;
    }
    if (!has) return;
    const look = this.view.phases[run.phase];
    this.phase.replaceChildren(mark(look), ` ${look.word}`);
    this.phase.title = run.message;
    const done = [...steps.values()].filter((step) => ended(step.phase)).length;
    this.bar.max = Math.max(1, steps.size);
    this.bar.value = done;
    this.progress = steps.size ? `${done} of ${steps.size} steps` : "";
    this.tick();
  }

  tick() {
    const { run, states } = this.record;
    if (!run) return;
    const now = this.record.now();
    const parts = [this.progress, span(run, now), run.message];
    say(this.tally, parts.filter(Boolean).join(" · "));
    if (ended(run.phase)) return;
    this.kernel.listen(this.note);
    for (const [id, state] of states) if (!ended(state.phase)) this.picture.show(id, state, now);
    this.steps.tick(this.record);
  }

  /** Tell about one node, or about none. */
  select(id) {
    const node = this.view.workflow.nodes.find((one) => one.id === id);
    const changed = this.selected !== (node ? id : null);
    this.selected = this.kept.selected = node ? id : null;
    this.picture.select(this.selected);
    this.detail.hidden = !node;
    if (node) this.detail.replaceChildren(...this.about(node));
    if (changed) this.list(null, this.record.now());
  }

  about(node) {
    const { edges } = this.view.workflow;
    const names = (list) => list.join(", ") || "nothing";
    const after = edges.filter((one) => one.target === node.id).map((one) => (one.label ? `${one.source} (${one.label})` : one.source));
    const before = edges.filter((one) => one.source === node.id).map((one) => one.target);
    const facts = [
      ["kind", this.view.kinds[node.kind].word],
      ["what", node.detail],
      ["marks", node.badges.join(", ")],
      ["after", names(after)],
      ["before", names(before)],
    ];
    const pairs = facts.filter(([, value]) => value).flatMap(([name, value]) => [html("dt", {}, name), html("dd", { dir: "auto" }, value)]);
    const close = html("button", { type: "button", class: "couler-close", "aria-label": "close", onclick: () => this.select(null) }, "×");
    return [html("strong", { dir: "auto" }, node.id), html("dl", {}, ...pairs), close];
  }
}

/** Called once for each model, so that all its views share one record. */
export default () => {
  const record = new Record();
  const kernel = new Kernel();
  const kept = {};
  return {
    initialize({ model }) {
      record.reset(model.get("view").run);
      model.on("change:view", () => record.reset(model.get("view").run));
      model.on("msg:custom", (message) => {
        kernel.hear();
        if (message.type === "patch") record.patch(message);
        else if (message.type === "run") record.reset(message);
        else if (message.type === "reply") kernel.reply(message);
      });
    },
    render({ model, el }) {
      const view = new RunView(model, record, kernel, kept);
      el.replaceChildren(view.root);
      view.picture.start();
      return () => view.stop();
    },
  };
};
