// A workflow and a run of it, live, in any element of a page: the one way in to this folder.
//
// It knows no framework and keeps nothing outside of what it is given. The notebook's widget mounts it in a
// cell, the JupyterLab extension in a panel.

import { frame, html } from "../dom.js";
import { Record } from "../record.js";
import { ended } from "../standing.js";
import { Steps } from "../steps.js";
import { banded } from "./banding.js";
import { Camera } from "./camera.js";
import { Detail } from "./detail.js";
import { Drawing } from "./drawing.js";
import { Fold } from "./folding.js";
import { Graph } from "./graph.js";
import { Head } from "./head.js";
import { Minimap } from "./minimap.js";
import { placedView } from "./placing.js";
import { planned } from "./planning.js";
import { found, Search } from "./searching.js";
import { Standings } from "./standings.js";
import { doneBy, KEYS, neighbourIn, stride } from "./walking.js";

const FEW = 40; // steps that are listed without being asked for
const PAUSE = 80; // milliseconds between two changes of the page

/** @typedef {import("./types.js").DrawingView} DrawingView */
/** @typedef {import("./types.js").Request} Request */
/** @typedef {import("./types.js").Reply} Reply */
/** @typedef {import("./types.js").Kept} Kept */

/**
 * Draw a view in an element and keep it up to date.
 *
 * @param {HTMLElement} element what was in it is gone
 * @param {DrawingView} view
 * @param {{ request?: (request: Request) => Promise<Reply>, onChange?: (kept: Kept) => void, kept?: Kept,
 *   answers?: string[], record?: Record, fill?: boolean }} [options] `request` asks for things and gives the
 *   answers: `cancel`, `retry`, and to know more `step`, `log`, `outputs`, `artifact`, as far as `view.requests`
 *   or `answers` name them; `onChange` is told what the person chose, and `kept` brings that back later; `record` shares what is known of the run with other views;
 *   `fill` takes all the height of the element
 * @returns {{ root: HTMLElement, hear: (message: any) => void, show: (view: DrawingView) => void,
 *   select: (id: string | null) => void, resize: () => void, stop: () => void }} `hear` takes messages (a run, a patch,
 *   a sign of life), `show` another view, `stop` ends timers and observers
 */
export function mount(element, view, options = {}) {
  const { onChange = () => {}, fill = false, request = async () => ({ ok: false, error: "nobody answers here" }) } = options;
  const record = options.record ?? new Record(view.run);
  const kept = { ...options.kept };
  const keep = (some) => onChange({ ...Object.assign(kept, some) });
  /** @type {Shown} */
  let shown;
  const put = (next) => {
    const requests = [...new Set([...next.requests, ...(options.answers ?? [])])];
    shown = new Shown({ ...next, requests }, record, { request, kept, keep, fill });
    element.replaceChildren(shown.root);
    shown.start();
  };
  put(view);
  return {
    root: element,
    hear: (message) => record.hear(message),
    show(next) {
      shown.stop();
      if (!options.record) record.reset(next.run);
      put(next);
    },
    select: (id) => shown.select(id),
    resize: () => shown.camera.resize(),
    stop: () => shown.stop(),
  };
}

/** One view on the page. */
class Shown {
  constructor(view, record, { request, kept, keep, fill }) {
    this.view = view;
    this.record = record;
    this.keep = keep;
    this.kept = kept;
    const { workflow, closed } = banded(view.workflow, view.closed ?? []);
    this.whole = workflow;
    this.usual = closed;
    this.closed = new Set(kept.closed ?? closed);
    this.after = Boolean(kept.after && view.plan);
    this.rows = new Map((view.plan?.rows ?? []).map((row) => [row.id, row]));
    this.drawing = new Drawing(view);
    this.camera = new Camera(this.drawing.root, this.drawing.world, { fill, moved: () => this.moved() });
    this.map = new Minimap(this.camera);
    this.search = new Search((words) => this.find(words), (id) => this.go(id), (ids) => this.markFound(ids));
    this.detail = new Detail(view, request, { close: () => this.close(), go: (id) => this.go(id) });
    this.head = new Head(view, record, this.can(request));
    this.steps = new Steps(view.phases);
    this.more = html("details", { ontoggle: () => this.opened() }, html("summary", {}, "steps"), this.steps.root);
    const stage = html("div", { class: "couler-stage" }, this.drawing.root, this.map.root);
    this.root = frame(this.head.root, stage, this.detail.root, this.more);
    if (fill) this.root.classList.add("couler-fill");
    this.listen();
    this.draw();
    this.refill();
    this.select(kept.selected ?? null);
  }

  can(request) {
    return {
      request,
      search: this.search.root,
      nearer: () => this.camera.zoom(),
      farther: () => this.camera.zoom(0.8),
      fit: () => this.fit(),
      critical: (on) => this.critical(on),
      planned: (on) => this.plan(on),
      foldAll: (shut) => this.foldAll(shut),
      focus: (id) => this.focus(id),
      pan: (key) => this.camera.pan(...stride(key)),
      close: () => this.close(),
      next: () => this.search.step(1),
      previous: () => this.search.step(-1),
      first: () => this.focus(this.fold.nodes[0]?.id),
      last: () => this.focus(this.fold.nodes.at(-1)?.id),
      choose: (id) => this.select(id),
      fold: (id) => this.toggle(this.fold.all.has(id) ? id : this.fold.around.get(id)),
    };
  }

  listen() {
    const { root } = this.drawing;
    const at = (event, name) => event.target.closest?.(`[data-${name}]`)?.dataset[name] ?? null;
    const keys = { ...this.can(), search: () => this.search.field.focus() };
    root.setAttribute("aria-description", KEYS);
    root.addEventListener("click", (event) => {
      if (this.camera.dragged) return;
      const fold = at(event, "open") ?? at(event, "close");
      if (fold) this.toggle(fold);
      else this.select(at(event, "node"));
    });
    root.addEventListener("dblclick", (event) => {
      const id = at(event, "node");
      if (id && this.fold.all.has(id)) this.toggle(id);
    });
    root.addEventListener("focusin", (event) => this.drawing.rove(at(event, "node")));
    root.addEventListener("keydown", (event) => {
      const done = doneBy(event, at(event, "node"), keys, this.neighbour);
      if (!done) return;
      event.preventDefault();
      event.stopPropagation();
      done();
    });
    this.detail.root.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  /** Be on the page from now on. */
  start() {
    this.hear = (change) => this.change(change);
    this.record.listeners.add(this.hear);
    this.clock = setInterval(() => this.tick(), 1000);
    this.watch = new ResizeObserver(() => this.camera.resize());
    this.watch.observe(this.root);
    const { camera } = this.kept;
    this.camera.fit();
    if (camera) this.camera.choose(camera);
    this.started = true;
  }

  stop() {
    clearInterval(this.clock);
    clearTimeout(this.waiting);
    this.watch?.disconnect();
    this.record.listeners.delete(this.hear);
    this.detail.stop();
  }

  fit() {
    this.camera.fit();
    this.keep({ camera: null });
  }

  moved() {
    this.map.frame();
    if (this.started && this.camera.chosen) this.keep({ camera: this.camera.at });
  }

  /** Draw what the groups that are open, and the plan, leave to be seen. */
  draw() {
    const workflow = this.after ? planned(this.whole, this.view.plan) : this.whole;
    this.workflow = workflow;
    this.fold = new Fold(workflow, this.closed);
    this.graph = new Graph(this.fold);
    const asSent = !this.after && this.whole === this.view.workflow && this.view.layout.nodes.length && same(this.closed, this.view.closed ?? []);
    this.layout = asSent ? this.view.layout : placedView(this.fold);
    this.neighbour = neighbourIn(this.graph, this.layout);
    this.drawing.draw(this.fold, this.layout);
    this.camera.over(this.layout);
    this.head.switches({ critical: Boolean(this.kept.critical), planned: this.after, groups: this.whole.groups.length > 0 });
    this.standings = new Standings(this.record, this.fold);
    const now = this.record.now();
    for (const id of this.drawing.marks.keys()) this.drawing.show(id, this.standings.states.get(id) ?? null, now);
    this.colour();
    this.search.look();
  }

  colour() {
    this.map.draw(this.layout, (id) => this.view.phases[this.standings.states.get(id)?.phase]?.color ?? "#8c959f");
  }

  /** Open a closed group, or close an open one; what was clicked stays where it was. */
  toggle(group) {
    if (!group) return;
    const before = this.drawing.marks.get(group)?.box;
    const at = this.camera.at;
    if (!this.closed.delete(group)) this.closed.add(group);
    this.folded();
    const after = this.drawing.marks.get(group)?.box;
    if (this.camera.chosen && before && after) this.camera.choose({ ...at, x: at.x + after.x - before.x, y: at.y + after.y - before.y });
    this.focus(this.fold.nodes.find((node) => node.id === group || [...this.fold.outer(node.id)].includes(group))?.id);
  }

  foldAll(shut) {
    this.closed = new Set(shut ? this.whole.groups.map((one) => one.id) : []);
    this.folded();
  }

  folded() {
    this.keep({ closed: [...this.closed] });
    this.draw();
    this.select(this.selected && this.fold.home.has(this.selected) ? this.fold.home.get(this.selected) : null);
  }

  plan(on) {
    this.after = on;
    this.keep({ after: on });
    this.draw();
    this.select(this.selected);
  }

  /** Take in what changed in the run; of many changes in short time, all at once. */
  change({ whole, steps }) {
    if (whole) {
      clearTimeout(this.waiting);
      this.waiting = this.dirty = null;
      this.refill();
      this.draw();
      this.light();
      return;
    }
    this.dirty = this.dirty ?? new Set();
    for (const id of steps) this.dirty.add(id);
    if (this.waiting) return;
    this.flush();
    this.waiting = setTimeout(() => {
      this.waiting = null;
      if (this.dirty) this.flush();
    }, PAUSE);
  }

  flush() {
    const { dirty } = this;
    this.dirty = null;
    const now = this.record.now();
    for (const id of this.standings.update(dirty)) this.drawing.show(id, this.standings.states.get(id), now);
    this.list(dirty, now);
    if (this.selected) this.detail.refresh(this.known(this.selected));
    this.head.show();
    this.colour();
    this.search.look();
    if (this.kept.critical) this.light();
  }

  /** Begin the table and the line above anew. */
  refill() {
    this.more.hidden = !this.record.run;
    this.more.open = this.kept.open ?? (this.record.steps.size > 0 && this.record.steps.size <= FEW);
    this.list(null, this.record.now());
    this.head.show();
  }

  /** The table was opened or closed; it is filled only while it is seen. */
  opened() {
    this.keep({ open: this.more.open });
    this.list(null, this.record.now());
  }

  /** Bring the table up to date; it has the selected node's steps, or all. */
  list(changed, now) {
    if (!this.more.open) return;
    const ids = this.selected ? this.standings.of(this.selected) : [...this.record.steps.keys()];
    if (changed === null || ids.length !== this.steps.ids.length) this.steps.list(ids, this.record);
    else for (const id of changed) if (this.steps.has(id)) this.steps.put(this.record.steps.get(id), now);
  }

  tick() {
    this.head.tick();
    const { run } = this.record;
    if (!run || ended(run.phase)) return;
    const now = this.record.now();
    for (const [id, state] of this.standings.states) if (!ended(state.phase)) this.drawing.show(id, state, now);
    if (this.more.open) this.steps.tick(this.record);
    if (this.selected) this.detail.refresh(this.known(this.selected));
  }

  /** Tell about one node, or about none. */
  select(id) {
    const node = this.fold.nodes.find((one) => one.id === id) ?? null;
    this.selected = node ? node.id : null;
    if (this.selected !== (this.kept.selected ?? null)) this.keep({ selected: this.selected });
    this.drawing.select(this.selected);
    this.light();
    this.detail.show(node, node && this.known(node.id));
    this.list(null, this.record.now());
  }

  known(id) {
    const steps = this.standings.of(id).map((one) => this.record.steps.get(one));
    const { before, after } = this.graph;
    const run = this.record.run?.run_id ?? "";
    return { before: before.get(id), after: after.get(id), steps, run, now: this.record.now(), plan: this.rows.get(id) };
  }

  /** Let stand out what the person asked for: a node's family, or the critical path. */
  light() {
    if (this.selected) this.drawing.light(this.graph.family(this.selected));
    else if (this.kept.critical) this.drawing.light(new Set(this.way()), "couler-critical");
    else this.drawing.light(null);
  }

  /** The critical path: by the plan, by what the run took so far, or by the number of steps. */
  way() {
    if (this.view.plan && !this.record.run) {
      const homes = this.view.plan.critical.map((id) => this.fold.seen(id));
      return homes.filter(Boolean);
    }
    const now = this.record.now();
    return this.graph.longest((id) => {
      const state = this.standings.states.get(id);
      return state?.started ? (state.finished ?? now) - state.started : 0;
    });
  }

  critical(on) {
    this.keep({ critical: on });
    this.head.switches({ critical: on, planned: this.after, groups: this.whole.groups.length > 0 });
    if (on) this.select(null);
    else this.light();
  }

  close() {
    if (this.selected) {
      const { selected } = this;
      this.select(null);
      this.focus(selected);
    } else if (this.kept.critical) this.critical(false);
    else this.search.clear();
  }

  find(words) {
    if (!words.trim()) return [];
    const phases = new Map();
    for (const { node, phase } of this.record.steps.values()) phases.set(node, (phases.get(node) ?? new Set()).add(this.view.phases[phase].word));
    const more = (node) => [this.view.kinds[node.kind]?.word ?? "", ...(phases.get(node.id) ?? [])];
    return found(this.workflow.nodes, words, more).map((node) => node.id);
  }

  markFound(ids) {
    const homes = new Set(ids.map((id) => this.fold.home.get(id)));
    for (const [id, { shape }] of this.drawing.marks) shape.classList.toggle("couler-found", homes.has(id));
  }

  /** Show a node and give it the focus; closed groups around it are opened. */
  go(id) {
    const around = [...this.fold.outer(id)].filter((group) => this.closed.has(group));
    for (const group of around) this.closed.delete(group);
    if (around.length) this.folded();
    const { activeElement } = document;
    const inSearch = this.search.root.contains(activeElement);
    this.camera.reveal(this.drawing.marks.get(id).box, true);
    if (inSearch) {
      this.drawing.rove(id);
      this.select(id);
    } else this.focus(id);
  }

  focus(id) {
    const found = this.drawing.marks.get(id);
    if (!found?.node) return;
    found.shape.focus({ preventScroll: true });
    if (this.started) this.camera.reveal(found.box);
  }
}

function same(closed, others) {
  return closed.size === others.length && others.every((one) => closed.has(one));
}
