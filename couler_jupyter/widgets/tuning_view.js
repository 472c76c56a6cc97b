// Tuning: predicted curves, real ones over them as they arrive, and all settings in a table to choose from.

import { duration } from "./amount.js";
import { facts, frame, html, say } from "./dom.js";
import { Kernel } from "./kernel.js";
import { chartOf } from "./tuning_chart.js";
import { TuningTable, badgesOf, measuredOf, metric, notesOf, sourceOf } from "./tuning_table.js";

/** One view in one output; all views of a model share its kernel and what was chosen. */
class TuningView {
  constructor(model, kernel, kept) {
    this.model = model;
    this.kernel = kernel;
    this.kept = kept;
    this.title = html("strong", { dir: "auto" });
    this.tally = html("span", { class: "couler-tally", role: "status" });
    this.note = html("span", { class: "couler-note", role: "alert" });
    const filter = html("input", { type: "search", placeholder: "filter", "aria-label": "filter settings by words", value: kept.filter ?? "" });
    filter.addEventListener("input", () => {
      kept.filter = filter.value;
      this.table.arrange();
    });
    const top = html("div", { class: "couler-top" }, this.title, this.tally, html("span", { class: "couler-space" }), this.note, filter);
    this.picture = html("div", { class: "couler-picture" });
    this.advice = html("p", { class: "couler-hint", dir: "auto" });
    this.about = html("dl", { class: "couler-listed", "aria-live": "polite" });
    this.table = new TuningTable(kept, (id) => this.select(id), (id) => this.use(id));
    this.root = frame(top, this.picture, this.advice, this.table.root, this.about);
    this.change();
  }

  /** Show what the model has now. */
  change() {
    const view = this.model.get("view");
    const predicted = view.settings.filter((one) => one.predicted).length;
    const measured = view.settings.filter((one) => one.measured.length).length;
    const better = view.maximize ? "more is better" : "less is better";
    say(this.title, `Tuning ${view.step}: ${view.split} ${view.metric}, ${better}`);
    say(this.tally, `${predicted} predicted, ${measured} measured by real runs`);
    say(this.advice, view.advice);
    this.table.show(view.settings, view.requests.includes("use"));
    this.draw();
  }

  draw() {
    const view = this.model.get("view");
    const chart = this.model.get("chart");
    const badges = badgesOf(view.settings);
    const title = `${this.title.textContent}; ${this.tally.textContent}; the table below has all numbers`;
    this.picture.replaceChildren(...(chart?.curves ? [chartOf(chart, this.kept.selected, badges, title)] : []));
    this.tell(view.settings.find((one) => one.id === this.kept.selected));
  }

  /** All that is known of the setting that is looked at. */
  tell(one) {
    if (!one) {
      this.about.replaceChildren();
      return;
    }
    const predicted = one.predicted && `${metric(one.predicted.value)}, ${sourceOf(one.predicted)}`;
    const runs = one.measured.map((run) => [run.source.replace("-", " "), [measuredOf(run), run.seconds === null ? "" : duration(run.seconds), run.run].filter(Boolean).join(", ")]);
    this.about.replaceChildren(...facts([["setting", one.text], ["predicted", predicted], ...runs, ["notes", notesOf(one).join("; ")]]));
  }

  /** Look at one setting alone; at all again if it is looked at already. */
  select(id) {
    this.kept.selected = id === this.kept.selected ? null : id;
    this.table.mark(this.kept.selected);
    this.draw();
  }

  use(id) {
    this.kernel.ask(this.model, { type: "use", setting: id }, this.note, () => {});
  }
}

/** Called once for each model, so that all its views share what is pending and was chosen. */
export default () => {
  const kernel = new Kernel();
  const kept = {};
  const views = new Set();
  return {
    initialize({ model }) {
      model.on("change:view", () => views.forEach((view) => view.change()));
      model.on("change:chart", () => views.forEach((view) => view.draw()));
      model.on("msg:custom", (message) => {
        kernel.hear();
        if (message.type === "reply") kernel.reply(message);
      });
    },
    render({ model, el }) {
      const view = new TuningView(model, kernel, kept);
      views.add(view);
      el.replaceChildren(view.root);
      return () => views.delete(view);
    },
  };
};
