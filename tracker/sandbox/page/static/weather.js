// The weather and the bot's health: faults to switch on and off, the bot to kill and start, and what waits in its store.

import { byId, fill, h, show } from "./dom.js";
import { act, onChange, picture } from "./live.js";

const MOST_SHOWN = 8;

/** Make the weather live. */
export function weather() {
  const switches = [...document.querySelectorAll("[data-weather]")];
  for (const button of switches) {
    button.addEventListener("click", () => {
      const name = button.dataset.weather;
      act("weather", { name, on: !picture.weather[name] });
    });
  }
  byId("bot-kill").addEventListener("click", () => act("kill_bot"));
  byId("bot-start").addEventListener("click", () => act("start_bot"));
  onChange((parts) => {
    if (parts.has("weather")) {
      for (const button of switches) button.setAttribute("aria-checked", String(picture.weather[button.dataset.weather]));
    }
    if (parts.has("bot")) drawBot();
    if (parts.has("waiting")) drawWaiting();
  });
}

function drawBot() {
  const { pid, runs, connected, ended } = picture.bot;
  const [look, words] = runs
    ? connected ? ["good", `The bot runs (process ${pid})`] : ["fair", "Bot not connected to Discord"]
    : ["bad", ended === null ? "The bot is not running" : ended < 0 ? `The bot was killed (signal ${-ended})` : `The bot ended (exit code ${ended})`];
  byId("bot-state").replaceChildren(h("span", { class: `dot ${look}`, "aria-hidden": "true" }), words);
  show(byId("bot-kill"), runs);
  show(byId("bot-start"), !runs);
}

function drawWaiting() {
  const { sheet, discord } = picture.waiting;
  const all = [...sheet, ...discord];
  const words = all.length ? `Waiting in the store: ${sheet.length} for the sheet, ${discord.length} for Discord` : "Nothing waits in the store";
  const chips = all.slice(0, MOST_SHOWN).map((text) => h("li", {}, text));
  if (all.length > MOST_SHOWN) chips.push(h("li", {}, `and ${all.length - MOST_SHOWN} more`));
  fill(byId("waiting"), h("p", {}, words), chips.length ? h("ul", {}, ...chips) : null);
}
