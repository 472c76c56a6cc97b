// A plan's table: what its rows are, what of them is shown, and what is told of one.

import { facts, html, say } from "./dom.js";
import { SortedTable, hasWords } from "./sorted_table.js";

const FATES = { run: "will run", reused: "reused", merged: "merged", folded: "folded", "left out": "left out" };
const PLAN_COLUMNS = [
  { name: "step", title: "its path in the workflow", of: (one) => one.id },
  { name: "what", title: "what becomes of it", of: (one) => one.told },
  { name: "time", number: true, title: "what it takes, by earlier runs", of: (one) => one.seconds },
  { name: "leaves", number: true, title: "bytes that it leaves behind", of: (one) => one.bytes },
  { name: "cost", number: true, title: "by the prices that you gave", of: (one) => one.amount },
  { name: "known from", title: "what the numbers are from", of: (one) => one.basis },
  { name: "why", title: "why that becomes of it", of: (one) => one.why },
];

/** The rows of a plan; `choose` is told which step is looked at. */
export class PlanTable extends SortedTable {
  constructor(kept, choose) {
    const kind = {
      label: "steps of the plan",
      things: "steps",
      columns: PLAN_COLUMNS,
      key: "step",
      id: (one) => one.id,
      name: (one) => one.id,
      fill: fillStep,
      matches: matchesStep,
    };
    super(kind, kept, choose);
  }
}

function fillStep(row, one) {
  [one.told, one.time, one.leaves, one.cost, one.basis, one.why].forEach((text, place) => say(row.cells[place], text));
  row.root.classList.toggle("couler-gone", one.fate !== "run");
  row.root.classList.toggle("couler-critical", one.critical);
}

function matchesStep(one, kept) {
  const state = kept.state ?? "all";
  const chosen = state === "all" || (state === "critical" ? one.critical : one.fate === state);
  return chosen && hasWords(kept.filter, [one.id, one.told, one.basis, one.why, one.critical ? "critical" : ""]);
}

/** A plan with all there is to say of it; the same in its own view and where something is submitted. */
export class PlanSheet {
  constructor(kept) {
    this.kept = kept;
    this.table = new PlanTable(kept, (id) => this.select(id === kept.selected ? null : id));
    this.about = html("div", { class: "couler-about", "aria-live": "polite", hidden: "" });
    this.whole = html("dl", { class: "couler-whole-plan" });
    this.remarks = html("div", { class: "couler-remarks" });
    this.image = html("img", { class: "couler-plan-image" });
    this.shot = html("details", { ontoggle: () => (kept.shot = this.shot.open) }, html("summary", {}, "the DAG with what becomes of each step"), this.image);
    this.shot.open = kept.shot ?? false;
    this.root = html("div", { class: "couler-plan" }, this.whole, this.remarks, this.shot, this.tools(), this.about, this.table.root);
  }

  tools() {
    const filter = html("input", { type: "search", placeholder: "filter", "aria-label": "filter steps by words", value: this.kept.filter });
    filter.addEventListener("input", () => this.choose("filter", filter.value));
    this.states = html("select", { "aria-label": "which steps", onchange: (event) => this.choose("state", event.target.value) });
    return html("div", { class: "couler-tools" }, filter, this.states);
  }

  choose(what, value) {
    this.kept[what] = value;
    this.table.arrange();
  }

  /** Show this plan. */
  show(plan) {
    this.whole.replaceChildren(...facts(plan.whole));
    const listed = (title, lines) => (lines.length ? [html("details", {}, html("summary", {}, title), html("ul", {}, ...lines.map((line) => html("li", { dir: "auto" }, line))))] : []);
    const refused = plan.refused.map((line) => html("p", { class: "couler-refused", dir: "auto" }, html("b", {}, "refused: "), line));
    const notes = plan.notes.map((line) => html("p", { class: "couler-remark", dir: "auto" }, html("b", {}, "note: "), line));
    this.remarks.replaceChildren(...refused, ...notes, ...listed(`decisions of passes (${plan.decisions.length})`, plan.decisions));
    this.shot.hidden = !plan.picture;
    if (plan.picture && this.image.getAttribute("src") !== plan.picture) this.image.setAttribute("src", plan.picture);
    this.image.setAttribute("alt", plan.alt);
    this.offer(plan.rows);
    this.table.show(plan.rows);
    if (plan.hidden) say(this.table.table.caption, `${this.table.table.caption.textContent}, ${plan.hidden} more not sent`);
    this.select(this.kept.selected ?? null);
  }

  /** Offer the fates that there are. */
  offer(rows) {
    const there = Object.keys(FATES).filter((fate) => rows.some((one) => one.fate === fate));
    if (rows.some((one) => one.critical)) there.push("critical");
    const option = (value, text) => html("option", { value }, text);
    this.states.replaceChildren(option("all", "all"), ...there.map((one) => option(one, FATES[one] ?? one)));
    if (!there.includes(this.kept.state)) this.kept.state = "all";
    this.states.value = this.kept.state;
  }

  /** Tell all about one step, or about none. */
  select(id) {
    const one = this.table.items.get(id);
    this.kept.selected = one ? id : null;
    this.table.mark(this.kept.selected);
    this.about.hidden = !one;
    if (!one) return;
    const pairs = [
      ["what", one.told],
      ["time", one.time],
      ["leaves", one.leaves],
      ["cost", one.cost],
      ["known from", one.basis],
      ["why", one.why],
      ["critical", one.critical ? "the run cannot end sooner unless this step does" : ""],
    ];
    const close = html("button", { type: "button", class: "couler-close", "aria-label": "close", onclick: () => this.select(null) }, "×");
    this.about.replaceChildren(html("strong", { dir: "auto" }, one.id), html("dl", {}, ...facts(pairs)), close);
  }
}
