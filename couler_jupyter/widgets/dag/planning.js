// A workflow before and after its plan: what is merged, left out or reused.

const GONE = new Set(["merged", "folded", "left out"]);

/** @typedef {import("./types.js").WorkflowView} WorkflowView */

/**
 * What is left of a workflow by its plan: steps that will not be are not drawn, and what came after a merged one
 * comes after the one that stands for it.
 * @param {WorkflowView} workflow
 * @param {import("./types.js").PlanView} plan
 * @returns {WorkflowView}
 */
export function planned(workflow, plan) {
  const rows = new Map(plan.rows.map((row) => [row.id, row]));
  const known = new Set(workflow.nodes.map((node) => node.id));
  const stands = (id) => {
    for (let at = id, turns = 0; turns < plan.rows.length + 1; turns += 1) {
      const row = rows.get(at);
      if (!row || !GONE.has(row.fate)) return at;
      if (!known.has(row.to)) return "";
      at = row.to;
    }
    return "";
  };
  const nodes = workflow.nodes.filter((node) => stands(node.id) === node.id).map((node) => marked(node, rows.get(node.id)));
  const groups = new Set(nodes.map((node) => node.group));
  for (const group of [...workflow.groups].reverse()) if (groups.has(group.id)) groups.add(group.parent);
  const seen = new Set();
  const edges = [];
  for (const edge of workflow.edges) {
    const [source, target] = [stands(edge.source), stands(edge.target)];
    const key = JSON.stringify([source, target]);
    if (!source || !target || source === target || seen.has(key) || stands(edge.target) !== edge.target) continue;
    seen.add(key);
    edges.push({ ...edge, source, target });
  }
  return { ...workflow, nodes, edges, groups: workflow.groups.filter((group) => groups.has(group.id)) };
}

function marked(node, row) {
  const told = node.badges.some((one) => one.startsWith("reused"));
  return row?.fate === "reused" && !told ? { ...node, badges: ["reused", ...node.badges] } : node;
}
