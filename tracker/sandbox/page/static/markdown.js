// Discord's markdown: `parse` makes a tree of plain objects of a text, `nodes` makes DOM nodes of the tree.

import { h } from "./dom.js";

const BLOCK = /```(?:([\w+.#-]+)\n)?\n*([^]*?)\n*```/;
const THREAD = /^https:\/\/discord\.com\/channels\/\d+\/(\d+)$/;
const ONLY_EMOJI = /^(?:[\p{Extended_Pictographic}\p{Emoji_Component}\u200d\ufe0f]|\s)+$/u;

// Each is tried at the place where the parser stands; the first that fits takes its text.
const INLINE = [
  [/^\\([^\p{L}\p{N}\s])/u, ([, text]) => ({ kind: "text", text })],
  [/^(`+)([^]*?[^`])\1(?!`)/, ([, , text]) => ({ kind: "code", text: text.trim() })],
  [/^\*\*([^]+?)\*\*(?!\*)/, ([, inner]) => ({ kind: "bold", children: inline(inner) })],
  [/^__([^]+?)__(?!_)/, ([, inner]) => ({ kind: "underline", children: inline(inner) })],
  [/^\*(?=[^\s*])([^*]*(?:\*\*[^*]+\*\*[^*]*)*)\*(?!\*)/, ([, inner]) => ({ kind: "italic", children: inline(inner) })],
  [/^_([^_]+?)_(?!\w)/, ([, inner], before) => (/\w/.test(before) ? null : { kind: "italic", children: inline(inner) })],
  [/^~~([^]+?)~~/, ([, inner]) => ({ kind: "strike", children: inline(inner) })],
  [/^\|\|([^]+?)\|\|/, ([, inner]) => ({ kind: "spoiler", children: inline(inner) })],
  [/^<@!?(\d+)>/, ([, id]) => ({ kind: "user", id })],
  [/^<@&(\d+)>/, ([, id]) => ({ kind: "role", id })],
  [/^<#(\d+)>/, ([, id]) => ({ kind: "channel", id })],
  [/^<t:(-?\d{1,13})(?::[tTdDfFR])?>/, ([, seconds]) => ({ kind: "time", seconds: Number(seconds) })],
  [/^<\/([\w -]+):\d+>/, ([, name]) => ({ kind: "command", name })],
  [/^@(everyone|here)\b/, ([text]) => ({ kind: "everyone", text })],
  [/^<a?:(\w+):\d+>/, ([, name]) => ({ kind: "text", text: `:${name}:` })],
  [/^\[([^\]\n]+)\]\(<?(https?:\/\/[^\s)>]+)>?\)/, ([, inner, href]) => ({ kind: "link", href, children: inline(inner) })],
  [/^<(https?:\/\/[^\s>]+)>/, ([, href]) => link(href)],
  [/^https?:\/\/[^\s<]*[^\s<.,:;"')\]*_~|]/, ([href]) => link(href)],
  [/^\n/, () => ({ kind: "break" })],
  [/^[^][^\\`*_~|<@[\nh]*/u, ([text]) => ({ kind: "text", text })],
];

/** The text as a tree: `{kind, text | children | id | href}`. */
export function parse(text) {
  const block = BLOCK.exec(text);
  if (!block) return lines(text);
  const before = text.slice(0, block.index).replace(/\n$/, "");
  const after = text.slice(block.index + block[0].length).replace(/^\n/, "");
  return [...lines(before), { kind: "block", text: block[2] }, ...(after ? parse(after) : [])];
}

/** The text as DOM nodes. `names` says who is meant by the ids; `everyone` whether @everyone was mentioned in truth. */
export function nodes(text, names, everyone = false) {
  const built = parse(text).map((part) => node(part, names, everyone));
  return ONLY_EMOJI.test(text) && /\p{Extended_Pictographic}/u.test(text) ? [h("span", { class: "jumbo" }, ...built)] : built;
}

/** Quotes, headings and lists begin a line; what lies between them is running text. */
function lines(text) {
  const parts = [];
  let running = [];
  const flush = () => {
    if (running.length) parts.push(...inline(running.join("\n")));
    running = [];
  };
  const all = text === "" ? [] : text.split("\n");
  while (all.length) {
    const line = all.shift();
    let found;
    if ((found = /^>>> (.*)/.exec(line))) {
      flush();
      parts.push({ kind: "quote", children: parse([found[1], ...all.splice(0)].join("\n")) });
    } else if (line.startsWith("> ")) {
      const quoted = [line];
      while (all[0]?.startsWith("> ")) quoted.push(all.shift());
      flush();
      parts.push({ kind: "quote", children: lines(quoted.map((each) => each.slice(2)).join("\n")) });
    } else if ((found = /^(#{1,3}) (.+)/.exec(line))) {
      flush();
      parts.push({ kind: "heading", level: found[1].length, children: inline(found[2]) });
    } else if ((found = /^-# (.+)/.exec(line))) {
      flush();
      parts.push({ kind: "subtext", children: inline(found[1]) });
    } else if ((found = /^[-*] (.+)/.exec(line))) {
      flush();
      parts.push({ kind: "item", children: inline(found[1]) });
    } else {
      running.push(line);
    }
  }
  flush();
  return parts;
}

function inline(text) {
  const parts = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    for (const [pattern, make] of INLINE) {
      const found = pattern.exec(rest);
      const part = found && make(found, text[at - 1] ?? " ");
      if (!part) continue;
      const last = parts.at(-1);
      if (part.kind === "text" && last?.kind === "text") last.text += part.text;
      else parts.push(part);
      at += found[0].length;
      break;
    }
  }
  return parts;
}

function link(href) {
  return { kind: "link", href, children: [{ kind: "text", text: href }] };
}

function node(part, names, everyone) {
  const children = () => part.children.map((child) => node(child, names, everyone));
  switch (part.kind) {
    case "bold": return h("strong", {}, ...children());
    case "italic": return h("em", {}, ...children());
    case "underline": return h("u", {}, ...children());
    case "strike": return h("s", {}, ...children());
    case "spoiler": return h("span", { class: "spoiler", tabindex: "0" }, ...children());
    case "code": return h("code", {}, part.text);
    case "block": return h("pre", {}, h("code", {}, part.text));
    case "quote": return h("blockquote", {}, ...children());
    case "heading": return h("p", { class: `heading-${part.level}` }, ...children());
    case "subtext": return h("p", { class: "subtext" }, ...children());
    case "item": return h("p", { class: "item" }, "• ", ...children());
    case "break": return h("br");
    case "user": return mention("@", names.users[part.id] ?? "unknown-user");
    case "role": return mention("@", names.roles[part.id] ?? "unknown-role");
    case "channel": return mention("#", names.channels[part.id] ?? "unknown");
    case "everyone": return everyone ? mention("", part.text) : document.createTextNode(part.text);
    case "time": return h("time", {}, new Date(part.seconds * 1000).toLocaleString());
    case "command": return mention("/", part.name);
    case "link": return anchor(part.href, children());
    default: return document.createTextNode(part.text);
  }
}

function mention(sign, name) {
  return h("span", { class: "mention" }, sign + name);
}

/** A link to a thread of this Discord opens it here; others lead out of the page when they are followed. */
function anchor(href, children) {
  const thread = THREAD.exec(href);
  if (thread) return h("a", { href: `#thread-${thread[1]}` }, ...children);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}
