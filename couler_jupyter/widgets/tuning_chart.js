// The curves: dashed with a band and the word where they are predicted, lines with points where they are real.

import { svg } from "./dom.js";

const HEIGHT = 15;
const LETTER = 6.1;

/** A text in a frame of its own; `anchor` is its left, right or middle. */
function said(text, x, y, anchor = "start") {
  const width = text.length * LETTER + 10;
  const left = anchor === "start" ? x : anchor === "end" ? x - width : x - width / 2;
  const frame = svg("rect", { x: left, y: y - HEIGHT / 2, width, height: HEIGHT, rx: 7.5, class: "couler-plate" });
  const inner = svg("text", { x: left + width / 2, y: y + 3.6, "text-anchor": "middle", class: "couler-plate-text" }, text);
  return svg("g", {}, frame, inner);
}

function plain(text, x, y, anchor) {
  return svg("text", { x, y: y + 3.6, "text-anchor": anchor, class: "couler-plate-text" }, text);
}

function stroke(d, attributes) {
  return svg("path", { d, fill: "none", ...attributes });
}

function axes(chart) {
  const { left, top, right, bottom } = chart;
  const lines = chart.y.map((tick) => stroke(`M${left} ${tick.at}H${right}`, { class: "couler-grid" }));
  return [
    stroke(`M${left} ${top}V${bottom}H${right}`, { class: "couler-axis" }),
    ...lines,
    ...chart.y.map((tick) => plain(tick.text, left - 6, tick.at, "end")),
    ...chart.x.map((tick) => plain(tick.text, tick.at, bottom + 12, "middle")),
    plain(chart.x_title, (left + right) / 2, bottom + 32, "middle"),
    plain(chart.y_title, 4, 32, "start"),
    ...(chart.trivial === null ? [] : [stroke(`M${left} ${chart.trivial}H${right}`, { class: "couler-axis", "stroke-dasharray": "1.5 4" }), said("trivial", left + 4, chart.trivial)]),
  ];
}

function lead(from, to, color) {
  return stroke(`M${from[0]} ${from[1]}L${to[0]} ${to[1]}`, { stroke: color, "stroke-width": 0.8, "stroke-dasharray": "1.5 2" });
}

/** The marks of one setting: band, lines, then labels. */
function curvesOf(one, right) {
  const x = right + 8;
  const { color } = one;
  const band = one.band ? [svg("path", { d: one.band, fill: color, "fill-opacity": 0.13 })] : [];
  const predicted = one.predicted
    ? [stroke(one.predicted, { stroke: color, "stroke-width": 1.8, "stroke-dasharray": "6 4", class: "couler-predicted" }), lead([right, one.end], [x, one.label], color), said(`${one.rank} predicted`, x, one.label)]
    : [];
  const real = one.measured.flatMap((line) => [
    stroke(line.path, { stroke: color, "stroke-width": 2.2, class: "couler-real" }),
    ...line.dots.map(([cx, cy]) => svg("circle", { cx, cy, r: 2.4, fill: color })),
    lead(line.dots.at(-1), [x, line.label], color),
    said(`${one.rank} real`, x, line.label),
  ]);
  return [...band, ...predicted, ...real];
}

/** The picture of a chart; of all settings that are shown unasked, or of the one that is looked at. */
export function chartOf(chart, selected, badges, title) {
  const found = chart.curves.filter((one) => (selected ? one.id === selected : one.shown));
  const curves = found.length ? found : chart.curves.filter((one) => one.shown);
  let x = 4;
  const marks = badges.slice(0, 2).map((text) => {
    const badge = said(`– – ${text}`, x, 12);
    x += (text.length + 4) * LETTER + 16;
    return badge;
  });
  const attributes = { viewBox: `0 0 ${chart.width} ${chart.height}`, width: chart.width, class: "couler-chart", role: "img", "aria-label": title };
  return svg("svg", attributes, ...axes(chart), ...curves.flatMap((one) => curvesOf(one, chart.right)), ...marks);
}
