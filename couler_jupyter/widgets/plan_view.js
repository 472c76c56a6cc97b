// A plan by itself: what a run would do and take, to sort, to filter and to look into.

import { mount } from "./dag/mount.js";
import { frame, html, say } from "./dom.js";
import { PlanSheet } from "./plan_table.js";

/** Called once for each model, so that all its views share what was chosen. */
export default () => {
  const kept = { shot: true };
  return {
    render({ model, el }) {
      const title = html("strong", { dir: "auto" });
      const sheet = new PlanSheet(kept);
      const change = () => {
        const plan = model.get("view");
        say(title, plan.heading);
        sheet.show(plan);
      };
      model.on("change:view", change);
      const dag = html("div");
      el.replaceChildren(frame(html("div", { class: "couler-top" }, title), sheet.root), dag);
      change();
      const drawing = model.get("drawing");
      const drawn = drawing?.workflow ? mount(dag, drawing, { kept: kept.dag, onChange: (now) => (kept.dag = now) }) : null;
      return () => {
        model.off("change:view", change);
        drawn?.stop();
      };
    },
  };
};
