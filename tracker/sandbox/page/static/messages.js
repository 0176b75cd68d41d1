// Messages as Discord shows them, in threads and in the alert channel.

import { h } from "./dom.js";
import { age, isShown, picture } from "./live.js";
import { nodes } from "./markdown.js";

const RENAMED = 4;
const COLOURS = 6;
const BADGES = { bot: "BOT", staff: "STAFF" };

/** One message as a list item. */
export function messageItem(message) {
  const when = h("time", { datetime: message.at, title: new Date(message.at).toLocaleString() }, age(message.at));
  if (message.type === RENAMED) {
    const told = h("p", { class: "system" }, "✏️ ", h("strong", {}, message.author), ` changed the title: ${message.text} `, when);
    return h("li", { class: looks(message) }, told);
  }
  const badge = BADGES[message.kind] && h("span", { class: `badge ${message.kind}` }, BADGES[message.kind]);
  const head = h("p", { class: "head" }, h("strong", {}, message.author), badge, when);
  const names = { ...picture.desk, channels: { ...picture.desk.channels, ...titles() } };
  const text = h("div", { class: "text" }, ...nodes(message.text, names, message.everyone));
  if (message.edited) text.append(h("span", { class: "muted edited" }, " (edited)"));
  const reactions = Object.entries(message.reactions).map(([emoji, count]) => h("span", { class: "reaction" }, `${emoji} ${count}`));
  const body = h("div", { class: "body" }, head, text, reactions.length ? h("p", { class: "reactions" }, ...reactions) : null);
  return h("li", { class: looks(message) }, avatar(message.author), body);
}

const looks = (message) => (isShown(`message ${message.id}`) ? "message outlined" : "message");

/** A coloured letter for a person. */
export function avatar(name) {
  const colour = [...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % COLOURS;
  return h("span", { class: `avatar colour-${colour}`, "aria-hidden": "true" }, name[0].toUpperCase());
}

/** A thread is mentioned like a channel. */
function titles() {
  return Object.fromEntries(picture.threads.map((thread) => [thread.id, thread.title]));
}
