// @xyflow/react with positions given: it has no layout of its own.

import { applyNodeChanges, ReactFlow, ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { createElement, useState } from "react";
import { createRoot } from "react-dom/client";

let change;
let flow;

function Inner({ graph }) {
  const [nodes, set] = useState(() => graph.nodes.map(({ id, label, width, height, x, y }) => ({ id, data: { label }, position: { x, y }, width, height })));
  const edges = graph.edges.map(([source, target]) => ({ id: `${source}-${target}`, source, target }));
  flow = useReactFlow();
  change = (ids) => {
    const wanted = new Set(ids);
    set((all) => all.map((one) => (wanted.has(one.id) ? { ...one, style: { borderColor: "#11703c" } } : one)));
  };
  const onNodesChange = (changes) => set((all) => applyNodeChanges(changes, all));
  return createElement(ReactFlow, { nodes, edges, onNodesChange, fitView: true, minZoom: 0.01, proOptions: { hideAttribution: true } });
}

window.peer = {
  async draw(graph, el) {
    el.style.height = "520px";
    createRoot(el).render(createElement(ReactFlowProvider, {}, createElement(Inner, { graph })));
    await new Promise((done) => {
      const look = () => (el.querySelectorAll(".react-flow__node").length === graph.nodes.length ? done() : requestAnimationFrame(look));
      look();
    });
  },
  patch(ids) {
    change(ids);
  },
  pan(step) {
    const { x, y, zoom } = flow.getViewport();
    flow.setViewport({ x: x + (step % 2 ? 4 : -4), y: y + 3, zoom });
  },
};
