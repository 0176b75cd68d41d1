// The forum: its tickets, the one that is open, and what its people do there.

import { byId, fill, h, offer, show } from "./dom.js";
import { act, age, onChange, picture } from "./live.js";
import { avatar, messageItem } from "./messages.js";

const AGES_AGAIN = 10_000;
const MOST_TAGS = 5;

let open = "";
let known = 0;
let takesFocus = false; // what is opened, once it is drawn

/** Make the forum live. */
export function forum() {
  onChange((parts) => {
    if (parts.has("desk")) offerPeople();
    if (parts.has("threads") || parts.has("desk") || parts.has("tour")) draw();
  });
  setInterval(draw, AGES_AGAIN);
  addEventListener("hashchange", follow);
  follow();
  byId("who").addEventListener("change", draw);
  newTicket();
  openTicket();
}

function follow() {
  const thread = /^#thread-(\d+)$/.exec(location.hash);
  if (!thread && location.hash !== "#tickets") return;
  open = thread ? thread[1] : "";
  known = 0;
  show(byId("rename"), false);
  byId("rename-open").setAttribute("aria-expanded", "false");
  takesFocus = byId("forum").contains(document.activeElement); // not where the tour turned the page
  draw();
}

function offerPeople() {
  const { people, tags } = picture.desk;
  offer(byId("who"), people.map((person) => [person.id, `${person.name} · ${person.staff ? "staff" : "customer"}`]));
  const boxes = byId("new-tags");
  if (boxes.querySelectorAll("input").length === tags.length) return;
  const choices = tags.map((tag) => h("label", { class: "choice" }, h("input", { type: "checkbox", value: tag }), tag));
  boxes.replaceChildren(h("legend", {}, "Tags"), ...choices);
}

function draw() {
  if (!picture.threads) return;
  const thread = picture.threads.find((each) => each.id === open);
  show(byId("threads"), !thread);
  show(byId("no-threads"), !thread && picture.threads.length === 0);
  show(byId("thread"), Boolean(thread));
  fill(byId("threads"), ...picture.threads.toReversed().map(card));
  if (thread) drawThread(thread);
  if (!takesFocus || (open && !thread)) return; // a new ticket may be opened before it is in the picture
  takesFocus = false;
  (thread ? byId("thread-back") : byId("new-open")).focus({ preventScroll: true });
}

function card(thread) {
  const messages = thread.messages.filter((message) => message.id !== thread.id && message.type !== 4).length;
  const title = h("a", { href: `#thread-${thread.id}`, class: "title", "data-key": thread.id }, thread.title);
  const facts = h("p", { class: "muted facts" },
    h("span", {}, thread.author), h("span", {}, age(thread.at)), h("span", {}, `${messages} ${messages === 1 ? "message" : "messages"}`),
    thread.ticked ? h("span", { title: "Its row is in the sheet" }, "✅ 1") : null,
    thread.archived ? h("span", {}, "archived") : null);
  const marks = thread.tags.length ? h("p", { class: "tags" }, ...thread.tags.map((tag) => chip(tag))) : null;
  return h("li", { class: thread.archived ? "card archived" : "card" }, avatar(thread.author), h("div", {}, marks, title, facts));
}

function chip(tag, ...more) {
  return h("span", { class: tag === "resolved" ? "tag resolved" : "tag" }, tag, ...more);
}

function drawThread(thread) {
  byId("thread-title").textContent = thread.title;
  const tags = thread.tags.map((tag) => {
    const remove = h("button", { type: "button", "aria-label": `Remove the tag ${tag}`, "data-key": `tag ${tag}` }, "×");
    remove.addEventListener("click", () => act("untag", { ...mine(), tag }));
    return chip(tag, remove);
  });
  const hadFocus = byId("thread-tags").contains(document.activeElement);
  fill(byId("thread-tags"), ...tags);
  const free = picture.desk.tags.filter((tag) => !thread.tags.includes(tag));
  offer(byId("tag-add"), [["", "+ Tag…"], ...free.map((tag) => [tag, tag])]);
  byId("tag-add").disabled = thread.tags.length >= MOST_TAGS || free.length === 0;
  // What takes a tag off goes with it.
  if (hadFocus && !byId("thread-tags").contains(document.activeElement)) byId("tag-add").focus({ preventScroll: true });
  byId("archive").textContent = thread.archived ? "Bring back" : "Archive";
  byId("reply-as").textContent = `Reply as ${person()?.name ?? "…"}`;
  const messages = byId("messages");
  fill(messages, ...thread.messages.map(messageItem));
  if (thread.messages.length > known) messages.scrollTop = messages.scrollHeight;
  known = thread.messages.length;
}

function person() {
  return picture.desk?.people.find((each) => each.id === byId("who").value);
}

/** Who acts, and where. */
function mine() {
  return { by: byId("who").value, thread: open };
}

function newTicket() {
  const form = byId("new");
  const opener = byId("new-open");
  const close = () => {
    form.reset();
    show(form, false);
    opener.focus();
  };
  opener.addEventListener("click", () => {
    show(form, true);
    byId("new-title").focus();
  });
  byId("new-cancel").addEventListener("click", close);
  form.addEventListener("keydown", (event) => event.key === "Escape" && close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const tags = [...byId("new-tags").querySelectorAll("input:checked")].map((box) => box.value);
    const ticket = { by: byId("who").value, title: byId("new-title").value, text: byId("new-text").value, tags };
    const opened = await act("open", ticket);
    if (!opened) return;
    close();
    byId("threads").scrollTop = 0;
    location.hash = `#thread-${opened}`;
  });
}

function openTicket() {
  byId("tag-add").addEventListener("change", async (event) => {
    const tag = event.target.value;
    event.target.value = "";
    if (tag) await act("tag", { ...mine(), tag });
  });
  byId("archive").addEventListener("click", () => {
    const thread = picture.threads.find((each) => each.id === open);
    act(thread?.archived ? "unarchive" : "archive", mine());
  });
  byId("delete").addEventListener("click", async () => {
    if (await act("delete", mine())) location.hash = "#tickets";
  });
  byId("reply").addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await act("reply", { ...mine(), text: byId("reply-text").value })) byId("reply-text").value = "";
  });
  byId("reply-text").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    byId("reply").requestSubmit();
  });
  rename();
}

function rename() {
  const form = byId("rename");
  const opener = byId("rename-open");
  const toggle = (shown) => {
    show(form, shown);
    opener.setAttribute("aria-expanded", String(shown));
    (shown ? byId("rename-title") : opener).focus();
  };
  opener.addEventListener("click", () => {
    byId("rename-title").value = byId("thread-title").textContent;
    toggle(form.hidden);
  });
  form.addEventListener("keydown", (event) => event.key === "Escape" && toggle(false));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await act("rename", { ...mine(), title: byId("rename-title").value })) toggle(false);
  });
}
