// The cache, live: how full it is, what is kept and not, what that is worth, and why.

import { amount, duration, size } from "./amount.js";
import { CacheTable, stateOf } from "./cache_table.js";
import { frame, html, say } from "./dom.js";
import { Kernel } from "./kernel.js";

const SEGMENTS = 200;
const CHOICES = ["all", "kept", "not kept", "pinned"];

/** One view in one output; all views of a model share its kernel and what was chosen. */
class CacheView {
  constructor(model, kernel, kept) {
    this.model = model;
    this.kernel = kernel;
    this.kept = kept;
    this.table = new CacheTable(kept, (id) => this.select(id === kept.selected ? null : id));
    this.about = html("div", { class: "couler-about", "aria-live": "polite" });
    this.bar = html("div", { class: "couler-budget", role: "meter", "aria-label": "share of the budget that is used", "aria-valuemin": 0 });
    this.root = frame(this.head(), this.bar, this.about, this.table.root);
    this.clock = setInterval(() => this.tick(), 1000);
    this.change();
  }

  head() {
    this.policy = html("span", { class: "couler-chip" });
    this.tally = html("span", { class: "couler-tally", role: "status" });
    this.note = html("span", { class: "couler-note", role: "alert" });
    const filter = html("input", { type: "search", placeholder: "filter", "aria-label": "filter artifacts by words", value: this.kept.filter });
    filter.addEventListener("input", () => this.choose("filter", filter.value));
    const options = CHOICES.map((one) => html("option", { value: one, selected: one === this.kept.state ? "" : null }, one));
    const state = html("select", { "aria-label": "which artifacts", onchange: (event) => this.choose("state", event.target.value) }, ...options);
    const title = html("strong", {}, "Cache scores");
    return html("div", { class: "couler-top" }, title, this.policy, this.tally, this.note, html("span", { class: "couler-space" }), filter, state);
  }

  choose(what, value) {
    this.kept[what] = value;
    this.table.arrange();
  }

  /** Show what the model has now. */
  change() {
    this.view = this.model.get("view");
    const { artifacts, policy, used, budget, hidden } = this.view;
    say(this.policy, `policy ${policy}`);
    const kept = artifacts.filter((one) => one.kept).length;
    const share = budget ? ` (${Math.round((100 * used) / budget)} %)` : "";
    const more = hidden ? `, ${hidden} more not shown` : "";
    this.told = `${size(used)} of ${size(budget)}${share} · ${kept} kept, ${artifacts.length - kept} not${more}`;
    this.fill();
    this.table.show(artifacts, 0);
    this.select(this.kept.selected ?? null);
    this.tick();
  }

  /** Draw the budget: pinned, other artifacts by size, what else is used, what is free. */
  fill() {
    const { artifacts, used, budget } = this.view;
    const whole = Math.max(budget, used, 1);
    const largest = artifacts.filter((one) => one.kept && one.size).sort((a, b) => b.pinned - a.pinned || b.size - a.size).slice(0, SEGMENTS);
    const rest = used - largest.reduce((sum, one) => sum + one.size, 0);
    const segment = (bytes, title, kind) => html("span", { class: kind, title, style: `width: ${(100 * bytes) / whole}%` });
    this.bar.replaceChildren(
      ...largest.map((one) => segment(one.size, `${one.step || one.id}: ${size(one.size)}`, one.pinned ? "couler-pinned" : "couler-kept")),
      ...(rest > 0 ? [segment(rest, `the rest: ${size(rest)}`, "couler-rest")] : []),
    );
    this.bar.classList.toggle("couler-over", used > budget);
    this.bar.setAttribute("aria-valuemax", String(budget));
    this.bar.setAttribute("aria-valuenow", String(used));
    this.bar.setAttribute("aria-valuetext", `${size(used)} of ${size(budget)}`);
  }

  tick() {
    const following = this.model.get("following");
    const at = new Date(this.view.sent * 1000).toLocaleTimeString();
    say(this.tally, `${this.told} · ${following ? "live" : `as of ${at}`}`);
    if (following) this.kernel.listen(this.note);
  }

  /** Tell all about one artifact, or about none. */
  select(id) {
    const one = this.table.items.get(id);
    this.kept.selected = one ? id : null;
    this.table.mark(this.kept.selected);
    const open = this.about.contains(document.activeElement) && this.shown === id;
    this.shown = this.kept.selected;
    this.about.hidden = !one;
    if (one && !open) this.about.replaceChildren(...this.tell(one));
  }

  tell(one) {
    const facts = [
      ["key", one.id],
      ["state", `${stateOf(one)}, ${size(one.size)}`],
      ["run", one.run],
      ["took", duration(one.seconds)],
      ["rebuild", `${duration(one.rebuild)} with what is not kept before it`],
      ["paper", `L ${amount(one.cost)}, F ${amount(one.frequency)}, V ${amount(one.volume)} GB`],
      ["score", one.score === null ? "none: it is not kept" : `${amount(one.score)} by the policy ${this.view.policy}`],
      ...one.terms.map((term) => [term.name, `${amount(term.number)}: ${term.words}`]),
      ["why", one.reason],
    ];
    const pairs = facts.filter(([, value]) => value).flatMap(([word, value]) => [html("dt", {}, word), html("dd", { dir: "auto" }, value)]);
    const close = html("button", { type: "button", class: "couler-close", "aria-label": "close", onclick: () => this.select(null) }, "×");
    return [html("strong", { dir: "auto" }, one.step ? `${one.workflow}/${one.step}` : one.id), html("dl", {}, ...pairs), ...this.buttons(one), close];
  }

  buttons(one) {
    const can = (type) => one.kept && this.view.requests.includes(type);
    const button = (type, text, done) => (can(type) ? [html("button", { type: "button", onclick: done }, text)] : []);
    const pin = one.pinned ? "unpin" : "pin";
    const sure = (event) => {
      if (event.target.dataset.sure) this.ask(event, "drop", one);
      event.target.dataset.sure = "yes";
      say(event.target, `Really drop it? ${duration(one.rebuild)} to make it again`);
    };
    return [
      ...button(pin, pin === "pin" ? "Pin" : "Unpin", (event) => this.ask(event, pin, one)),
      ...(one.pinned ? [] : button("drop", "Drop", sure)),
    ];
  }

  ask(event, type, one) {
    event.target.disabled = true;
    this.kernel.ask(this.model, { type, artifact: one.id }, this.note, () => {
      event.target.disabled = false;
      this.shown = null;
      this.select(this.kept.selected);
    });
  }

  stop() {
    clearInterval(this.clock);
  }
}

/** Called once for each model, so that all its views share what was chosen. */
export default () => {
  const kernel = new Kernel();
  const kept = {};
  const views = new Set();
  return {
    initialize({ model }) {
      const change = () => views.forEach((view) => view.change());
      model.on("change:view", () => {
        kernel.hear();
        change();
      });
      model.on("change:following", change);
      model.on("msg:custom", (message) => {
        kernel.hear();
        if (message.type === "reply") kernel.reply(message);
      });
    },
    render({ model, el }) {
      const view = new CacheView(model, kernel, kept);
      views.add(view);
      el.replaceChildren(view.root);
      return () => {
        views.delete(view);
        view.stop();
      };
    },
  };
};
