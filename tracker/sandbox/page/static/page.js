// The page: each part draws itself anew whenever its part of the picture changes.

import { byId, fill, h, show } from "./dom.js";
import { forum } from "./forum.js";
import { connect, onChange, picture } from "./live.js";
import { messageItem } from "./messages.js";
import { sheet } from "./sheet.js";
import { tour } from "./tour.js";
import { weather } from "./weather.js";

const ALERT_AGES_AGAIN = 10_000;

function alerts() {
  const draw = () => {
    if (!picture.alerts) return;
    byId("no-alerts").textContent = `Nothing yet. A ticket without an answer of the staff shows up here after ${picture.settings.SLA_TIMEOUT}.`;
    show(byId("no-alerts"), picture.alerts.length === 0);
    fill(byId("alert-messages"), ...picture.alerts.map(messageItem));
    byId("alert-messages").scrollTop = byId("alert-messages").scrollHeight;
  };
  onChange((parts) => parts.has("alerts") && draw());
  setInterval(draw, ALERT_AGES_AGAIN);
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
weather();
tour();
machine();
connect();
