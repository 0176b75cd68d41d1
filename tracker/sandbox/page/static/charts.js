// Charts as their specs in the sheet describe them: scorecards as text, columns and lines as SVG.

import { h } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const GREY = "#565e6e";
const LINE = "#d5d9e1";
const TICKS = 4;
const TOP = 8;
const BOTTOM = 20; // for the names below
const LEFT = 38;
const RIGHT = 8;
const LETTER = 6.2; // wide, about

/** A scorecard; `read` gives the cells of a range. */
export function scorecard(spec, read) {
  const { keyValueData, baselineValueData, baselineValueFormat } = spec.scorecardChart;
  const [key] = read(keyValueData);
  const base = baselineValueData ? read(baselineValueData)[0] : null;
  const why = key && key.number === undefined ? key.note : null; // nothing could compute it
  const compared = h("p", { class: "compared" }, why ?? "\u00a0");
  if (key?.number !== undefined && base?.number) {
    const change = (key.number - base.number) / Math.abs(base.number);
    compared.textContent = `${change > 0 ? "▲ " : change < 0 ? "▼ " : ""}${Math.round(Math.abs(change) * 100)}% ${baselineValueFormat.description ?? ""}`;
    const style = change > 0 ? baselineValueFormat.positiveColorStyle : change < 0 ? baselineValueFormat.negativeColorStyle : null;
    if (style) compared.style.color = rgb(style);
  }
  return h("figure", { class: "scorecard" }, h("figcaption", {}, spec.title), h("p", { class: "value" }, key?.text ?? "–"), compared);
}

/** A chart of columns, lines or both, so many pixels wide and high. */
export function basicChart(spec, read, width, height) {
  const chart = plotted(spec.basicChart, read);
  const axes = {
    LEFT_AXIS: scale(chart.series.filter((each) => !each.right), viewWindow(spec.basicChart, "LEFT_AXIS")),
    RIGHT_AXIS: scale(chart.series.filter((each) => each.right), viewWindow(spec.basicChart, "RIGHT_AXIS")),
  };
  const hasRight = chart.series.some((each) => each.right);
  const area = { left: LEFT, right: width - (hasRight ? LEFT : RIGHT), top: TOP, bottom: height - BOTTOM };
  const picture = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": spec.altText ?? spec.title });
  picture.append(...grid(area, axes.LEFT_AXIS, "left"), ...(hasRight ? grid(area, axes.RIGHT_AXIS, "right") : []));
  picture.append(...names(area, chart.names), ...columns(area, chart, axes), ...lines(area, chart, axes));
  const legend = chart.series.map((each) => {
    const mark = h("span", { class: each.kind === "LINE" ? "mark thin" : "mark" });
    mark.style.background = each.colour;
    return h("span", {}, mark, each.label);
  });
  return [picture, h("p", { class: "legend" }, ...legend)];
}

/** What is drawn: the names below, and for each series its numbers (null: none); what has no name is left out. */
function plotted({ domains, series, headerCount = 0, chartType }, read) {
  const domain = read(domains[0].domain).slice(headerCount);
  const kept = [...domain.keys()].filter((at) => domain[at]?.text);
  return {
    names: kept.map((at) => domain[at].text),
    series: series.map((each) => {
      const cells = read(each.series);
      const values = cells.slice(headerCount);
      return {
        label: headerCount ? (cells[0]?.text ?? "") : "",
        kind: each.type ?? chartType,
        right: each.targetAxis === "RIGHT_AXIS",
        colour: rgb(each.colorStyle),
        numbers: kept.map((at) => values[at]?.number ?? null),
        texts: kept.map((at) => values[at]?.text ?? ""),
      };
    }),
  };
}

function viewWindow({ axis = [] }, position) {
  return axis.find((each) => each.position === position)?.viewWindowOptions ?? {};
}

/** From where to where an axis goes, in steps that people count in, and how its numbers are written. */
function scale(series, { viewWindowMin, viewWindowMax }) {
  const numbers = series.flatMap((each) => each.numbers).filter((each) => each !== null);
  const isShare = series.some((each) => each.texts.some((text) => text.endsWith("%")));
  const low = viewWindowMin ?? 0;
  const most = viewWindowMax ?? Math.max(...numbers, 0);
  const isWhole = numbers.every(Number.isInteger) && !isShare && viewWindowMax === undefined;
  const step = niceStep((most - low || (isShare ? 1 : TICKS)) / TICKS, isWhole);
  const high = viewWindowMax ?? low + step * Math.max(1, Math.ceil((most - low) / step));
  const ticks = Array.from({ length: Math.round((high - low) / step) + 1 }, (_, number) => low + number * step);
  const percent = isShare || viewWindowMax === 1;
  const text = (number) => (percent ? `${Math.round(number * 100)}%` : String(Number(number.toFixed(2))));
  return { low, high, ticks, text };
}

function niceStep(least, isWhole) {
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((each) => each >= least * 0.999);
  return isWhole ? Math.max(1, Math.ceil(step)) : step;
}

const heightOf = (area, { low, high }, number) => area.bottom - ((number - low) / (high - low)) * (area.bottom - area.top);

function grid(area, axis, side) {
  return axis.ticks.flatMap((number) => {
    const y = heightOf(area, axis, number);
    const x = side === "left" ? area.left - 5 : area.right + 5;
    const text = svg("text", { x, y: y + 4, "text-anchor": side === "left" ? "end" : "start", fill: GREY }, axis.text(number));
    return side === "left" ? [svg("line", { x1: area.left, x2: area.right, y1: y, y2: y, stroke: LINE }), text] : [text];
  });
}

/** As many names as there is room for, each cut to its room. */
function names(area, texts) {
  const room = (area.right - area.left) / Math.max(1, texts.length);
  const longest = Math.max(...texts.map((text) => text.length), 1) * LETTER + 16;
  const isDates = texts.every((text) => /^\d{4}-\d\d-\d\d$/.test(text));
  const every = isDates ? Math.ceil(longest / room) : 1;
  const letters = Math.max(2, Math.floor(room / LETTER) - 1);
  return texts.flatMap((text, at) => {
    if ((texts.length - 1 - at) % every) return []; // the last one has its name
    const cut = isDates || text.length <= letters ? text : `${text.slice(0, letters - 1)}…`;
    const x = Math.min(area.left + room * (at + 0.5), area.right + RIGHT - (cut.length * LETTER) / 2);
    return [svg("text", { x, y: area.bottom + 15, "text-anchor": "middle", fill: GREY }, cut)];
  });
}

function columns(area, chart, axes) {
  const beside = chart.series.filter((each) => each.kind === "COLUMN");
  const room = (area.right - area.left) / Math.max(1, chart.names.length);
  const width = Math.min(26, (room * 0.7) / Math.max(1, beside.length));
  return beside.flatMap((series, number) => series.numbers.flatMap((value, at) => {
    if (!value) return [];
    const y = heightOf(area, axisOf(axes, series), value);
    const x = area.left + room * (at + 0.5) + width * (number - beside.length / 2);
    const bar = { class: "bar", x: x + 0.5, y, width: width - 1, height: area.bottom - y, fill: series.colour };
    return [svg("rect", bar, svg("title", {}, told(chart, series, at)))];
  }));
}

function lines(area, chart, axes) {
  const room = (area.right - area.left) / Math.max(1, chart.names.length);
  return chart.series.filter((each) => each.kind === "LINE").flatMap((series) => {
    const points = series.numbers.map((value, at) => value === null ? null
      : { x: area.left + room * (at + 0.5), y: heightOf(area, axisOf(axes, series), value), at });
    const path = points.map((point, at) => point && `${points[at - 1] ? "L" : "M"}${point.x} ${point.y}`).filter(Boolean).join(" ");
    const dots = points.filter(Boolean).map((point) =>
      svg("circle", { class: "point", cx: point.x, cy: point.y, r: 3, fill: series.colour }, svg("title", {}, told(chart, series, point.at))));
    return [svg("path", { d: path || "M0 0", fill: "none", stroke: series.colour, "stroke-width": 2 }), ...dots];
  });
}

const axisOf = (axes, series) => axes[series.right ? "RIGHT_AXIS" : "LEFT_AXIS"];

const told = (chart, series, at) => `${chart.names[at]}, ${series.label}: ${series.texts[at]}`;

function rgb(style) {
  const { red = 0, green = 0, blue = 0 } = style?.rgbColor ?? { red: 0.25, green: 0.4, blue: 0.75 };
  return `rgb(${[red, green, blue].map((part) => Math.round(part * 255)).join(" ")})`;
}

function svg(name, properties, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(properties)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}
