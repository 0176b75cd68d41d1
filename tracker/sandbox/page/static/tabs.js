// The tabs of the sheet: that of the tickets, and that of the figures where there is one.

import { dashboard } from "./dashboard.js";
import { byId, show } from "./dom.js";
import { onChange, picture } from "./live.js";

const HINTS = {
  tickets: "Arrow keys move, typing or Enter edits, Enter saves, Escape leaves it as it was.",
  dashboard: "The bot writes figures at most every five minutes. What is true now, formulas count.",
};
const NAMES = Object.keys(HINTS);

let followed = 0; // the step of the tour that was followed last

/** Make the tabs live. */
export function tabs() {
  for (const name of NAMES) tab(name).addEventListener("click", () => select(name));
  byId("sheet-tabs").addEventListener("keydown", move);
  addEventListener("resize", () => isSelected("dashboard") && dashboard());
  onChange((parts) => {
    if (parts.has("sheet") || parts.has("dashboard")) drawTabs();
    if (parts.has("dashboard") && isSelected("dashboard")) dashboard();
    if (parts.has("tour")) followTour();
  });
  select("tickets");
}

const tab = (name) => byId(`${name}-tab`);
const isSelected = (name) => tab(name).getAttribute("aria-selected") === "true";

function select(selected) {
  for (const name of NAMES) {
    tab(name).setAttribute("aria-selected", String(name === selected));
    tab(name).setAttribute("tabindex", name === selected ? "0" : "-1");
    show(byId(`${name}-panel`), name === selected);
  }
  byId("sheet-hint").textContent = HINTS[selected];
  if (selected === "dashboard") dashboard();
}

function move(event) {
  if (!["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return;
  const other = NAMES.filter((name) => !tab(name).hidden && !isSelected(name));
  if (!other.length) return;
  select(other[0]);
  tab(other[0]).focus();
  event.preventDefault();
}

function drawTabs() {
  tab("tickets").textContent = picture.sheet.title;
  tab("dashboard").textContent = picture.dashboard?.title ?? "";
  show(tab("dashboard"), Boolean(picture.dashboard));
  if (!picture.dashboard && isSelected("dashboard")) select("tickets");
}

/** What a step of the tour changes in the sheet is to be seen. */
function followTour() {
  const { number = 0, shows = [] } = picture.tour ?? {};
  if (number === followed || !shows.some((name) => /^(cell|name) /.test(name))) return;
  followed = number;
  if (!isSelected("tickets")) select("tickets");
}
