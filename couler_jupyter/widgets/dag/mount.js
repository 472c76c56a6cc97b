// A workflow and a run of it, live, in any element of a page: the one way in to this folder.
//
// It knows no framework and keeps nothing outside of what it is given. The notebook's widget mounts it in a
// cell, the JupyterLab extension in a panel.

import { Record } from "../record.js";
import { Shown } from "./shown.js";

/** @typedef {import("./types.js").DrawingView} DrawingView */
/** @typedef {import("./types.js").Request} Request */
/** @typedef {import("./types.js").Reply} Reply */
/** @typedef {import("./types.js").Kept} Kept */

/**
 * Draw a view in an element and keep it up to date.
 *
 * @param {HTMLElement} element what was in it is gone
 * @param {DrawingView} view
 * @param {{ request?: (request: Request) => Promise<Reply>, onChange?: (kept: Kept) => void, kept?: Kept,
 *   answers?: string[], record?: Record, fill?: boolean }} [options] `request` asks for things and gives the
 *   answers: `cancel`, `retry`, and to know more `step`, `log`, `outputs`, `artifact`, as far as `view.requests`
 *   or `answers` name them; `onChange` is told what the person chose, and `kept` brings that back later; `record` shares what is known of the run with other views;
 *   `fill` takes all the height of the element
 * @returns {{ root: HTMLElement, hear: (message: any) => void, show: (view: DrawingView) => void,
 *   select: (id: string | null) => void, resize: () => void, stop: () => void }} `hear` takes messages (a run, a patch,
 *   a sign of life), `show` another view, `stop` ends timers and observers
 */
export function mount(element, view, options = {}) {
  const { onChange = () => {}, fill = false, request = async () => ({ ok: false, error: "nobody answers here" }) } = options;
  const record = options.record ?? new Record(view.run);
  const kept = { ...options.kept };
  const keep = (some) => onChange({ ...Object.assign(kept, some) });
  /** @type {Shown} */
  let shown;
  const put = (next) => {
    const requests = [...new Set([...next.requests, ...(options.answers ?? [])])];
    shown = new Shown({ ...next, requests }, record, { request, kept, keep, fill });
    element.replaceChildren(shown.root);
    shown.start();
  };
  put(view);
  return {
    root: element,
    hear: (message) => record.hear(message),
    show(next) {
      shown.stop();
      if (!options.record) record.reset(next.run);
      put(next);
    },
    select: (id) => shown.looking.select(id),
    resize: () => shown.camera.resize(),
    stop: () => shown.stop(),
  };
}
