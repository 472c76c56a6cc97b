// How wide text will be, and how big the boxes around it. The numbers are those of drawing/measure.py and box.py.

const EM = [
  ["'|", 0.19],
  ["ijl", 0.222],
  [" !,./:;I[\\]ft()`r-", 0.3],
  ['"*°', 0.37],
  ["Jcksvxyz_^", 0.5],
  ["0123456789abdeghnopqu?L+<=>~#$¢£€", 0.56],
  ["&ABEFKPSTVXYZ", 0.66],
  ["CDHNRU{}w", 0.72],
  ["GOQ", 0.78],
  ["mM%", 0.85],
  ["W@", 0.97],
];
const NARROW = new Map(EM.flatMap(([letters, width]) => [...letters].map((one) => [one, width])));
const UNSEEN = /[\p{Mn}\p{Me}\p{Cf}]/u;
const BROAD = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const SAFETY = 1.12;

const LABEL = 13;
const DETAIL = 11;
const BADGE = 10;
const LEFT = 32;
const RIGHT = 10;
const GAP = 5;
const NARROWEST = 152;
const NARROWEST_OF_MANY = 232;
const WIDEST = 260;
export const PILL = 15; // how high badges, tabs and labels are

function em(letter) {
  return NARROW.get(letter) ?? (UNSEEN.test(letter) ? 0 : BROAD.test(letter) ? 1.15 : 0.62);
}

/** Pixels that `text` takes at a font size, about. */
export function textWidth(text, size) {
  let sum = 0;
  for (const letter of text) sum += em(letter);
  return SAFETY * size * sum;
}

/** `text`, cut to end in … where it is wider than `width` pixels. */
export function fitted(text, size, width) {
  if (textWidth(text, size) <= width) return text;
  let room = width / (SAFETY * size) - em("…");
  let kept = "";
  for (const letter of text) {
    room -= em(letter);
    if (room < 0) break;
    kept += letter;
  }
  return `${kept.trimEnd()}…`;
}

const badgeWidth = (badge) => textWidth(badge, BADGE) + 10;

/**
 * How big the box of a node is, and what of its texts fits into it; it stands nowhere yet.
 * @param {import("./types.js").NodeView} node
 * @returns {import("./types.js").NodeBoxView}
 */
export function boxOf(node) {
  const badges = node.badges.reduce((sum, one) => sum + badgeWidth(one) + GAP, 0);
  const inner = Math.max(textWidth(node.label, LABEL), textWidth(node.detail, DETAIL), badges) + LEFT + RIGHT;
  const many = node.loop || node.inside || node.kind === "subworkflow" || node.kind === "part";
  const width = Math.round(Math.min(Math.max(inner, many ? NARROWEST_OF_MANY : NARROWEST), WIDEST));
  const room = width - LEFT - RIGHT;
  return {
    id: node.id,
    x: 0,
    y: 0,
    width,
    height: node.badges.length ? 66 : 46,
    text: fitted(node.label, LABEL, room),
    detail: fitted(node.detail, DETAIL, room),
    badges: badgesIn(node.badges, room),
    room,
  };
}

function badgesIn(badges, room) {
  let x = LEFT - 2;
  let left = room;
  const boxes = [];
  for (const [index, badge] of badges.entries()) {
    const more = `+${badges.length - index}`;
    const spare = index === badges.length - 1 ? 0 : badgeWidth(more) + GAP;
    const text = badgeWidth(badge) + spare > left + GAP ? more : badge;
    boxes.push({ id: "", x, y: 44, width: badgeWidth(text), height: PILL, text });
    if (text !== badge) break;
    x += badgeWidth(badge) + GAP;
    left -= badgeWidth(badge) + GAP;
  }
  return boxes;
}

/** The tab on the upper edge of a group's outline. */
export function tabOf(group, x, y, width) {
  const text = fitted([group.label, ...group.badges].join(" · "), BADGE, width - 40);
  return { id: "", x: x + 8, y: y - PILL / 2, width: textWidth(text, BADGE) + 40, height: PILL, text };
}

/** The label of an edge around a point, or none. */
export function labelOf(text, [x, y]) {
  if (!text) return null;
  const width = Math.min(badgeWidth(text), 160);
  return { id: "", x: x - width / 2, y: y - PILL / 2, width, height: PILL, text: fitted(text, BADGE, width - 10) };
}
