// Lines of a log: colours that a terminal would show as classes, every other escape left out, long lines cut.

const LONGEST = 2000; // characters of a line that are shown
const MARK = /\x1b\[([\d;:]*)m/g;
const OTHER = /\x1b(?:\[[0-?]*[ -/]*[@-ln-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-Z\\^_`a-~])/g;
const UNSHOWN = /[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]/g;
const UNFINISHED = /\x1b(?:\[[\d;:]*)?$/;

/** @typedef {{ text: string, names: string }} Piece */

/** Reads a log piece by piece; colours go on from one line to the next, as in a terminal. */
export class AnsiLines {
  constructor() {
    this.rest = "";
    this.left = 0;
    this.style = { fg: "", bold: false, faint: false };
  }

  /**
   * Take more of the log in.
   * @param {string} text
   * @returns {{ whole: Piece[][], last: Piece[] }} lines that have ended, and the one that has not
   */
  take(text) {
    const lines = (this.rest + text).split("\n");
    const open = lines.pop() ?? "";
    const whole = lines.map((line) => this.line(line, true));
    // What stays of a line that does not end is no more than is shown of it.
    this.left += Math.max(0, open.length - 2 * LONGEST);
    this.rest = open.slice(0, 2 * LONGEST);
    const style = { ...this.style };
    const last = this.line(this.rest, false);
    this.style = style;
    return { whole, last };
  }

  /** @returns {Piece[]} */
  line(text, ends) {
    const left = this.left;
    if (ends) this.left = 0;
    const seen = text.slice(text.replace(/\r$/, "").lastIndexOf("\r") + 1, undefined);
    const pieces = [];
    let room = LONGEST;
    let at = 0;
    const plain = seen.replace(OTHER, "").replace(UNFINISHED, "");
    const push = (part) => {
      const clean = part.replace(UNSHOWN, "").replace(/\x1b/g, "");
      if (!clean) return;
      if (room > 0) pieces.push({ text: clean.slice(0, room), names: this.names() });
      room -= clean.length;
    };
    for (const mark of plain.matchAll(MARK)) {
      push(plain.slice(at, mark.index));
      this.turn(mark[1]);
      at = mark.index + mark[0].length;
    }
    push(plain.slice(at));
    const lost = left + Math.max(0, -room);
    if (lost) pieces.push({ text: ` … ${lost} more characters`, names: "couler-faint" });
    return pieces;
  }

  turn(codes) {
    const numbers = codes.split(/[;:]/).map(Number);
    for (let place = 0; place < numbers.length; place += 1) {
      const code = numbers[place];
      if (code === 0) this.style = { fg: "", bold: false, faint: false };
      else if (code === 1) this.style.bold = true;
      else if (code === 2) this.style.faint = true;
      else if (code === 22) this.style.bold = this.style.faint = false;
      else if (code >= 30 && code <= 37) this.style.fg = String(code - 30);
      else if (code >= 90 && code <= 97) this.style.fg = String(code - 90);
      else if (code === 39) this.style.fg = "";
      else if (code === 38 || code === 48) place += numbers[place + 1] === 5 ? 2 : 4;
    }
  }

  names() {
    const { fg, bold, faint } = this.style;
    return [fg && `couler-ink${fg}`, bold && "couler-bold", faint && "couler-faint"].filter(Boolean).join(" ");
  }
}
