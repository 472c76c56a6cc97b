// Submitting a workflow: a form, what comes of it, and then the run, in one view.

import { frame, html, say } from "./dom.js";
import { Draft } from "./submit_draft.js";
import { SubmitForm } from "./submit_form.js";
import { Preview } from "./submit_preview.js";

const CAN_EDIT = ["editing", "checking", "ready"];
const STATES = {
  editing: "not ready",
  checking: "checking",
  ready: "ready",
  submitting: "submitting",
  following: "submitted",
  ended: "ended",
};

/** One view in one output. */
class SubmitView {
  constructor(model, draft) {
    this.model = model;
    this.draft = draft;
    this.form = new SubmitForm(draft, (by) => draft.edited(model, by));
    this.preview = new Preview(draft.kept);
    this.run = html("div", { class: "couler-run" });
    this.body = html("div", { class: "couler-columns" }, html("div", { class: "couler-side" }, this.form.root, this.actions()), this.preview.root);
    this.order = html("details", { class: "couler-order" }, html("summary", {}, "what was submitted"));
    this.root = frame(this.head(), this.order, this.body, this.after(), this.run);
    this.root.classList.add("couler-submit");
  }

  head() {
    const { workflow } = this.model.get("view");
    this.state = html("span", { class: "couler-state", role: "status" });
    this.note = html("span", { class: "couler-note", role: "alert" });
    this.link = html("a", { target: "_blank", rel: "noopener noreferrer", class: "couler-page" });
    return html("div", { class: "couler-top" }, html("strong", { dir: "auto" }, `Submit ${workflow}`), this.state, this.link, html("span", { class: "couler-space" }), this.note);
  }

  actions() {
    const button = (text, done, kind) => html("button", { type: "button", class: kind, onclick: done }, text);
    const submit = () => {
      this.clicked = true;
      this.draft.once(this.model, { type: "submit", submission: this.model.get("view").submission });
    };
    this.submit = button("Submit", submit, "couler-go");
    this.dry = button("Dry run", () => this.draft.once(this.model, { type: "rehearse" }));
    this.dry.title = "go through all of it, and start nothing";
    this.errors = html("ul", { class: "couler-errors", "aria-label": "what is wrong" });
    this.good = html("ul", { class: "couler-good", "aria-label": "what the dry run found good" });
    return html("div", { class: "couler-actions" }, this.submit, this.dry, told("alert", this.errors), told("status", this.good));
  }

  after() {
    const once = (type, more = {}) => () => this.draft.once(this.model, { type, ...more });
    this.step = html("select", { "aria-label": "run again from this step" });
    const from = () => this.draft.once(this.model, { type: "retry_from", step: this.step.value });
    this.again = html("span", { class: "couler-again" }, html("button", { type: "button", onclick: from }, "Run again from"), this.step);
    this.anew = html("button", { type: "button", onclick: once("anew") }, "Another run");
    this.troubles = html("ul", { class: "couler-errors", "aria-label": "what went wrong" });
    this.ended = html("div", { class: "couler-after" }, this.anew, this.again, told("alert", this.troubles));
    return this.ended;
  }

  /** Show what the model has now. */
  change() {
    this.view = this.model.get("view");
    this.draft.take(this.view);
    this.form.show(this.view);
    this.preview.show(this.model.get("plan"), this.model.get("manifest"));
    this.link.hidden = !isPage(this.view.page);
    if (isPage(this.view.page)) {
      this.link.setAttribute("href", this.view.page);
      say(this.link, `open in ${this.view.engine}`);
    }
    const line = (text) => html("li", { dir: "auto" }, text);
    const { errors, rehearsal, steps } = this.view;
    this.errors.replaceChildren(...errors.map(line));
    this.troubles.replaceChildren(...errors.map(line));
    this.good.replaceChildren(...rehearsal.map(line));
    const told = JSON.stringify(steps);
    if (told !== this.listed) this.step.replaceChildren(...steps.map((one) => html("option", { value: one }, one)));
    this.listed = told;
    this.frame();
    this.follow();
  }

  /** Bring states and buttons up to date. */
  frame() {
    const { view, draft } = this;
    const edits = CAN_EDIT.includes(view.state);
    const checking = edits && (draft.ahead || view.state === "checking" || view.edit !== view.checked);
    const ready = view.state === "ready" && !checking && !draft.busy.has("submit");
    const state = checking ? "checking" : view.state;
    const faults = Object.keys(view.faults).length + view.errors.length;
    const words = state === "editing" && faults ? `${faults} ${faults > 1 ? "things" : "thing"} to put right` : STATES[state];
    say(this.state, view.rehearsing ? "dry run goes on" : state === "ended" ? view.phase : words);
    this.state.dataset.state = state === "ended" ? view.phase : state;
    this.submit.disabled = !ready || view.rehearsing;
    this.dry.disabled = !ready || view.rehearsing;
    this.submit.textContent = view.state === "submitting" || draft.busy.has("submit") ? "Submitting…" : "Submit";
    this.preview.dim(checking);
    this.form.lock(!edits);
    const home = edits || view.state === "submitting" ? this.root : this.order;
    if (this.body.parentElement !== home) this.move(home);
    this.order.hidden = home === this.root;
    this.submit.parentElement.hidden = home !== this.root;
    this.ended.hidden = !view.run;
    this.anew.hidden = this.again.hidden = view.state !== "ended";
    if (!view.rerun || !view.steps.length) this.again.hidden = true;
    for (const one of this.ended.querySelectorAll("button")) one.disabled = draft.busy.size > 0;
  }

  /** Put the form away once it was submitted, and back for another one. */
  move(home) {
    if (home === this.root) this.order.after(this.body);
    else home.append(this.body);
    // the button was at the end of much that is gone now
    if (this.clicked && home !== this.root) requestAnimationFrame(() => this.root.scrollIntoView({ block: "nearest" }));
    this.clicked = false;
  }

  /** Show the run that came of it, by the view that runs have. */
  async follow() {
    const id = this.model.get("follower");
    if (id === this.followed) return;
    this.followed = id;
    this.child?.remove();
    this.child = null;
    this.run.replaceChildren();
    if (!id) return;
    try {
      const manager = this.model.widget_manager;
      const child = await manager.create_view(await manager.get_model(id));
      if (this.followed !== id) child.remove();
      else this.run.replaceChildren((this.child = child).el);
    } catch (error) {
      this.run.replaceChildren(html("p", {}, `run ${this.view.run} cannot be shown here (${error}); %couler status shows it`));
    }
  }

  stop() {
    this.followed = null;
    this.child?.remove();
  }
}

/** A list that screen readers tell of when it changes. */
function told(role, list) {
  return html("div", { class: "couler-told", role }, list);
}

/** Whether a URL may be linked: only pages of the web are. */
export function isPage(url) {
  return /^https?:\/\/[^/\s]/i.test(url ?? "");
}

/** Called once for each model, so that all its views share what was typed. */
export default () => {
  const draft = new Draft();
  return {
    initialize({ model }) {
      for (const name of ["view", "plan", "manifest", "follower"]) {
        model.on(`change:${name}`, () => {
          draft.kernel.hear();
          draft.change();
        });
      }
      model.on("msg:custom", (message) => {
        draft.kernel.hear();
        if (message.type === "reply") draft.kernel.reply(message);
      });
    },
    render({ model, el }) {
      const view = new SubmitView(model, draft);
      draft.views.add(view);
      el.replaceChildren(view.root);
      view.change();
      return () => {
        draft.views.delete(view);
        view.stop();
      };
    },
  };
};
