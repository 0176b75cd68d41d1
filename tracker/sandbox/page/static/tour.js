// The tour: a support day that plays step by step, told at the top of the page, with what it changes outlined.

import { byId, h, show } from "./dom.js";
import { act, deskNow, isShown, onChange, picture } from "./live.js";

const DRAWN_AFTER = 60;
const LOOK_AT = 1200; // each part, where not all that a step changed is in view at once: five in the time to read a step

let opened = 0; // the step whose ticket was opened last
let looking;

/** Make the tour live. */
export function tour() {
  byId("tour-start").addEventListener("click", async () => {
    opened = 0;
    if (await act("tour_start")) byId("tour").querySelector("button:not([hidden])")?.focus();
  });
  byId("tour-pause").addEventListener("click", () => act("tour_pause", { paused: !picture.tour?.paused }));
  byId("tour-next").addEventListener("click", () => act("tour_next"));
  byId("tour-end").addEventListener("click", async () => {
    const closes = isOver(picture.tour);
    if ((await act(closes ? "tour_close" : "tour_end")) && closes) byId("tour-start").focus();
  });
  byId("tour-break").addEventListener("click", async () => {
    if (!(await act("tour_close"))) return;
    byId("weather").scrollIntoView();
    byId("switches").querySelector("button").focus({ preventScroll: true });
  });
  onChange((parts) => {
    if (parts.has("tour")) draw(picture.tour);
    else if (isOver(picture.tour) && (parts.has("weather") || parts.has("bot"))) after();
  });
  setInterval(() => picture.tour?.due && place(picture.tour), 1000);
  for (const way of ["wheel", "touchmove"]) addEventListener(way, () => clearTimeout(looking), { passive: true });
}

const isOver = (now) => Boolean(now) && !("number" in now);

function draw(now) {
  show(byId("tour"), now !== null);
  for (const each of document.querySelectorAll("[data-shows]")) each.classList.toggle("outlined", isShown(each.dataset.shows));
  if (now === null) return;
  const over = isOver(now);
  byId("tour").classList.toggle("over", over);
  show(byId("tour-pause"), !over);
  show(byId("tour-next"), !over);
  show(byId("tour-after"), over);
  byId("tour-end").textContent = over ? "Close" : "End tour";
  if (over) {
    verdict(now);
    return;
  }
  place(now);
  byId("tour-pause").textContent = now.paused ? "Go on" : "Pause";
  byId("tour-next").disabled = now.changes === null;
  byId("tour-people").textContent = now.people;
  byId("tour-follows").replaceChildren(h("dt", {}, "In Discord"), h("dd", {}, now.discord), h("dt", {}, "In the sheet"),
    h("dd", {}, now.sheet), ...(now.changes?.length ? [h("dt", {}, "Cells"), h("dd", { class: "changes" }, ...now.changes.map(change))] : []));
  if (!now.thread || now.number === opened) return;
  opened = now.number;
  location.replace(`#thread-${now.thread}`);
  clearTimeout(looking);
  looking = setTimeout(lookAround, DRAWN_AFTER);
}

function place(now) {
  const left = now.due ? Math.max(0, Math.ceil((Date.parse(now.due) - deskNow()) / 1000)) : 0;
  const state = now.changes !== null ? (now.paused ? "paused" : "done") : left ? `${left} s to go` : "under way …";
  byId("tour-place").textContent = `Step ${now.number} of ${now.count} · ${state}`;
}

function change({ column, before, after }) {
  return h("span", { class: "change" }, h("strong", {}, column), before ? ` ${before} → ${after || "(empty)"}` : ` ${after}`);
}

function verdict({ wrong }) {
  byId("tour-place").textContent = wrong ? "The day is over" : "The tour has ended";
  if (!wrong) byId("tour-people").textContent = "What was done so far stays.";
  else byId("tour-people").textContent = wrong.length
    ? "✗ Not everything is as it must be:"
    : "✓ Every cell in the sheet and every message in Discord is as it must be.";
  const lines = (wrong ?? []).map((line) => h("dd", {}, line));
  byId("tour-follows").replaceChildren(...(lines.length ? [h("dt", {}, "Wrong"), ...lines] : []),
    h("dt", {}, "Now"), h("dd", { id: "tour-state" }));
  after();
}

/** How everything is left. */
function after() {
  const bad = Object.values(picture.weather).some(Boolean);
  const bot = picture.bot.runs ? "the bot runs" : "the bot does not run";
  byId("tour-state").textContent = `Tickets and rows stay; the weather is ${bad ? "bad" : "clear"}, ${bot}. `
    + `Open and answer tickets yourself, with Google down, the bot killed, the sheet sorted or a column renamed.`;
}

// What a step changed is brought into view: all of it where the window is large enough, else one part after the other.
// Whoever scrolls looks around for themselves.

function lookAround(seen = new Set()) {
  // Cells may be drawn anew meanwhile: what was seen is known by its place among all that is outlined.
  const places = [...document.querySelectorAll("main .outlined")].map((element, place) => ({ element, place }));
  const left = namesLast(places.filter(({ place }) => !seen.has(place)));
  if (!left.length) return;
  for (const { element } of left.toReversed()) bring(element); // in the end the first, and what else there is room for
  seen.add(left[0].place); // though it may be larger than the window
  for (const { element, place } of left) if (isInView(element)) seen.add(place);
  if (left.some(({ place }) => !seen.has(place))) looking = setTimeout(() => lookAround(seen), LOOK_AT);
}

const isName = (element) => element.closest(".names") !== null;

/** To bring a column's name into view scrolls the rows to the top. */
function namesLast(places) {
  return [...places.filter(({ element }) => !isName(element)), ...places.filter(({ element }) => isName(element))];
}

function bring(element) {
  const nearest = { block: "nearest", inline: "nearest" };
  element.scrollIntoView(nearest);
  // Names stay where they are while the rows below them are scrolled, which the browser does not reckon with.
  if (isName(element)) element.closest(".scroll").scrollIntoView(nearest);
}

/** Whether nothing lies over either corner of it, nor is one cut off. */
function isInView(element) {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return [[left + 4, top + 4], [right - 4, bottom - 4]].every(([x, y]) => element.contains(document.elementFromPoint(x, y)));
}
