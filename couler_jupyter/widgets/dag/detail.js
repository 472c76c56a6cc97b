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
    this.which = html("select", { "aria-label": "which of its steps", onchange: () => this.choose(this.which.value) });
    this.log = new Log(request);
    const close = html("button", { type: "button", class: "couler-close", "aria-label": "close", onclick: () => can.close() }, "×");
    this.root = html("section", { class: "couler-about", "aria-label": "details" }, this.head, this.facts, this.more, this.which, this.log.root, close);
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
    this.head.replaceChildren(html("strong", { dir: "auto" }, node.id));
    this.more.replaceChildren();
    this.refresh(known);
    const steps = known.steps.map((one) => one.id);
    this.which.hidden = steps.length < 2 || !this.answers("log");
    this.which.replaceChildren(...steps.slice(0, 500).map((id) => html("option", { value: id }, id)));
    if (this.answers("step") && !node.inside) this.ask(node.id, known.run, this.turn);
    const first = known.steps.find((one) => ["failed", "errored"].includes(one.phase)) ?? known.steps.find((one) => one.phase === "running") ?? known.steps[0];
    if (!first || !this.answers("log")) return;
    this.which.value = first.id;
    this.choose(first.id);
  }

  /** Show one step's log. */
  choose(id) {
    const step = this.known.steps.find((one) => one.id === id);
    this.log.show(this.known.run, step && step.attempts ? id : null);
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

  async ask(step, run_id, turn) {
    const wait = html("p", { class: "couler-hint" });
    const late = setTimeout(() => say(wait, "no answer yet; a kernel answers when its cell has ended"), 2000);
    this.more.replaceChildren(wait);
    const reply = await this.request({ type: "step", run_id, step }).catch((error) => ({ ok: false, error: String(error.message ?? error) }));
    clearTimeout(late);
    if (turn !== this.turn) return;
    if (!reply.ok || !reply.detail) this.more.replaceChildren(html("p", { class: "couler-hint" }, reply.error || "nothing more is known"));
    else this.more.replaceChildren(...sections(reply.detail));
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

/** What an answer to `step` says, each kind of it in a list. */
function sections(detail) {
  const list = (title, rows) => (rows.length ? [html("h4", {}, title), html("dl", {}, ...rows.flatMap(([name, value]) => pair(name, value)))] : []);
  const facts = detail.origin ? [["written in", detail.origin], ...detail.template] : detail.template;
  return [
    ...list("template", facts.map(([name, text]) => [name, text.includes("\n") ? html("pre", {}, text) : text])),
    ...list("arguments", detail.arguments),
    ...list("outputs", detail.outputs.map((one) => [one.name, one.text])),
    ...(detail.artifacts.length ? [html("h4", {}, "artifacts"), ...detail.artifacts.map(artifact)] : []),
    ...(detail.decision.length ? [html("h4", {}, "cache"), html("ul", {}, ...detail.decision.map((line) => html("li", { dir: "auto" }, line)))] : []),
  ];
}

function artifact(one) {
  const title = [one.name, one.size === null ? "" : size(one.size), one.place].filter(Boolean).join(" · ");
  if (!one.preview) return html("p", { dir: "auto" }, title);
  return html("details", {}, html("summary", { dir: "auto" }, title), html("pre", { class: "couler-log" }, one.preview));
}

