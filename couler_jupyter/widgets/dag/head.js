// The line above the picture: how the run goes, and what can be done.

import { html, mark, say } from "../dom.js";
import { ended, good, span } from "../standing.js";

const WORDS = { cancel: "Cancel", retry: "Retry" };
const STALE = 20; // seconds without a word

/** Progress and buttons; `can` is what they do. */
export class Head {
  /**
   * @param {import("./types.js").DrawingView} view
   * @param {import("../record.js").Record} record
   * @param {Record<string, any>} can
   */
  constructor(view, record, can) {
    this.view = view;
    this.record = record;
    this.can = can;
    this.phase = html("span", { class: "couler-chip", role: "status" });
    this.bar = html("div", { class: "couler-bar", role: "progressbar", "aria-label": "steps ended", "aria-valuemin": 0 });
    this.tally = html("span", { class: "couler-tally" });
    this.note = html("span", { class: "couler-note", role: "alert" });
    this.asks = new Map(view.requests.filter((type) => WORDS[type]).map((type) => [type, this.button(WORDS[type], "", () => this.ask(type))]));
    this.critical = this.toggle("Critical path", "the way from start to end that takes longest", (on) => can.critical(on));
    this.planned = this.toggle("As planned", "the workflow after its plan: what is merged, left out or reused", (on) => can.planned(on));
    this.folds = [
      this.button("Open all", "open every group", () => can.foldAll(false)),
      this.button("Close all", "close every group", () => can.foldAll(true)),
    ];
    this.root = html(
      "div",
      { class: "couler-top" },
      html("strong", { dir: "auto" }, view.workflow.name),
      this.phase, this.bar, this.tally, this.note,
      html("span", { class: "couler-space" }),
      ...this.asks.values(),
      can.search,
      this.critical, this.planned, ...this.folds,
      this.button("+", "zoom in", () => can.nearer()),
      this.button("−", "zoom out", () => can.farther()),
      this.button("Fit", "show all of it", () => can.fit()),
    );
  }

  /** A button; one whose text is a sign is called by its title. */
  button(text, title, onclick) {
    const label = text.length === 1 ? title : null;
    return html("button", { type: "button", onclick, title: title || null, "aria-label": label }, text);
  }

  toggle(text, title, done) {
    const button = html("button", { type: "button", title, "aria-pressed": "false" }, text);
    button.addEventListener("click", () => done(button.getAttribute("aria-pressed") !== "true"));
    return button;
  }

  /** Ask for something once; say what comes of it. */
  async ask(type) {
    const button = this.asks.get(type);
    button.disabled = true;
    const late = setTimeout(() => say(this.note, "no answer yet; a kernel answers when its cell has ended"), 2000);
    try {
      const reply = await this.can.request({ type, run_id: this.record.run?.run_id ?? "" });
      say(this.note, reply.ok ? "" : reply.error);
    } catch (error) {
      say(this.note, String(error.message ?? error));
    } finally {
      clearTimeout(late);
      this.show();
    }
  }

  /** Show which of the switches are on, and which there are. */
  switches({ critical, planned, groups }) {
    this.critical.setAttribute("aria-pressed", String(critical));
    this.planned.setAttribute("aria-pressed", String(planned));
    this.planned.hidden = !this.view.plan;
    for (const one of this.folds) one.hidden = !groups;
  }

  /** Show how the run stands. */
  show() {
    const { run, steps } = this.record;
    for (const part of [this.phase, this.bar, this.tally]) part.hidden = !run;
    for (const [type, button] of this.asks) {
      button.hidden = !run || (type === "cancel") === ended(run.phase) || (type === "retry" && good(run.phase));
      button.disabled = false;
    }
    if (!run) return;
    const look = this.view.phases[run.phase];
    if (this.shown !== run.phase) this.phase.replaceChildren(mark(look), ` ${look.word}`);
    this.shown = run.phase;
    this.phase.title = run.message;
    this.fill([...steps.values()]);
    this.tick();
  }

  /** Draw the bar: a stretch for each phase, as many steps as it has. */
  fill(steps) {
    const counts = {};
    for (const step of steps) counts[step.phase] = (counts[step.phase] ?? 0) + 1;
    const done = steps.filter((step) => ended(step.phase)).length;
    this.progress = steps.length ? `${done} of ${steps.length} steps` : "";
    const words = Object.keys(this.view.phases).filter((phase) => counts[phase]).map((phase) => `${counts[phase]} ${this.view.phases[phase].word}`).join(", ");
    const said = `${this.progress}${words ? `: ${words}` : ""}`;
    if (this.bar.title === said) return;
    this.bar.title = said;
    this.bar.setAttribute("aria-valuemax", String(Math.max(1, steps.length)));
    this.bar.setAttribute("aria-valuenow", String(done));
    this.bar.setAttribute("aria-valuetext", said);
    const stretches = Object.entries(this.view.phases).filter(([phase]) => counts[phase] && phase !== "pending");
    this.bar.replaceChildren(
      ...stretches.map(([phase, { color }]) => {
        const part = html("span", { "data-phase": phase });
        part.style.width = `${(100 * counts[phase]) / steps.length}%`;
        part.style.background = color;
        return part;
      }),
    );
  }

  /** Let time pass: durations, and how long nothing was heard. */
  tick() {
    const { run } = this.record;
    if (!run) return;
    say(this.tally, [this.progress, span(run, this.record.now()), run.message].filter(Boolean).join(" · "));
    const silent = this.record.silence();
    if (!ended(run.phase) && silent > STALE) say(this.note, `no word from the kernel for ${silent} s; this may be out of date`);
    else if (this.note.textContent.startsWith("no word")) say(this.note, "");
  }
}
