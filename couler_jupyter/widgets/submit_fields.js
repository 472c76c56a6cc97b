// Single fields of a form: a label, what is typed, a word of help, and what is wrong with it.

import { html, say } from "./dom.js";

let count = 0;

/** One field; `typed` is told the text whenever it changes. */
export class Field {
  constructor(about, typed) {
    this.about = about;
    const id = `couler-field-${(count += 1)}`;
    this.fault = html("span", { class: "couler-fault", id: `${id}-fault`, role: "alert", dir: "auto" });
    const told = { id, "aria-describedby": `${id}-help ${id}-fault`, "aria-required": about.required ? "true" : null };
    this.input = this.made(told);
    const change = () => typed(this.text());
    this.input.addEventListener(["boolean", "choice"].includes(about.kind) ? "change" : "input", change);
    const star = about.required ? html("span", { class: "couler-star", "aria-hidden": "true" }, " *") : null;
    const label = html("label", { for: id, dir: "auto" }, about.label ?? about.name, star);
    const help = html("span", { class: "couler-help", id: `${id}-help`, dir: "auto" }, about.help ?? "");
    const row = about.kind === "boolean" ? [html("span", { class: "couler-tick" }, this.input, label)] : [label, this.input];
    this.known = about.kind === "text" ? html("datalist", { id: `${id}-known` }) : null;
    this.root = html("div", { class: `couler-field couler-of-${about.kind}` }, ...row, this.fault, help, this.known);
    this.suggest(about.suggested ?? []);
  }

  /** Offer some texts; any other may be typed as well. */
  suggest(texts) {
    if (!this.known) return;
    this.known.replaceChildren(...texts.map((one) => html("option", { value: one })));
    if (texts.length) this.input.setAttribute("list", this.known.id);
    else this.input.removeAttribute("list");
  }

  made(told) {
    const { kind, choices, required } = this.about;
    const hint = kind === "text" ? null : this.about.default;
    if (kind === "boolean") return html("input", { ...told, type: "checkbox" });
    if (kind === "json") return html("textarea", { ...told, rows: 2, placeholder: hint, spellcheck: "false", class: "couler-code" });
    if (kind === "choice") {
      const none = required ? [html("option", { value: "" }, "choose")] : [];
      return html("select", told, ...none, ...choices.map((one) => html("option", { value: one }, one)));
    }
    const mode = { integer: "numeric", number: "decimal" }[kind] ?? null;
    return html("input", { ...told, type: "text", inputmode: mode, placeholder: this.about.hint ?? hint, autocomplete: "off", spellcheck: "false" });
  }

  /** What stands in it. */
  text() {
    return this.about.kind === "boolean" ? String(this.input.checked) : this.input.value;
  }

  /** Put `text` into it, its default if there is none; what is right already is not touched. */
  put(text) {
    const { kind } = this.about;
    const shown = text ?? (["boolean", "choice", "text"].includes(kind) ? this.about.default : "");
    if (this.text() === shown) return;
    if (kind === "boolean") this.input.checked = shown === "true";
    else this.input.value = shown;
  }

  /** Say what is wrong with it, or nothing. */
  blame(fault) {
    say(this.fault, fault ?? "");
    this.input.setAttribute("aria-invalid", fault ? "true" : "false");
  }
}

/** Several fields under one heading, made anew only when others are asked for. */
export class Fields {
  constructor(title, area, typed) {
    this.area = area;
    this.typed = typed;
    this.fields = new Map();
    this.first = html("div", { class: "couler-fields" });
    this.rest = html("div", { class: "couler-fields" });
    this.more = html("details", {}, html("summary", {}, "more options"), this.rest);
    this.root = html("fieldset", {}, html("legend", {}, title), this.first, this.more);
  }

  /** Ask for these: `{ name, kind, required, default, choices, suggested, help, main }`. */
  ask(list) {
    const told = JSON.stringify(list.map((one) => ({ ...one, suggested: null })));
    if (told === this.told) return this.suggest(list);
    this.told = told;
    this.suggested = null;
    this.fields = new Map(list.map((one) => [one.name, new Field(one, (text) => this.typed(one.name, text))]));
    const roots = (main) => list.filter((one) => one.main === main).map((one) => this.fields.get(one.name).root);
    this.first.replaceChildren(...roots(true));
    this.rest.replaceChildren(...roots(false));
    this.more.hidden = !this.rest.childNodes.length;
    this.root.hidden = !list.length;
  }

  /** Offer what is new, without making fields anew: somebody may be typing. */
  suggest(list) {
    const told = JSON.stringify(list.map((one) => one.suggested ?? []));
    if (told === this.suggested) return;
    this.suggested = told;
    for (const { name, suggested } of list) this.fields.get(name).suggest(suggested ?? []);
  }

  put(values) {
    for (const [name, field] of this.fields) field.put(values[name]);
  }

  blame(faults) {
    for (const [name, field] of this.fields) {
      const fault = faults[`${this.area}:${name}`];
      field.blame(fault);
      if (fault && this.rest.contains(field.root)) this.more.open = true;
    }
  }
}
