// A wish: how far it is, then the proposed cell, what it would do, and a place to ask for changes.

import { mount } from "./dag/mount.js";
import { frame, html, say } from "./dom.js";
import { Kernel } from "./kernel.js";

/** Tokens and what they cost. */
function spentText(spent) {
  const about = spent.reckoned ? "about " : "";
  const money = spent.dollars === null ? "cost unknown" : `$${spent.dollars.toFixed(4)}`;
  return `${about}${spent.tokens.toLocaleString("en-US")} tokens, ${money}`;
}

/** Pairs of a word and a text; the word is shown once for those that follow each other. */
function pairsOf(pairs) {
  let before = null;
  const rows = pairs.flatMap(([word, text]) => {
    const shown = word === before ? "" : word;
    before = word;
    return [html("dt", {}, shown), html("dd", { dir: "auto" }, text)];
  });
  return html("dl", { class: "couler-listed" }, ...rows);
}

function section(title, open, ...children) {
  const attributes = { class: "couler-section", open: open ? "" : null };
  return html("details", attributes, html("summary", {}, title), ...children);
}

function code(text) {
  return html("pre", { class: "couler-code", tabindex: 0 }, text);
}

/** A unified diff, each line by whether it came or went. */
function diff(text) {
  const kind = (line) => (line.startsWith("+") ? "couler-plus" : line.startsWith("-") ? "couler-minus" : null);
  const lines = text.split("\n").map((line) => html("span", { class: kind(line) }, `${line}\n`));
  return html("pre", { class: "couler-code", tabindex: 0 }, ...lines);
}

/** What came of each attempt. */
function attempted(one) {
  const score = one.score === null ? "" : `, score ${one.score.toFixed(2)}`;
  return one.passed ? `passed ${one.checks.join(", ")}${score}` : `refused${score}: ${one.faults.join("; ")}`;
}

/** One view in one output. */
class WishView {
  constructor(model, kernel, kept) {
    this.model = model;
    this.kernel = kernel;
    this.kept = kept;
    this.title = html("strong", { dir: "auto" });
    this.tally = html("span", { class: "couler-tally", role: "status" });
    this.note = html("span", { class: "couler-note", role: "alert" });
    this.top = html("div", { class: "couler-top" }, this.title, this.tally, html("span", { class: "couler-space" }), this.note);
    this.body = html("div");
    this.dag = html("div");
    this.below = html("div");
    this.root = frame(this.top, this.body, this.dag, this.below, this.asking());
    this.change();
    this.draw();
  }

  /** The place to ask for changes; what was typed stays whatever comes. */
  asking() {
    this.text = html("textarea", { rows: 1, placeholder: "what should be other?", "aria-label": "what should be other" });
    this.text.value = this.kept.text ?? "";
    this.text.addEventListener("input", () => (this.kept.text = this.text.value));
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.revise();
    });
    this.button = html("button", { type: "button", onclick: () => this.revise() }, "Revise");
    this.form = html("div", { class: "couler-changing" }, this.text, this.button);
    return this.form;
  }

  revise() {
    const text = this.text.value.trim();
    if (!text || this.button.disabled) return;
    this.button.disabled = true;
    this.kernel.ask(this.model, { type: "revise", text }, this.note, (reply) => {
      if (reply.ok) this.kept.text = this.text.value = "";
      this.offer();
    });
  }

  offer() {
    const view = this.model.get("view");
    this.form.hidden = !view.requests.includes("revise") || !view.cell;
    this.button.disabled = view.state === "working";
  }

  /** Show what the model has now. */
  change() {
    const view = this.model.get("view");
    const made = view.source === "draft" ? "a draft, made without a language model" : `proposed by ${view.model}`;
    const titles = { working: "working on it", proposed: `${view.name}: ${made}`, asked: "a question back", failed: "nothing is proposed" };
    say(this.title, titles[view.state]);
    const spent = view.spent.calls ? spentText(view.spent) : "";
    say(this.tally, view.state === "working" ? [view.doing, spent].filter(Boolean).join(" · ") : spent);
    this.body.replaceChildren(...this.said(view));
    this.below.replaceChildren(...this.told(view));
    this.offer();
  }

  said(view) {
    const wrong = view.state === "failed" ? " couler-failed" : "";
    return [
      html("p", { class: "couler-wish", dir: "auto" }, view.wish),
      ...(view.question ? [html("p", { class: `couler-asked${wrong}`, dir: "auto" }, view.question)] : []),
      ...(view.note ? [html("p", { class: "couler-hint", dir: "auto" }, view.note)] : []),
      ...(view.cell ? [html("p", { class: "couler-hint" }, "Nothing has run: it runs when you run the cell. %nl insert puts it into the next cell.")] : []),
      ...(view.hint ? [html("p", { class: "couler-hint" }, view.hint)] : []),
      ...(view.diff ? [section("what the change changed", true, diff(view.diff))] : []),
    ];
  }

  copy(text) {
    const done = (event) => navigator.clipboard.writeText(text).then(
      () => say(event.target, "Copied"),
      () => say(this.note, "the browser does not let it be copied"),
    );
    return html("button", { type: "button", onclick: done }, "Copy the cell");
  }

  told(view) {
    const needs = view.needs.map((one) => [one.kind, one.steps.length ? `${one.what} (${one.steps.join(", ")})` : one.what]);
    const risks = view.risks.map((one) => [one.step || "workflow", `${one.what} (${one.rule})`]);
    const modules = view.modules.map((one) => [one.name, `${one.kind}: ${one.does}${one.needs.length ? `; after ${one.needs.join(", ")}` : ""}`]);
    const attempts = view.attempts.map((one, at) => [`attempt ${at + 1}`, attempted(one)]);
    const examples = view.entries.map((one) => ["example", one]);
    return [
      ...(risks.length ? [section("to be looked at", true, pairsOf(risks))] : []),
      ...(needs.length ? [section("what it would use", true, pairsOf(needs))] : []),
      ...(view.cell ? [section("the proposed cell", true, code(view.cell), this.copy(view.cell))] : []),
      ...(modules.length ? [section("how the wish was understood", false, pairsOf([...modules, ...examples]))] : []),
      ...(attempts.length ? [section(`checks (${attempts.length})`, false, pairsOf(attempts))] : []),
      ...(view.context ? [section("what of the notebook was sent", false, code(view.context))] : []),
    ];
  }

  draw() {
    this.drawn?.stop();
    const drawing = this.model.get("drawing");
    this.drawn = drawing?.workflow ? mount(this.dag, drawing, { kept: this.kept.dag, onChange: (now) => (this.kept.dag = now) }) : null;
    if (!this.drawn) this.dag.replaceChildren();
  }

  stop() {
    this.drawn?.stop();
  }
}

/** Called once for each model, so that all its views share what was typed. */
export default () => {
  const kernel = new Kernel();
  const kept = {};
  const views = new Set();
  return {
    initialize({ model }) {
      model.on("change:view", () => views.forEach((view) => view.change()));
      model.on("change:drawing", () => {
        delete kept.dag;
        views.forEach((view) => view.draw());
      });
      model.on("msg:custom", (message) => {
        kernel.hear();
        if (message.type === "reply") kernel.reply(message);
      });
    },
    render({ model, el }) {
      const view = new WishView(model, kernel, kept);
      views.add(view);
      el.replaceChildren(view.root);
      return () => {
        views.delete(view);
        view.stop();
      };
    },
  };
};
