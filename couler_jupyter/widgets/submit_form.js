// The form of a submission: where it runs, what it is given, and how.

import { html, say } from "./dom.js";
import { Field, Fields } from "./submit_fields.js";

const HOW = [
  { name: "reuse", kind: "boolean", label: "reuse what earlier runs made", default: "true", help: "steps that an earlier run has done do not run again" },
  { name: "refresh", kind: "text", label: "run in any case", default: "", hint: "names of steps", help: "these run whatever is kept of them" },
  { name: "steps", kind: "text", label: "only for", default: "", hint: "all steps", help: "names of the steps that you want; what they do not need is left out" },
  { name: "part", kind: "integer", label: "steps in a part", default: "", hint: "as usual", help: "a workflow that is too big for the engine at once is cut into parts of at most so many steps" },
  { name: "passes", kind: "text", label: "passes", default: "", hint: "as usual", help: "what it goes through before, as prune,fold,split{max-steps=200}" },
];

/** All fields; `edited` is called whenever `draft`, which they write into, has changed. */
export class SubmitForm {
  constructor(draft, edited) {
    this.draft = draft;
    this.edited = edited;
    const typed = (area) => (name, text) => this.set(area, name, text);
    this.where = new Field({ name: "target", kind: "choice", label: "where", required: true, choices: [], default: "", help: "" }, (text) => this.choose(text));
    this.options = new Fields("Where it runs", "option", typed("options"));
    this.options.first.before(this.where.root);
    this.inputs = new Fields("What it is given", "argument", typed("arguments"));
    this.how = new Fields("How", "how", (name, text) => this.set(null, name, name === "reuse" ? text === "true" : text));
    this.how.ask(HOW.map((one) => ({ required: false, choices: [], main: one.name !== "passes" && one.name !== "refresh", ...one })));
    this.root = html("form", { class: "couler-form", onsubmit: (event) => event.preventDefault() }, this.options.root, this.inputs.root, this.how.root);
  }

  set(area, name, text) {
    const { form } = this.draft;
    if (area === null) form[name] = text;
    else form[area] = { ...form[area], [name]: text };
    this.edited(this);
  }

  /** Another target has other options, and its own defaults. */
  choose(target) {
    this.draft.form = { ...this.draft.form, target, options: {} };
    this.edited(this);
  }

  /** Show what the kernel has, and what the person typed since. */
  show(view) {
    this.offer(view.targets);
    this.options.ask(view.options);
    this.options.root.hidden = false;
    this.inputs.ask(view.fields);
    this.fill();
    const { faults } = view;
    this.where.blame(faults.target);
    this.options.blame(faults);
    this.inputs.blame(faults);
    this.how.blame(Object.fromEntries(HOW.map(({ name }) => [`how:${name}`, faults[name]])));
  }

  /** Put the draft into the fields. */
  fill() {
    const { form } = this.draft;
    this.where.put(form.target);
    this.options.put(form.options);
    this.inputs.put(form.arguments);
    this.how.put({ ...form, reuse: String(form.reuse) });
    const chosen = this.targets?.find((one) => one.name === form.target);
    say(this.where.root.querySelector(".couler-help"), chosen?.told ?? "");
  }

  /** Offer the targets by engine. */
  offer(targets) {
    const told = JSON.stringify(targets);
    if (told === this.told) return;
    this.told = told;
    this.targets = targets;
    const engines = [...new Set(targets.map((one) => one.engine))];
    const option = ({ name }) => html("option", { value: name }, name);
    const groups = engines.map((engine) => html("optgroup", { label: engine }, ...targets.filter((one) => one.engine === engine).map(option)));
    this.where.input.replaceChildren(...groups);
  }

  /** Let nobody type while it is too late. */
  lock(isLocked) {
    for (const one of this.root.querySelectorAll("fieldset")) one.disabled = isLocked;
  }
}
