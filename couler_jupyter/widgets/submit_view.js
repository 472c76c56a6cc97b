// Submitting a workflow: a form, what comes of it, and then the run, in one view.

import { frame, html, say } from "./dom.js";
import { Kernel } from "./kernel.js";
import { SubmitForm } from "./submit_form.js";
import { Preview } from "./submit_preview.js";

const CALM = 250; // milliseconds without a key after which the kernel is asked
const GONE = 20000; // milliseconds without an answer after which the kernel may be another one
const CAN_EDIT = ["editing", "checking", "ready"];
const STATES = {
  editing: "not ready",
  checking: "checking",
  ready: "ready",
  submitting: "submitting",
  following: "submitted",
  ended: "ended",
};

/** What all views of one model share: what was typed, and what the kernel was asked. */
class Draft {
  constructor() {
    this.kernel = new Kernel();
    this.form = null;
    this.asking = 0;
    this.due = null;
    this.busy = new Set();
    this.kept = {};
    this.views = new Set();
  }

  /** Whether the kernel has not heard all that was typed. */
  get ahead() {
    return this.due !== null || this.asking > 0;
  }

  /** Take what the kernel has, unless the person is ahead of it. */
  take(view) {
    if (!this.form || !this.ahead) this.form = structuredClone(view.form);
  }

  /** Something was typed: tell the kernel once the person pauses. */
  edited(model, by) {
    clearTimeout(this.due);
    this.due = setTimeout(() => this.send(model), CALM);
    for (const view of this.views) if (view.form !== by) view.form.fill();
    this.frame();
  }

  send(model) {
    this.due = null;
    this.asking += 1;
    const edit = crypto.randomUUID?.() ?? String(Math.random());
    this.ask(model, { type: "change", form: this.form, edit }, () => {
      this.asking -= 1;
      this.change();
    });
    this.frame();
  }

  ask(model, request, done) {
    const notes = [...this.views].map((view) => view.note);
    const gone = setTimeout(() => {
      for (const view of this.views) say(view.note, "no answer from the kernel; if it was restarted, run the cell again");
    }, GONE);
    const note = { set textContent(text) { for (const one of notes) say(one, text); }, get textContent() { return notes[0]?.textContent ?? ""; } };
    this.kernel.ask(model, request, note, (reply) => {
      clearTimeout(gone);
      done(reply);
    });
  }

  /** Ask for something once: its button is off until the answer is there. */
  once(model, request) {
    if (this.busy.has(request.type)) return;
    this.busy.add(request.type);
    this.frame();
    this.ask(model, request, () => {
      this.busy.delete(request.type);
      this.change();
    });
  }

  change() {
    for (const view of this.views) view.change();
  }

  frame() {
    for (const view of this.views) view.frame();
  }
}

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
    this.errors = html("ul", { class: "couler-errors", "aria-label": "what is wrong", role: "alert" });
    this.good = html("ul", { class: "couler-good", "aria-label": "what the dry run found good", role: "status" });
    return html("div", { class: "couler-actions" }, this.submit, this.dry, this.errors, this.good);
  }

  after() {
    const once = (type, more = {}) => () => this.draft.once(this.model, { type, ...more });
    this.step = html("select", { "aria-label": "run again from this step" });
    const from = () => this.draft.once(this.model, { type: "retry_from", step: this.step.value });
    this.again = html("span", { class: "couler-again" }, html("button", { type: "button", onclick: from }, "Run again from"), this.step);
    this.anew = html("button", { type: "button", onclick: once("anew") }, "Another run");
    this.troubles = html("ul", { class: "couler-errors", "aria-label": "what went wrong", role: "alert" });
    this.ended = html("div", { class: "couler-after" }, this.anew, this.again, this.troubles);
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
