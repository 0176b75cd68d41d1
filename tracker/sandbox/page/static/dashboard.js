// The tab of figures: what stands on top of it, its charts where they lie, and the blocks of numbers behind them.

import { basicChart, scorecard } from "./charts.js";
import { byId, h } from "./dom.js";
import { picture } from "./live.js";

const SMALLER = 0.6; // than in the sheet
const INSIDE = 18; // of a chart's box, left and right

/** Draw it anew; what is below the fold stays there. */
export function dashboard() {
  if (!picture.dashboard) return;
  const { rows, charts } = picture.dashboard;
  const area = byId("dashboard");
  const kept = area.scrollTop;
  const lines = linesOf(charts);
  const first = lines.length ? Math.min(...charts.map(rowOf)) : rows.length;
  const [title, ...more] = rows.slice(0, first).map((row) => row.find(Boolean)?.text).filter(Boolean);
  const boxes = new Map(charts.map((chart) => [chart.chartId, box(chart)]));
  area.replaceChildren(
    h("h3", {}, title ?? ""), ...more.map((text) => h("p", { class: "muted" }, text)),
    ...lines.map((line) => h("div", { class: "charts" }, ...line.map((chart) => boxes.get(chart.chartId)))),
    ...blocksOf(rows.slice(first)).map((block) => lineOf(block) ?? table(block)),
  );
  for (const chart of charts) fillBox(chart, boxes.get(chart.chartId));
  area.scrollTop = kept;
}

const placeOf = (chart) => chart.position.overlayPosition;
const rowOf = (chart) => placeOf(chart).anchorCell.rowIndex ?? 0;

/** The charts that lie beside each other, from the top, each line from the left. */
function linesOf(charts) {
  const byRow = Map.groupBy(charts, rowOf);
  const leftOf = (chart) => placeOf(chart).offsetXPixels ?? 0;
  return [...byRow.keys()].sort((one, other) => one - other)
    .map((row) => byRow.get(row).toSorted((one, other) => leftOf(one) - leftOf(other)));
}

/** The cells of a chart's range; a chart on this tab shows cells of this tab. */
function read({ sourceRange }) {
  return (sourceRange?.sources ?? []).flatMap(({ startRowIndex: top, endRowIndex: bottom, startColumnIndex: left, endColumnIndex: right }) =>
    Array.from({ length: bottom - top }, (_, row) =>
      Array.from({ length: right - left }, (__, column) => picture.dashboard.rows[top + row]?.[left + column] ?? null)).flat());
}

function box(chart) {
  if (chart.spec.scorecardChart) return scorecard(chart.spec, read);
  const figure = h("figure", { class: "chart" }, h("figcaption", {}, chart.spec.title));
  figure.style.flexGrow = placeOf(chart).widthPixels;
  return figure;
}

/** Draw a chart as wide as its box has become. */
function fillBox(chart, figure) {
  if (!chart.spec.basicChart) return;
  const height = Math.round(placeOf(chart).heightPixels * SMALLER);
  figure.append(...basicChart(chart.spec, read, Math.max(200, figure.clientWidth - INSIDE), height));
}

/** The rows in blocks, as blank ones part them. */
function blocksOf(rows) {
  const blocks = [[]];
  for (const row of rows) {
    if (row.some(Boolean)) blocks.at(-1).push(row);
    else if (blocks.at(-1).length) blocks.push([]);
  }
  return blocks.filter((block) => block.length);
}

/** A block that is one text alone; null for any other. */
function lineOf([row, ...more]) {
  const texts = row.filter(Boolean);
  return more.length || texts.length > 1 ? null : h("p", { class: "muted" }, texts[0].text);
}

function table([heading, ...lines]) {
  const width = Math.max(...[heading, ...lines].map((row) => row.length));
  const columns = [...Array(width).keys()];
  const cell = (name, row, column, more = {}) => {
    const content = row[column];
    const looks = [content?.number === undefined ? "" : "number", content?.note ? "noted" : ""].filter(Boolean).join(" ");
    return h(name, { class: looks || null, title: content?.note, ...more }, content?.text ?? "");
  };
  const head = h("tr", {}, ...columns.map((column) => cell(heading[column] ? "th" : "td", heading, column, heading[column] ? { scope: "col" } : {})));
  const body = lines.map((row) => h("tr", {}, ...columns.map((column) => column ? cell("td", row, column) : cell("th", row, column, { scope: "row" }))));
  return h("table", { class: "block" }, h("thead", {}, head), h("tbody", {}, ...body));
}
