// cytoscape on a canvas, laid out by dagre, as cytoscape-dagre does it by default.

import cytoscape from "cytoscape";
import dagre from "cytoscape-dagre";

cytoscape.use(dagre);
let drawn;

window.peer = {
  async draw(graph, el) {
    drawn = cytoscape({
      container: el,
      elements: {
        nodes: graph.nodes.map(({ id, label, width, height }) => ({ data: { id, label, width, height } })),
        edges: graph.edges.map(([source, target]) => ({ data: { source, target } })),
      },
      style: [
        { selector: "node", style: { shape: "round-rectangle", width: "data(width)", height: "data(height)", label: "data(label)", "text-valign": "center", "background-color": "#fff", "border-width": 1.5 } },
        { selector: "edge", style: { "curve-style": "bezier", "target-arrow-shape": "triangle", width: 1.5 } },
        { selector: ".done", style: { "border-color": "#11703c" } },
      ],
      layout: { name: "dagre", fit: true, animate: false },
    });
  },
  patch(ids) {
    drawn.batch(() => ids.forEach((id) => drawn.getElementById(id).addClass("done")));
  },
  pan(step) {
    drawn.panBy({ x: step % 2 ? 4 : -4, y: 3 });
  },
};
