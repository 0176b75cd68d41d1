// The sheet: a grid as a manager sees it. The bot's changes flash; people sort, edit, insert, delete, hide, rename.

import { byId, fill, h, show } from "./dom.js";
import { act, isShown, onChange, picture } from "./live.js";

const FLASH = 2500;
const TITLE = "title"; // stays in view
const NARROW = 58; // of columns that are none of the bot's, at least
const LETTERS = 35; // less wide, and a cell shows the beginning of one line
const SCALE = 0.42; // of the widths that these have in the tab
// Of the bot's: beside the forum, and with a column of notes, all of them fit into a window 1280 wide.
const WIDTHS = {
  thread_id: 27, title: 110, type: 79, raised_by: 48, date_created: 74, first_responded_by: 68, time_to_first_response: 60,
  time_to_resolution: 67, resolution_date: 74, link: 31, team: 79, outside_business_hours: 62, reopen_count: 50,
  warning_message_id: 27,
};
// Those of figures are further to the right.
const WIDTHS_OF_FIGURES = { first_response_date: 74, resolution: 70, sla_due: 74, last_activity: 74 };
const LATEST = 3;

const selected = { row: 0, column: 0 };
const flashes = new Map(); // when each cell began to flash, by thread id and column name
let seen = -1;

/** Make the sheet live. */
export function sheet() {
  onChange((parts) => {
    if (parts.has("changes")) noteChanges();
    if (parts.has("sheet") || parts.has("changes") || parts.has("tour")) draw();
  });
  const grid = byId("grid");
  grid.addEventListener("keydown", move);
  grid.addEventListener("click", (event) => choose(event.target.closest("[data-row]")));
  grid.addEventListener("dblclick", () => edit());
  grid.addEventListener("focusin", (event) => choose(event.target.closest("[data-row]"), false));
  entry();
  toolbar();
}

function noteChanges() {
  const changes = picture.changes;
  const last = changes.at(-1)?.number ?? 0;
  if (seen >= 0) {
    for (const change of changes.filter((each) => each.number > seen)) flashes.set(`${change.thread} ${change.column}`, Date.now());
    latest(changes);
  }
  seen = last;
}

function latest(changes) {
  const first = changes.filter((change) => isFirst(change.column));
  const words = first.slice(-LATEST).map((change) => `${change.column}: ${change.after || "(empty)"}`);
  byId("latest").textContent = words.length ? `The bot wrote ${words.join(" · ")}` : "";
}

function draw() {
  const { book, columns, rows, header } = picture.sheet;
  byId("sheet-title").replaceChildren("Sheet ", h("span", { class: "muted" }, book));
  selected.row = Math.min(selected.row, rows.length - 1);
  selected.column = Math.min(selected.column, columns.length - 1);
  const shown = [...columns.keys()].filter((column) => !columns[column].hidden);
  show(byId("toolbar-hidden"), shown.length < columns.length);
  const names = rows[header].map((cell) => cell?.text ?? "");
  const key = names.indexOf("thread_id");
  const cols = shown.map((column) => {
    const col = h("col");
    col.style.width = `${WIDTHS[names[column]] ?? WIDTHS_OF_FIGURES[names[column]] ?? Math.max(NARROW, columns[column].width * SCALE)}px`;
    return col;
  });
  const letters = shown.map((column) => h("th", { scope: "col" }, columns[column].letter));
  const lines = rows.map((cells, row) => {
    const number = h("th", { scope: "row" }, String(row + 1));
    const thread = key >= 0 && row > header ? cells[key]?.text : undefined;
    const line = h("tr", row === header ? { class: "names" } : {}, number);
    line.append(...shown.map((column) => cellOf(cells[column], row, column, thread && `${thread} ${names[column]}`)));
    return line;
  });
  const corner = h("td", { class: "corner" });
  const grid = byId("grid");
  const body = grid.tBodies[0] ?? h("tbody");
  fill(grid, h("colgroup", {}, h("col", { class: "numbers" }), ...cols), h("thead", {}, h("tr", {}, corner, ...letters)), body);
  fill(body, ...lines); // only the rows that changed are laid out anew
  showFlash();
  showEntry();
}

function cellOf(cell, row, column, place) {
  const { header, rows } = picture.sheet;
  const name = rows[header][column]?.text;
  const shows = row === header ? `name ${cell?.text}` : `cell ${place}`;
  const looks = [cell?.kind, isShown(shows) ? "outlined" : "", name === TITLE ? "kept" : "", WIDTHS[name] < LETTERS ? "narrow" : ""];
  const here = row === selected.row && column === selected.column;
  const td = h("td", {
    role: "gridcell", tabindex: here ? "0" : "-1", "data-row": String(row), "data-column": String(column),
    "data-key": `${row} ${column}`, "data-place": place, class: looks.filter(Boolean).join(" ") || null, "aria-selected": String(here), title: cell?.text,
  });
  const box = cell?.kind === "boolean" ? h("span", { "aria-hidden": "true" }, cell.text === "TRUE" ? "☑ " : "☐ ") : null;
  td.append(h("div", {}, box, ...breakable(cell, row === header)));
  const since = Date.now() - (flashes.get(place) ?? -Infinity);
  if (since < FLASH) {
    td.classList.add("flash");
    td.style.setProperty("--since", `${since}ms`);
  }
  return td;
}

/** A column's name may break after its underscores, a date before its time. */
function breakable(cell, isName) {
  const text = cell?.text ?? "";
  if (cell?.kind === "date") return text.split(" ").flatMap((part, number) => [number ? " " : null, h("span", {}, part)]);
  return isName ? text.split(/(?<=_)/).flatMap((part, number) => (number ? [h("wbr"), part] : [part])) : [text];
}

/** Whether the column is one that every tab of tickets has; those of figures are further to the right. */
const isFirst = (name) => name in WIDTHS;

const nameOf = (cell) => picture.sheet.rows[picture.sheet.header][cell.dataset.column]?.text;

/** Bring the first cell that flashes into view, unless somebody works in the sheet. */
function showFlash() {
  const grid = byId("grid");
  const all = [...grid.querySelectorAll(".flash")].filter((cell) => isFirst(nameOf(cell)));
  const [first] = all;
  const area = grid.parentElement;
  if (!first || grid.contains(document.activeElement) || document.activeElement === byId("entry-text")) return;
  const inView = (cell) => cell.offsetLeft >= area.scrollLeft && cell.offsetLeft + cell.offsetWidth <= area.scrollLeft + area.clientWidth;
  if (all.some(inView)) return;
  area.scrollLeft = first.offsetLeft - area.clientWidth / 3;
}

const at = (row, column) => byId("grid").querySelector(`[data-row="${row}"][data-column="${column}"]`);

function choose(cell, focus = true) {
  if (!cell) return;
  const before = at(selected.row, selected.column);
  before?.setAttribute("aria-selected", "false");
  before?.setAttribute("tabindex", "-1");
  selected.row = Number(cell.dataset.row);
  selected.column = Number(cell.dataset.column);
  cell.setAttribute("aria-selected", "true");
  cell.setAttribute("tabindex", "0");
  if (focus) cell.focus();
  showEntry();
}

function move(event) {
  const row = at(selected.row, selected.column)?.parentElement;
  if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
  const cell = at(selected.row, selected.column);
  const beside = {
    ArrowLeft: cell.previousElementSibling, ArrowRight: cell.nextElementSibling,
    ArrowUp: at(selected.row - 1, selected.column), ArrowDown: at(selected.row + 1, selected.column),
    Home: row.querySelector("[data-row]"), End: row.lastElementChild,
  };
  if (event.key in beside) {
    const next = beside[event.key];
    if (next?.dataset.row) choose(next);
  } else if (event.key === "Enter" || event.key === "F2") {
    edit();
  } else if (event.key === "Delete" || event.key === "Backspace") {
    act("enter", { ...selected, text: "" });
  } else if (event.key.length === 1) {
    edit(event.key);
  } else {
    return;
  }
  event.preventDefault();
}

// The line above the grid holds the selected cell's whole content, and is where it is edited.

function edit(begun) {
  const input = byId("entry-text");
  if (begun !== undefined) input.value = begun;
  input.focus();
  if (begun === undefined) input.select();
}

function content() {
  const cell = picture.sheet.rows[selected.row]?.[selected.column];
  return cell?.entered ?? cell?.text ?? "";
}

function showEntry() {
  const column = picture.sheet.columns[selected.column];
  byId("entry-place").textContent = `${column.letter}${selected.row + 1}`;
  if (document.activeElement !== byId("entry-text")) byId("entry-text").value = content();
}

function entry() {
  const input = byId("entry-text");
  const back = () => {
    at(selected.row, selected.column)?.focus();
    showEntry();
  };
  byId("entry").addEventListener("submit", async (event) => {
    event.preventDefault();
    if (input.value === content() || (await act("enter", { ...selected, text: input.value }))) back();
  });
  input.addEventListener("keydown", (event) => event.key === "Escape" && back());
  input.addEventListener("blur", () => setTimeout(showEntry));
}

function toolbar() {
  const buttons = [...document.querySelectorAll("[data-sheet]")];
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const name = button.dataset.sheet;
      const sorts = name.startsWith("sort");
      act(sorts ? "sort" : name, { ...selected, descending: name === "sort_down" });
    });
  }
}
