// All about one node: what it is, what it is given and leaves behind, why it ran or was reused, what it printed.

import { memory, size } from "../amount.js";
import { html, say } from "../dom.js";
import { span } from "../standing.js";
import { Log } from "./log.js";

const MOST_NAMES = 12;

/** The pane below the picture. */
export class Detail {
  /**
   * @param {import("./types.js").DrawingView} view
   * @param {(request: import("./types.js").Request) => Promise<import("./types.js").Reply>} request
   * @param {{ close: () => void, go: (id: string) => void }} can
   */
  constructor(view, request, can) {
    this.view = view;
    this.request = request;
    this.can = can;
    this.turn = 0;
    this.head = html("div", { class: "couler-top" });
    this.facts = html("dl");
    this.more = html("div");
    this.left = html("div");
    this.which = html("select", { "aria-label": "which of its steps", onchange: () => this.choose(this.which.value) });
    this.log = new Log(request);
    const close = html("button", { type: "button", class: "couler-close", "aria-label": "close", onclick: () => can.close() }, "×");
    this.root = html("section", { class: "couler-about", "aria-label": "details" }, this.head, this.facts, this.which, this.left, this.log.root, this.more, close);
    this.root.hidden = true;
  }

  /** Whether who shows this answers such requests. */
  answers(type) {
    return this.view.requests.includes(type);
  }

  /**
   * Tell about a node.
   * @param {import("./types.js").NodeView | null} node
   * @param {{ before: string[], after: string[], steps: import("./types.js").StepView[], run: string, now: number,
   *   plan?: import("./types.js").PlanRow }} known
   */
  show(node, known) {
    this.turn += 1;
    this.node = node;
    this.root.hidden = !node;
    this.log.show("", null);
    if (!node) return;
    this.known = known;
    this.head.replaceChildren(html("strong", { dir: "auto" }, node.id === `${node.of} more` ? `${node.label} of ${node.of}` : node.id));
    this.more.replaceChildren();
    this.left.replaceChildren();
    this.refresh(known);
    const steps = known.steps.map((one) => one.id);
    this.which.hidden = steps.length < 2 || !(this.answers("log") || this.answers("outputs"));
    this.which.replaceChildren(...steps.slice(0, 500).map((id) => html("option", { value: id }, id)));
    if (!node.inside) this.ask({ type: "step", run_id: known.run, step: node.of ?? node.id }, this.more, factsIn);
    const first = known.steps.find((one) => ["failed", "errored"].includes(one.phase)) ?? known.steps.find((one) => one.phase === "running") ?? known.steps[0];
    if (!first) return;
    this.which.value = first.id;
    this.choose(first.id);
  }

  /** Show what one of the steps printed and left behind. */
  choose(id) {
    const { run } = this.known;
    const step = this.known.steps.find((one) => one.id === id);
    const preview = this.answers("artifact") ? (one) => this.get({ type: "artifact", run_id: run, step: id, name: one.name }) : null;
    this.ask({ type: "outputs", run_id: run, step: id }, this.left, (answer) => leftIn(answer, preview));
    this.log.show(run, this.answers("log") && step?.attempts ? id : null);
  }

  /** What is known without asking; again as it changes. */
  refresh(known) {
    this.known = known;
    if (!this.node) return;
    const { node } = this;
    const rows = [
      ["kind", this.view.kinds[node.kind]?.word ?? node.kind],
      ["what", node.detail],
      ["marks", node.badges.join(", ")],
      ["part", node.part ? `${node.part}` : ""],
      ["planned", known.plan ? fateOf(known.plan) : ""],
      ["after", this.names(known.before)],
      ["before", this.names(known.after)],
      ...(known.steps.length === 1 ? factsOf(known.steps[0], known.now) : []),
    ];
    const key = JSON.stringify(rows.map(([name, value]) => [name, typeof value === "string" ? value : known[name === "after" ? "before" : "after"]]));
    if (key === this.key && this.facts.childNodes.length) return;
    this.key = key;
    this.facts.replaceChildren(...rows.flatMap(([name, value]) => pair(name, value)));
  }

  /** Ids of neighbours, as buttons that lead there. */
  names(ids) {
    if (!ids.length) return "nothing";
    const link = (id) => html("button", { type: "button", class: "couler-link", dir: "auto", onclick: () => this.can.go(id) }, id);
    const shown = ids.slice(0, MOST_NAMES).flatMap((id, place) => (place ? [", ", link(id)] : [link(id)]));
    if (ids.length > MOST_NAMES) shown.push(` and ${ids.length - MOST_NAMES} more`);
    return html("span", {}, ...shown);
  }

  /** Ask for what is not known here, and put it where it belongs. */
  async ask(request, place, shown) {
    if (!this.answers(request.type)) return;
    const { turn } = this;
    const note = html("p", { class: "couler-hint" });
    const late = setTimeout(() => say(note, "no answer yet; a kernel answers when its cell has ended"), 2000);
    place.replaceChildren(note);
    const { answer, error } = await this.get(request);
    clearTimeout(late);
    if (turn !== this.turn || !place.contains(note)) return;
    if (answer) place.replaceChildren(...shown(answer));
    else say(note, error);
  }

  /** An answer, or why there is none. */
  async get(request) {
    try {
      const { ok, error, answer } = await this.request(request);
      return ok && answer ? { answer } : { error: error || "nothing more is known" };
    } catch (error) {
      return { error: String(error.message ?? error) };
    }
  }

  stop() {
    this.log.stop();
  }
}

/** What is told of the one step behind a node. */
function factsOf(step, now) {
  return [
    ["took", span(step, now)],
    ["attempts", step.attempts > 1 ? `${step.attempts}` : ""],
    ["CPU", step.cpu_seconds === null ? "" : `${step.cpu_seconds.toFixed(1)} s`],
    ["memory", step.peak_memory === null ? "" : memory(step.peak_memory)],
    ["message", step.message],
  ];
}

function fateOf(row) {
  return [row.fate, row.to, row.why].filter(Boolean).join(", ");
}

function pair(name, value) {
  return value ? [html("dt", {}, name), html("dd", { dir: "auto" }, value)] : [];
}

/** What an answer to `step` says. */
function factsIn({ origin, template, arguments: given, decision }) {
  const rows = [...(origin ? [{ name: "written in", text: origin }] : []), ...template];
  const reasons = html("ul", {}, ...decision.map((line) => html("li", { dir: "auto" }, line)));
  return [...listed("template", rows), ...listed("arguments", given), ...(decision.length ? [html("h4", {}, "cache"), reasons] : [])];
}

function listed(title, rows) {
  if (!rows.length) return [];
  const shown = (text) => (text.includes("\n") ? html("pre", {}, text) : text);
  return [html("h4", {}, title), html("dl", {}, ...rows.flatMap(({ name, text }) => pair(name, shown(text))))];
}

/** What an answer to `outputs` says; files are looked into when they are opened. */
function leftIn({ outputs, hidden }, preview) {
  if (!outputs.length) return [];
  const rows = outputs.flatMap((one) => pair(one.name, one.preview && preview ? file(one, preview) : textOf(one)));
  return [html("h4", {}, "outputs"), html("dl", {}, ...rows), ...(hidden ? [html("p", {}, `and ${hidden} more`)] : [])];
}

const textOf = (one) => [one.text, one.kind === "artifact" && one.size !== null ? size(one.size) : "", one.cut ? "(cut)" : ""].filter(Boolean).join(" ");

function file(one, preview) {
  const inside = html("pre", { class: "couler-log" });
  const open = html("details", {}, html("summary", {}, textOf(one)), inside);
  open.addEventListener("toggle", () => fill(open, inside, () => preview(one)), { once: true });
  return open;
}

/** Show how an artifact begins: text as text, a picture as one. */
async function fill(open, inside, ask) {
  say(inside, "asking");
  const { answer, error } = await ask();
  if (!answer) say(inside, error);
  else if (answer.base64) inside.replaceWith(html("img", { src: `data:${answer.media};base64,${answer.base64}`, alt: `the artifact ${answer.name}`, class: "couler-shot" }));
  else say(inside, answer.text ? `${answer.text}${answer.cut ? "\n…" : ""}` : `${size(answer.size)} that cannot be shown as text`);
}
