// The DAG as SVG: drawn once from positions made in Python, then only recoloured.

import { icon, say, svg } from "./dom.js";
import { told } from "./standing.js";

const TALLEST = 520;
const STEP = 1.25;
const ROUND = { container: 3, script: 3, function: 12, job: 3, subworkflow: 8, suspend: 20, foreign: 3, part: 8 };

/** A picture of `view`; `choose` is told which node was clicked, `kept.box` where one looks. */
export class Picture {
  constructor(view, kept, choose) {
    this.view = view;
    this.kept = kept;
    this.choose = choose;
    this.marks = new Map();
    this.kinds = new Map(view.workflow.nodes.map((node) => [node.id, node]));
    this.root = svg("svg", { class: "couler-dag", role: "group", tabindex: "-1", "aria-label": `workflow ${view.workflow.name}` });
    const { groups, edges, nodes } = view.layout;
    this.root.append(
      ...groups.map((group) => this.outline(group)),
      ...edges.map(edge),
      ...nodes.map((box) => this.node(box)),
      ...edges.filter((one) => one.label).map((one) => pill(one.label)),
      ...groups.map((group) => this.tab(group)),
    );
    this.listen();
    this.rove(nodes[0]?.id);
    this.box = { x: 0, y: 0, width: view.layout.width, height: view.layout.height };
  }

  outline(group) {
    const { x, y, width, height } = group;
    const shape = svg("rect", { x, y, width, height, rx: 10, class: "couler-group" }, svg("title", {}, group.text));
    this.marks.set(group.id, { shape });
    return shape;
  }

  tab(group) {
    const shown = pill(group.tab);
    this.marks.get(group.id).label = shown.querySelector("text");
    this.marks.get(group.id).text = group.tab.text;
    return shown;
  }

  node(box) {
    const node = this.kinds.get(box.id);
    const rect = (at, less, name) =>
      svg("rect", { x: at, y: at, width: box.width - less, height: box.height - less, rx: ROUND[node.kind], class: name });
    const detail = svg("text", { x: 32, y: 35, class: "couler-detail" }, box.detail);
    const title = svg("title");
    const badge = svg("g", { class: "couler-phase", transform: `translate(${box.width - 16} -8)` });
    const shape = svg(
      "g",
      { class: "couler-node", transform: `translate(${box.x} ${box.y})`, tabindex: "-1", role: "button" },
      title,
      node.loop ? rect(4, 0, "couler-card") : null,
      rect(0, 0, "couler-card"),
      node.kind === "subworkflow" || node.kind === "part" ? rect(3, 6, "couler-inner") : null,
      icon(this.view.kinds[node.kind].icon, { transform: "translate(9 10)" }),
      svg("text", { x: 32, y: 19, class: "couler-label" }, box.text),
      detail,
      badge,
      ...box.badges.map(pill),
    );
    shape.dataset.node = box.id;
    const about = [box.id, this.view.kinds[node.kind].word, node.detail, ...node.badges].filter(Boolean).join("; ");
    this.marks.set(box.id, { shape, detail, title, badge, about, text: box.detail, room: box.room });
    this.show(box.id, null, 0);
    return shape;
  }

  /** Show where a node or group stands; `state` is null where nothing is known. */
  show(id, state, now) {
    const found = this.marks.get(id);
    if (!found) return;
    const look = state ? this.view.phases[state.phase] : null;
    const text = state ? told(state, this.view.phases, now) : found.text;
    if (found.phase !== state?.phase) this.recolour(found, look, state?.phase);
    if (found.label) say(found.label, look ? `${look.glyph} ${found.text}` : found.text);
    if (!found.detail) return;
    say(found.detail, cut(text, found.room));
    say(found.title, state ? `${found.about}; ${text}` : found.about);
    found.shape.setAttribute("aria-label", found.title.textContent);
  }

  recolour(found, look, phase) {
    found.phase = phase;
    if (look) found.shape.style.setProperty("--couler-phase", look.color);
    else found.shape.style.removeProperty("--couler-phase");
    found.shape.classList.toggle("couler-running", phase === "running");
    if (!found.badge) return;
    const disc = svg("circle", { cx: 8, cy: 8, r: 9, class: "couler-disc" });
    found.badge.replaceChildren(...(look ? [disc, icon(look.icon, { class: "couler-icon couler-on-disc" })] : []));
  }

  /** Mark one node as the one that is looked at. */
  select(id) {
    for (const [name, { shape }] of this.marks) shape.classList.toggle("couler-selected", name === id);
  }

  listen() {
    const nodeAt = (event) => event.target.closest?.("[data-node]")?.dataset.node ?? null;
    this.root.addEventListener("click", (event) => !this.dragged && this.choose(nodeAt(event)));
    this.root.addEventListener("focusin", (event) => this.rove(nodeAt(event)));
    this.root.addEventListener("keydown", (event) => this.key(event, nodeAt(event)));
    this.root.addEventListener("pointerdown", (event) => event.button === 0 && this.drag(event));
    this.root.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      this.zoom(event.deltaY < 0 ? STEP : 1 / STEP, event);
    }, { passive: false });
  }

  /** Keep one node only in the tab order: the one that had the focus last. */
  rove(id) {
    if (!this.marks.has(id)) return;
    this.marks.get(this.home)?.shape.setAttribute("tabindex", "-1");
    this.marks.get(id).shape.setAttribute("tabindex", "0");
    this.home = id;
  }

  key(event, node) {
    const done = { "+": () => this.zoom(STEP), "=": () => this.zoom(STEP), "-": () => this.zoom(1 / STEP), 0: () => this.fit() };
    if (node) done.Enter = done[" "] = () => this.choose(node);
    const next = node && this.neighbour(node, event.key);
    if (next) done[event.key] = () => this.marks.get(next).shape.focus();
    if (!done[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    done[event.key]();
  }

  /** The node an arrow key leads to: along an edge, or to the next of the list. */
  neighbour(node, key) {
    const { edges, nodes } = this.view.workflow;
    const index = nodes.findIndex((one) => one.id === node);
    if (key === "ArrowDown") return edges.find((one) => one.source === node)?.target;
    if (key === "ArrowUp") return edges.find((one) => one.target === node)?.source;
    if (key === "ArrowRight") return nodes[index + 1]?.id;
    return key === "ArrowLeft" ? nodes[index - 1]?.id : undefined;
  }

  drag(start) {
    const from = { ...this.box };
    const scale = this.box.width / this.measure();
    this.dragged = false;
    const move = (event) => {
      const [right, down] = [event.clientX - start.clientX, event.clientY - start.clientY];
      if (!this.dragged && Math.hypot(right, down) < 4) return;
      if (!this.dragged) this.root.setPointerCapture(start.pointerId);
      this.dragged = true;
      this.look((this.kept.box = { ...from, x: from.x - right * scale, y: from.y - down * scale }));
    };
    const stop = () => {
      this.root.removeEventListener("pointermove", move);
      this.root.removeEventListener("pointerup", stop);
      this.root.removeEventListener("pointercancel", stop);
    };
    this.root.addEventListener("pointermove", move);
    this.root.addEventListener("pointerup", stop);
    this.root.addEventListener("pointercancel", stop);
  }

  /** Zoom by `factor`, around the pointer of `event` or the middle. */
  zoom(factor, event) {
    const frame = this.root.getBoundingClientRect();
    const across = event ? (event.clientX - frame.left) / frame.width : 0.5;
    const down = event ? (event.clientY - frame.top) / frame.height : 0.5;
    const width = Math.min(Math.max(this.box.width / factor, 80), this.view.layout.width * 8 + 2000);
    const height = (width * this.box.height) / this.box.width;
    this.kept.box = {
      x: this.box.x + (this.box.width - width) * across,
      y: this.box.y + (this.box.height - height) * down,
      width,
      height,
    };
    this.look(this.kept.box);
  }

  /** Show all of it, no bigger than it is. */
  fit() {
    const { width, height } = this.view.layout;
    const room = this.measure();
    const scale = Math.min(1, room / width, TALLEST / height);
    const tall = Math.max(60, Math.min(TALLEST, Math.ceil(height * scale)));
    this.root.style.height = `${tall}px`;
    this.kept.box = null;
    const seen = { width: room / scale, height: tall / scale };
    this.look({ x: (width - seen.width) / 2, y: (height - seen.height) / 2, ...seen });
  }

  /** Show what was looked at last, or all of it. */
  start() {
    const box = this.kept.box;
    this.fit();
    if (box) this.look((this.kept.box = box));
  }

  /** The page has another width, perhaps. */
  resize() {
    const before = this.across;
    if (this.measure() !== before && !this.kept.box) this.fit();
  }

  /** Asking for the width lays out all of a big picture, so it is asked for once. */
  measure() {
    this.across = this.root.clientWidth || 900;
    return this.across;
  }

  look(box) {
    this.box = box;
    this.root.classList.toggle("couler-far", this.across / box.width < 0.4);
    this.root.setAttribute("viewBox", `${box.x} ${box.y} ${box.width} ${box.height}`);
  }
}

function edge(one) {
  const line = svg("path", { d: one.line, class: `couler-edge couler-by-${one.kind}` });
  return svg("g", {}, line, svg("path", { d: one.head, class: "couler-head" }));
}

function pill(box) {
  const { x, y, width, height } = box;
  const text = svg("text", { x: x + width / 2, y: y + 11, class: "couler-pill-text" }, box.text);
  return svg("g", {}, svg("rect", { x, y, width, height, rx: 7.5, class: "couler-pill" }), text);
}

function cut(text, room) {
  const most = Math.floor(room / 5.8);
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
