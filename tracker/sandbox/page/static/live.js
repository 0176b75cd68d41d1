// The connection to the sandbox: the picture comes in, what the person does goes out.

import { byId, show } from "./dom.js";

const AGAIN_AFTER = 1000;
const PROBLEM_SHOWN = 6000;

/** Everything there is to see, by part. */
export const picture = {};

const listeners = [];
const asked = new Map();
let socket;
let number = 0;
let problemTimer;

/** Call back after each change, with the names of the parts that changed. */
export function onChange(listener) {
  listeners.push(listener);
}

/** The present moment by the desk's clock, as `Date.now` tells the browser's. */
export const deskNow = () => Date.now() + 1000 * (picture.clock?.ahead ?? 0);

/** How long ago a moment was, as Discord tells it. */
export function age(moment) {
  const seconds = Math.max(0, (deskNow() - Date.parse(moment)) / 1000);
  if (seconds < 60) return `${Math.floor(seconds)}s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)}h ago`;
  return `${Math.floor(seconds / 86400)}d ago`;
}

/** Whether the tour's step shows this. */
export const isShown = (name) => picture.tour?.shows?.includes(name) ?? false;

/** Do something; what it opened (or true) when it was done, false when it could not be and the person was told why. */
export function act(name, details = {}) {
  if (socket?.readyState !== WebSocket.OPEN) {
    tell("The sandbox does not answer.");
    return Promise.resolve(false);
  }
  number += 1;
  socket.send(JSON.stringify({ number, do: name, ...details }));
  return new Promise((resolve) => asked.set(number, resolve));
}

/** Connect, and connect again whenever the connection is lost. */
export function connect() {
  socket = new WebSocket(`ws://${location.host}/live`);
  socket.addEventListener("open", () => lost(false));
  socket.addEventListener("message", (event) => receive(JSON.parse(event.data)));
  socket.addEventListener("close", () => {
    lost(true);
    for (const resolve of asked.values()) resolve(false);
    asked.clear();
    setTimeout(connect, AGAIN_AFTER);
  });
}

function receive(message) {
  if (message.picture) {
    Object.assign(picture, message.picture);
    for (const listener of listeners) listener(new Set(Object.keys(message.picture)));
    return;
  }
  if (message.error) tell(message.error);
  asked.get(message.answer)?.(message.error ? false : (message.opened ?? true));
  asked.delete(message.answer);
}

/** Without the sandbox, the page shows how everything last was, and says so. */
function lost(isLost) {
  show(byId("lost"), isLost);
  document.body.classList.toggle("lost", isLost);
}

function tell(problem) {
  const element = byId("problem");
  element.textContent = problem;
  show(element, true);
  clearTimeout(problemTimer);
  problemTimer = setTimeout(() => show(element, false), PROBLEM_SHOWN);
}
