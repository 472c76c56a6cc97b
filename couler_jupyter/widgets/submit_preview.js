// What would be submitted: the plan, the manifest, and what differs from the last time.

import { html, say } from "./dom.js";
import { PlanSheet } from "./plan_table.js";

const SIGNS = { "+": "couler-new", "-": "couler-old", "@": "couler-at", " ": null };

/** Plan and manifest, as they were last told. */
export class Preview {
  constructor(kept) {
    this.kept = kept;
    this.sheet = new PlanSheet((kept.plan ??= {}));
    this.heading = html("p", { class: "couler-heading", dir: "auto" });
    this.plan = html("section", { "aria-label": "the plan" }, this.heading, this.sheet.root);
    this.changes = this.fold("changes", "changes since the last run");
    this.manifest = this.fold("manifest", "the manifest");
    this.root = html("div", { class: "couler-preview" }, this.plan, this.changes.root, this.manifest.root);
  }

  fold(name, title) {
    const head = html("summary", {}, title);
    const text = html("pre", { class: "couler-text", tabindex: "0", role: "region", "aria-label": title });
    const note = html("p", { class: "couler-help", dir: "auto" });
    const root = html("details", { ontoggle: () => (this.kept[name] = root.open) }, head, note, text);
    root.open = this.kept[name] ?? false;
    return { root, head, note, text };
  }

  /** Show a plan and a manifest; either may be missing. */
  show(plan, manifest) {
    this.plan.hidden = !plan?.rows;
    if (plan?.rows && plan !== this.planned) {
      this.planned = plan;
      say(this.heading, plan.heading);
      this.sheet.show(plan);
    }
    const has = Boolean(manifest?.type);
    this.changes.root.hidden = !has;
    this.manifest.root.hidden = !has;
    if (!has || manifest === this.manifested) return;
    this.manifested = manifest;
    const { against, added, removed, diff, note, text, more } = manifest;
    const counted = added || removed ? `+${added} −${removed} lines since run ${against}` : `nothing changed since run ${against}`;
    say(this.changes.head, against ? counted : "nothing to compare with");
    say(this.changes.note, note);
    this.changes.text.hidden = !diff.length;
    this.changes.text.replaceChildren(...diff.map((one) => html("span", { class: SIGNS[one.sign] }, `${one.sign} ${one.text}\n`)));
    say(this.manifest.head, `the manifest${more ? `, the first lines; ${more} more` : ""}`);
    say(this.manifest.text, text);
  }

  /** Look as what is not of what is typed now. */
  dim(isOld) {
    this.root.classList.toggle("couler-stale", isOld);
  }
}
