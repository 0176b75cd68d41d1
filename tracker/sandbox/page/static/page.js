// The page: each part draws itself anew whenever its part of the picture changes.

import { clock } from "./clock.js";
import { byId, fill, h, show } from "./dom.js";
import { forum } from "./forum.js";
import { connect, onChange, picture } from "./live.js";
import { messageItem } from "./messages.js";
import { sheet } from "./sheet.js";
import { tabs } from "./tabs.js";
import { tour } from "./tour.js";
import { weather } from "./weather.js";

const ALERT_AGES_AGAIN = 10_000;

function alerts() {
  const draw = () => {
    if (!picture.alerts) return;
    byId("no-alerts").textContent = `Nothing yet. A ticket without an answer of the staff shows up here after ${picture.settings.SLA_TIMEOUT}.`;
    show(byId("no-alerts"), picture.alerts.length === 0);
    fill(byId("alert-messages"), ...picture.alerts.map(messageItem));
    lookAtOneOf(byId("alert-messages"));
  };
  onChange((parts) => (parts.has("alerts") || parts.has("tour")) && draw());
  setInterval(draw, ALERT_AGES_AGAIN);
}

/** The message that the tour shows, or else the last one. */
function lookAtOneOf(list) {
  const message = list.querySelector(".outlined") ?? list.lastElementChild;
  if (message) list.scrollTop = message.offsetTop + message.offsetHeight - list.clientHeight + 4;
}

function machine() {
  onChange((parts) => {
    if (parts.has("log")) {
      byId("log").textContent = picture.log;
      byId("log").scrollTop = byId("log").scrollHeight;
    }
    if (parts.has("settings")) {
      const lines = Object.entries(picture.settings).flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]);
      byId("settings").replaceChildren(...lines);
    }
  });
}

forum();
alerts();
sheet();
tabs();
weather();
clock();
tour();
machine();
connect();
