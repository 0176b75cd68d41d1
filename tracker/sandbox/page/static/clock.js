// The desk's clock, which people put forward; the bot's goes with it.

import { byId } from "./dom.js";
import { act, onChange, picture } from "./live.js";

/** Make the clock live. */
export function clock() {
  const buttons = [...document.querySelectorAll("[data-later]")];
  for (const button of buttons) {
    button.addEventListener("click", async () => {
      for (const each of buttons) each.disabled = true; // until the bot runs again
      await act("later", { hours: Number(button.dataset.later) });
      for (const each of buttons) each.disabled = false;
      button.focus();
    });
  }
  onChange((parts) => {
    if (parts.has("clock")) byId("clock-shows").textContent = picture.clock.shows;
  });
}
