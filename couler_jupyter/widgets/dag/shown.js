// One view on the page: the picture, what is above and below it, and what happens to them.

import { frame, html } from "../dom.js";
import { ended } from "../standing.js";
import { Steps } from "../steps.js";
import { banded } from "./banding.js";
import { Camera } from "./camera.js";
import { Detail } from "./detail.js";
import { Drawing } from "./drawing.js";
import { Fold } from "./folding.js";
import { Graph } from "./graph.js";
import { Head } from "./head.js";
import { Looking } from "./looking.js";
import { Minimap } from "./minimap.js";
import { placedView } from "./placing.js";
import { planned } from "./planning.js";
import { Search } from "./searching.js";
import { Standings } from "./standings.js";
import { itemsIn, unfolded } from "./unfolding.js";
import { doneBy, KEYS, neighbourIn, stride } from "./walking.js";

const FEW = 40; // steps that are listed without being asked for
const PAUSE = 80; // milliseconds between two changes of the page
const GROWTH = 1000; // milliseconds after which an open map may be drawn anew for more items

/** A picture with all around it; it is drawn at once, and follows the run once it is started. */
export class Shown {
  constructor(view, record, { request, kept, keep, fill }) {
    this.view = view;
    this.record = record;
    this.keep = keep;
    this.kept = kept;
    const { workflow, closed } = banded(view.workflow, view.closed ?? []);
    this.whole = workflow;
    this.closed = new Set(kept.closed ?? closed);
    this.maps = new Set(kept.maps ?? []);
    this.after = Boolean(kept.after && view.plan);
    this.rows = new Map((view.plan?.rows ?? []).map((row) => [row.id, row]));
    this.drawing = new Drawing(view);
    this.camera = new Camera(this.drawing.root, this.drawing.world, { fill, moved: () => this.moved() });
    this.map = new Minimap(this.camera);
    this.looking = new Looking(this);
    this.search = new Search((words) => this.looking.find(words), (id) => this.looking.go(id), (ids) => this.looking.markFound(ids));
    this.detail = new Detail(view, request, { close: () => this.looking.close(), go: (id) => this.looking.go(id) });
    this.head = new Head(view, record, this.can(request));
    this.steps = new Steps(view.phases);
    this.more = html("details", { ontoggle: () => this.opened() }, html("summary", {}, "steps"), this.steps.root);
    const stage = html("div", { class: "couler-stage" }, this.drawing.root, this.map.root);
    this.root = frame(this.head.root, stage, this.detail.root, this.more);
    if (fill) this.root.classList.add("couler-fill");
    this.listen();
    this.draw();
    this.refill();
    this.looking.select(kept.selected ?? null);
  }

  can(request) {
    return {
      request,
      search: this.search.root,
      nearer: () => this.camera.zoom(),
      farther: () => this.camera.zoom(0.8),
      fit: () => this.fit(),
      critical: (on) => this.looking.critical(on),
      planned: (on) => this.plan(on),
      foldAll: (shut) => this.foldAll(shut),
      focus: (id) => this.looking.focus(id),
      pan: (key) => this.camera.pan(...stride(key)),
      close: () => this.looking.close(),
      next: () => this.search.step(1),
      previous: () => this.search.step(-1),
      first: () => this.looking.focus(this.fold.nodes[0]?.id),
      last: () => this.looking.focus(this.fold.nodes.at(-1)?.id),
      choose: (id) => this.looking.select(id),
      fold: (id) => this.toggle(this.opens(id) ? id : this.fold.around.get(id)),
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
      else this.looking.select(at(event, "node"));
    });
    root.addEventListener("dblclick", (event) => {
      const id = at(event, "node");
      if (id && this.opens(id)) this.toggle(id);
    });
    root.addEventListener("focusin", (event) => this.drawing.rove(at(event, "node")));
    root.addEventListener("keydown", (event) => {
      const done = doneBy(event, at(event, "node"), keys, this.neighbour);
      if (!done) return;
      event.preventDefault();
      event.stopPropagation();
      done();
    });
    this.detail.root.addEventListener("keydown", (event) => event.key === "Escape" && this.looking.close());
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
    const opened = unfolded(workflow, this.maps, (id) => this.stepsOf(id));
    this.workflow = workflow;
    this.items = opened.count;
    this.drawn = Date.now();
    this.fold = new Fold(opened.workflow, this.closed, opened);
    this.graph = new Graph(this.fold);
    const asSent = !this.after && opened.workflow === this.view.workflow && this.view.layout.nodes.length && same(this.closed, this.view.closed ?? []);
    this.layout = asSent ? this.view.layout : placedView(this.fold);
    this.neighbour = neighbourIn(this.graph, this.layout);
    this.drawing.draw(this.fold, this.layout);
    this.camera.over(this.layout);
    this.switches();
    this.recount();
  }

  /** Show where everything stands, from all that is known of the run. */
  recount() {
    this.standings = new Standings(this.record, this.fold);
    const now = this.record.now();
    for (const id of this.drawing.marks.keys()) this.drawing.show(id, this.standings.states.get(id) ?? null, now);
    this.colour();
    this.search.look();
  }

  switches() {
    this.head.switches({ critical: Boolean(this.kept.critical), planned: this.after, groups: this.whole.groups.length > 0 });
  }

  colour() {
    this.map.draw(this.layout, (id) => this.view.phases[this.standings.states.get(id)?.phase]?.color ?? "#8c959f");
  }

  /** Ids of the steps that a node stands for. */
  stepsOf(node) {
    return [...this.record.steps.values()].filter((step) => step.node === node).map((step) => step.id);
  }

  /** Whether there is something in a node or a group that can be seen or hidden. */
  opens(id) {
    const node = this.fold.nodes.find((one) => one.id === id);
    return this.fold.all.has(id) || Boolean(node && !node.of && itemsIn(id, this.stepsOf(id)).length > 1);
  }

  /** Open a closed group or a map, or close an open one; what was clicked stays where it was, or is shown near enough. */
  toggle(group) {
    if (!group) return;
    const before = this.drawing.marks.get(group)?.box;
    const at = this.camera.at;
    const isGroup = this.whole.groups.some((one) => one.id === group);
    const hidden = isGroup ? this.closed : this.maps;
    if (!hidden.delete(group)) hidden.add(group);
    this.folded();
    const after = this.drawing.marks.get(group)?.box;
    if (this.camera.chosen && before && after) this.camera.choose({ ...at, x: at.x + after.x - before.x, y: at.y + after.y - before.y });
    if (after && !this.closed.has(group) && this.camera.at.scale < 0.4) this.camera.frame(after);
    this.looking.focus(this.fold.nodes.find((node) => node.id === group || [...this.fold.outer(node.id)].includes(group))?.id);
  }

  foldAll(shut) {
    this.closed = new Set(shut ? this.whole.groups.map((one) => one.id) : []);
    if (shut) this.maps.clear();
    this.folded();
  }

  folded() {
    this.keep({ closed: [...this.closed], maps: [...this.maps] });
    this.draw();
    this.looking.select(this.looking.selected && this.fold.home.has(this.looking.selected) ? this.fold.home.get(this.looking.selected) : null);
  }

  /** Draw open maps anew where they have more items by now. */
  grow() {
    if (!this.maps.size || Date.now() - this.drawn < GROWTH) return;
    const known = [...this.maps].reduce((sum, id) => sum + itemsIn(id, this.stepsOf(id)).length, 0);
    if (known !== this.items) this.redraw();
  }

  /** Draw all anew; what the person looks at, and the focus, stay. */
  redraw() {
    const focused = this.drawing.root.contains(document.activeElement) ? document.activeElement.dataset.node : null;
    this.draw();
    this.drawing.select(this.looking.selected);
    this.looking.light();
    if (focused) this.looking.focus(focused);
  }

  plan(on) {
    this.after = on;
    this.keep({ after: on });
    this.draw();
    this.looking.select(this.looking.selected);
  }

  /** Take in what changed in the run; of many changes in short time, all at once. */
  change({ whole, steps }) {
    if (whole) {
      clearTimeout(this.waiting);
      this.waiting = this.dirty = null;
      if (this.maps.size) this.redraw();
      else this.recount();
      this.refill();
      this.looking.refresh();
      this.looking.light();
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
    this.grow();
    for (const id of this.standings.update(dirty)) this.drawing.show(id, this.standings.states.get(id), now);
    this.list(dirty, now);
    this.looking.refresh();
    this.head.show();
    this.colour();
    this.search.look();
    if (this.kept.critical) this.looking.light();
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
    const ids = this.looking.selected ? this.standings.of(this.looking.selected) : [...this.record.steps.keys()];
    if (changed === null || ids.length !== this.steps.ids.length) this.steps.list(ids, this.record);
    else for (const id of changed) if (this.steps.has(id)) this.steps.put(this.record.steps.get(id), now);
  }

  tick() {
    this.head.tick();
    const { run } = this.record;
    if (!run || ended(run.phase)) return;
    this.grow();
    const now = this.record.now();
    for (const [id, state] of this.standings.states) if (!ended(state.phase)) this.drawing.show(id, state, now);
    if (this.more.open) this.steps.tick(this.record);
    this.looking.refresh();
  }
}

function same(closed, others) {
  return closed.size === others.length && others.every((one) => closed.has(one));
}
