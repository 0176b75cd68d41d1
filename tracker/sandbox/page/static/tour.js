// The tour: a support day that plays step by step, told at the top of the page.

import { byId, h, show } from "./dom.js";
import { act, onChange, picture } from "./live.js";

let opened = 0; // the step whose ticket was opened last

/** Make the tour live. */
export function tour() {
  byId("tour-start").addEventListener("click", async () => {
    if (await act("tour_start")) byId("tour").querySelector("button:not([hidden])")?.focus();
  });
  byId("tour-pause").addEventListener("click", () => act("tour_pause", { paused: !picture.tour?.paused }));
  byId("tour-next").addEventListener("click", () => act("tour_next"));
  byId("tour-end").addEventListener("click", async () => {
    if (await act("tour_end")) byId("tour-start").focus();
  });
  onChange((parts) => parts.has("tour") && draw(picture.tour));
  setInterval(() => picture.tour?.due && place(picture.tour), 1000);
}

function draw(now) {
  show(byId("tour"), now !== null);
  if (now === null) return;
  const over = "wrong" in now;
  show(byId("tour-pause"), !over);
  show(byId("tour-next"), !over);
  byId("tour-end").textContent = over ? "Close" : "End tour";
  if (over) {
    verdict(now.wrong);
    return;
  }
  place(now);
  byId("tour-pause").textContent = now.paused ? "Go on" : "Pause";
  byId("tour-next").disabled = now.changes === null;
  byId("tour-people").textContent = now.people;
  byId("tour-follows").replaceChildren(h("dt", {}, "In Discord"), h("dd", {}, now.discord), h("dt", {}, "In the sheet"),
    h("dd", {}, now.sheet), ...(now.changes?.length ? [h("dt", {}, "Cells"), h("dd", {}, ...now.changes.map(change))] : []));
  if (now.thread && now.number !== opened) location.replace(`#thread-${now.thread}`);
  opened = now.thread ? now.number : opened;
}

function place(now) {
  const left = now.due ? Math.max(0, Math.ceil((Date.parse(now.due) - Date.now()) / 1000)) : 0;
  const state = now.changes !== null ? (now.paused ? "paused" : "done") : left ? `${left} s to go` : "under way …";
  byId("tour-place").textContent = `Step ${now.number} of ${now.count} · ${state}`;
}

function change({ column, before, after }) {
  return h("span", { class: "change" }, h("strong", {}, column), before ? ` ${before} → ${after || "(empty)"}` : ` ${after}`);
}

function verdict(wrong) {
  byId("tour-place").textContent = "The day is over";
  byId("tour-people").textContent = wrong.length
    ? "✗ Not everything is as it must be:"
    : "✓ Every cell in the sheet and every message in Discord is as it must be.";
  byId("tour-follows").replaceChildren(...wrong.map((line) => h("dd", {}, line)));
}
