// Elements made by DOM calls only: no text of anybody is ever read as markup.

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element; children are elements or text. */
export function html(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** An SVG element; children are elements or text. */
export function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** The outermost element of a view: plain keys stay inside, for Lab would take `b` or `dd` as commands. */
export function frame(...children) {
  const stay = (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
  };
  return html("div", { class: "couler", "data-lm-suppress-shortcuts": "true", onkeydown: stay }, ...children);
}

/** Set the text of an element, touching the page only if it is another. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Pairs of word and text as what goes into a `dl`; those without text are left out. */
export function facts(pairs) {
  return pairs.filter(([, text]) => text).flatMap(([word, text]) => [html("dt", {}, word), html("dd", { dir: "auto" }, text)]);
}

/** An icon on a 16 x 16 grid. */
export function icon(path, attributes = {}) {
  return svg("path", { d: path, class: "couler-icon", ...attributes });
}

/** The mark of a phase: a disc in its colour with its icon. */
export function mark(look) {
  const disc = svg("circle", { cx: 8, cy: 8, r: 8, fill: look.color });
  const attributes = { viewBox: "0 0 16 16", width: 16, height: 16, class: "couler-mark", "aria-hidden": "true" };
  return svg("svg", attributes, disc, icon(look.icon));
}
