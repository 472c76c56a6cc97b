// Graphviz as WebAssembly: layout and SVG by it.

import { instance } from "@viz-js/viz";

let svg;
let box;

window.peer = {
  async draw(graph, el) {
    const viz = await instance();
    const nodes = graph.nodes.map(({ id, label }) => ({ name: id, attributes: { label, id: `node-${id}` } }));
    const edges = graph.edges.map(([tail, head]) => ({ tail, head }));
    svg = viz.renderSVGElement({ nodeAttributes: { shape: "box" }, nodes, edges });
    box = svg.viewBox.baseVal;
    svg.setAttribute("width", "100%");
    svg.setAttribute("height", "520");
    el.replaceChildren(svg);
  },
  patch(ids) {
    for (const id of ids) svg.getElementById(`node-${id}`).querySelector("polygon").setAttribute("stroke", "#11703c");
  },
  pan(step) {
    box.x += step % 2 ? 4 : -4;
    box.y += 3;
  },
};
