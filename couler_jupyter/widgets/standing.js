// Where steps and nodes stand. The words and rules are those of drawing/standing.py.

import { duration } from "./amount.js";

const LIVE = ["pending", "running", "suspended"];
const GOOD = ["succeeded", "cached"];
const BAD = ["errored", "failed", "interrupted", "cancelled"];
const WORST_FIRST = [...BAD, ...GOOD, "omitted", "skipped"];

/** Whether nothing more happens by itself. */
export const ended = (phase) => !LIVE.includes(phase);

/** Whether the work was done, now or earlier. */
export const good = (phase) => GOOD.includes(phase);

/** What several phases come to: the liveliest, then the worst. */
export function together(phases) {
  const found = new Set(phases);
  if (!found.size) return "pending";
  if (found.has("running")) return "running";
  if (found.has("suspended")) return "suspended";
  if (found.has("pending")) return found.size === 1 ? "pending" : "running";
  return WORST_FIRST.find((phase) => found.has(phase));
}

/** Where a node stands, from the steps of the run that it stands for. */
export function standing(node, steps) {
  const whole = steps.find((step) => step.id === node);
  const items = steps.filter((step) => step !== whole);
  const counts = {};
  for (const step of items) counts[step.phase] = (counts[step.phase] ?? 0) + 1;
  const phase = whole ? whole.phase : together(Object.keys(counts));
  const starts = steps.map((step) => step.started).filter((time) => time !== null);
  const ends = steps.map((step) => step.finished).filter((time) => time !== null);
  return {
    phase,
    started: starts.length ? starts.reduce((a, b) => Math.min(a, b)) : null,
    finished: ended(phase) && ends.length ? ends.reduce((a, b) => Math.max(a, b)) : null,
    items: !whole && items.length === 1 ? {} : counts,
    attempts: steps.reduce((most, step) => Math.max(most, step.attempts), 0),
  };
}

/** How long it took, or has been going on at `now`; empty where it has not started. */
export function span(state, now) {
  if (state.started === null || state.phase === "cached") return "";
  if (state.finished !== null) return duration(state.finished - state.started);
  if (state.phase !== "running" && state.phase !== "suspended") return "";
  const seconds = Math.max(0, now - state.started);
  return seconds < 60 ? `${Math.floor(seconds)} s` : duration(seconds);
}

/** Phase, duration and what else is worth a word, on one line. */
export function told(state, words, now) {
  const parts = [words[state.phase].word, span(state, now)];
  const total = Object.values(state.items).reduce((a, b) => a + b, 0);
  if (total) {
    const done = GOOD.reduce((sum, phase) => sum + (state.items[phase] ?? 0), 0);
    const bad = BAD.filter((phase) => state.items[phase]).map((phase) => `${state.items[phase]} ${words[phase].word}`);
    parts.push([`${done}/${total}`, ...bad].join(", "));
  } else if (state.attempts > 1) parts.push(`${state.attempts} attempts`);
  return parts.filter(Boolean).join(" · ");
}
