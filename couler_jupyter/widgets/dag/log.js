// What a step printed: its end first, then what comes, as long as somebody looks.

import { html, say } from "../dom.js";
import { size } from "../amount.js";
import { AnsiLines } from "./ansi.js";

const LINES = 1000; // lines that are kept on the page
const POLL = 1000; // milliseconds
const TAIL = 1 << 16; // bytes that are asked for first, and the most that one is behind

/** A pane with the log of one attempt of one step. */
export class Log {
  /** @param {(request: import("./types.js").Request) => Promise<import("./types.js").Reply>} request */
  constructor(request) {
    this.request = request;
    this.lines = html("pre", { class: "couler-log", tabindex: "0", role: "log", "aria-label": "log", dir: "auto" });
    this.note = html("span", { class: "couler-hint" });
    this.follow = html("input", { type: "checkbox", checked: "" });
    this.root = html("div", { class: "couler-logs" }, html("div", { class: "couler-top" }, this.note, html("label", {}, this.follow, " follow")), this.lines);
    this.turn = 0;
  }

  /** Show the log of this step from now on; of none where it is null. */
  show(run_id, step, attempt = 0) {
    this.turn += 1;
    clearTimeout(this.timer);
    this.root.hidden = step === null;
    if (step === null) return;
    this.reader = new AnsiLines();
    this.open = null;
    this.next = null;
    this.left = 0;
    this.lines.replaceChildren();
    say(this.note, "asking for the log");
    this.more({ type: "log", run_id, step, attempt, tail: TAIL }, this.turn);
  }

  /** Ask for what comes at an offset, and again until the step has ended. */
  async more(request, turn) {
    const reply = await this.request(request).catch((error) => ({ ok: false, error: String(error.message ?? error) }));
    if (turn !== this.turn) return;
    if (!reply.ok || !reply.answer) {
      say(this.note, reply.error || "no log");
      return;
    }
    const { text, offset, next, size: whole, ended } = reply.answer;
    this.left += Math.max(0, offset - (this.next ?? 0));
    this.next = next;
    if (text) this.put(text);
    say(this.note, [size(whole), this.left ? `${size(this.left)} of it left out` : "", ended ? "" : "goes on"].filter(Boolean).join(" · "));
    if (ended && next >= whole) return;
    const far = whole - next > 4 * TAIL ? { tail: TAIL } : { offset: next };
    const again = () => (this.follow.checked ? this.more({ type: "log", run_id: request.run_id, step: request.step, attempt: request.attempt, ...far }, turn) : this.wait(again));
    if (next < whole && text) again();
    else this.wait(again);
  }

  wait(next) {
    this.timer = setTimeout(next, POLL);
  }

  put(text) {
    const { lines } = this;
    const atEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 30;
    const { whole, last } = this.reader.take(text);
    this.open?.remove();
    const drawn = document.createDocumentFragment();
    for (const line of whole.slice(-LINES)) drawn.append(shownLine(line, "\n"));
    this.open = shownLine(last, "");
    drawn.append(this.open);
    lines.append(drawn);
    while (lines.childNodes.length > LINES) lines.firstChild.remove();
    if (atEnd) lines.scrollTop = lines.scrollHeight;
  }

  /** Ask for nothing more. */
  stop() {
    this.turn += 1;
    clearTimeout(this.timer);
  }
}

function shownLine(pieces, end) {
  const spans = pieces.map(({ text, names }) => (names ? html("span", { class: names }, text) : text));
  return html("span", {}, ...spans, end);
}
