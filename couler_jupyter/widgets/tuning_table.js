// The ranked table of settings: what was predicted and what was measured, in columns of their own.

import { duration } from "./amount.js";
import { html, say } from "./dom.js";
import { SortedTable, hasWords } from "./sorted_table.js";

const SHORT = { llm: "a language model", "past-runs": "past runs", "curve-extrapolation": "going on with its curve" };
const last = (one) => one.measured.at(-1) ?? null;

const COLUMNS = [
  { name: "setting", title: "the hyper-parameters", of: (one) => one.text },
  { name: "rank", number: true, title: "by what is known best", of: (one) => one.rank || null },
  { name: "predicted", number: true, title: "the metric at the end, as predicted; nobody has trained for it", of: (one) => one.predicted?.value ?? null },
  { name: "interval", whole: true, title: "that the prediction gives", of: (one) => one.predicted?.low ?? null },
  { name: "verified", number: true, title: "what a real run measured, and how far it came", of: (one) => last(one)?.value ?? null },
  { name: "cost", number: true, title: "of its real runs", of: (one) => one.seconds },
  { name: "notes", title: "where it comes from, and what to know", of: (one) => one.marks.join(" ") },
  { name: "use", whole: true, title: "take it for the next run", of: (one) => one.marks.includes("chosen") ? 1 : 0 },
];

/** A metric, for people. */
export function metric(value) {
  return Number(value.toPrecision(4)).toString();
}

/** Where a prediction comes from, and whether its interval was tried. */
export function sourceOf(one) {
  const by = one.model ? ` (${one.model})` : "";
  return `predicted by ${SHORT[one.source] ?? one.source}${by}, ${one.calibrated ? "calibrated" : "not calibrated"}`;
}

/** Where the predictions of settings come from, each source once; without their models if there are several. */
export function badgesOf(settings) {
  const made = settings.map((one) => one.predicted).filter(Boolean);
  const texts = [...new Set(made.map(sourceOf))];
  return texts.length < 2 ? texts : [...new Set(made.map((one) => sourceOf({ ...one, model: "" })))];
}

function intervalOf(one) {
  const tried = one.calibrated ? "" : ", not calibrated";
  return `${metric(one.low)} to ${metric(one.high)}, ${Math.round(one.level * 100)}%${tried}`;
}

/** What a real run measured, and how far it came. */
export function measuredOf(run) {
  if (run.diverged) return `diverged after ${run.units}`;
  if (run.value === null) return `nothing after ${run.units}`;
  return `${metric(run.value)} ${run.source === "full-run" ? "in full" : `after ${run.units}`}`;
}

/** All that is to be known of a setting beside its numbers. */
export function notesOf(one) {
  const predicted = one.predicted ? [sourceOf(one.predicted), ...one.predicted.warnings] : [];
  return [...one.marks, ...predicted, ...one.measured.flatMap((run) => run.warnings)];
}

/** The rows of a view; `choose` is told which setting is looked at, `use` which is to be used. */
export class TuningTable extends SortedTable {
  constructor(kept, choose, use) {
    const kind = {
      label: "settings",
      things: "settings",
      columns: COLUMNS,
      sort: "rank",
      key: "setting",
      id: (one) => one.id,
      name: (one) => one.text,
      fill: (row, one) => this.fill(row, one),
      matches: (one, by) => hasWords(by.filter, [one.text, ...notesOf(one)]),
    };
    kept.down ??= false; // the first rank on top
    super(kind, kept, choose);
    this.use = use;
  }

  fill(row, one) {
    const { predicted } = one;
    const run = last(one);
    const texts = [
      one.rank ? String(one.rank) : "–",
      predicted ? metric(predicted.value) : "–",
      predicted ? intervalOf(predicted) : "–",
      run ? measuredOf(run) : "–",
      one.seconds === null ? "–" : duration(one.seconds),
      notesOf(one).join("; "),
    ];
    texts.forEach((text, place) => say(row.cells[place], text));
    this.offer(row.cells.at(-1), one);
  }

  /** The button that takes a setting; kept while it has the focus. */
  offer(cell, one) {
    const chosen = one.marks.includes("chosen");
    let button = cell.firstChild;
    if (!button) {
      const take = (event) => {
        event.stopPropagation();
        this.use(one.id);
      };
      const stay = (event) => (event.key === "Enter" || event.key === " ") && event.stopPropagation();
      button = html("button", { type: "button", onclick: take, onkeydown: stay, "aria-label": `use ${one.text}` });
      cell.append(button);
    }
    say(button, chosen ? "in use" : "use");
    button.setAttribute("aria-pressed", String(chosen));
    button.disabled = !this.offered;
  }

  show(settings, offered) {
    this.offered = offered;
    super.show(settings);
  }
}
