// Building nodes: all text goes in as text, never as HTML.

/** The element of that id. */
export const byId = (id) => document.getElementById(id);

/** A new element; properties that are not the element's own become attributes. Children are nodes or texts. */
export function h(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key in element && typeof value !== "string") element[key] = value;
    else element.setAttribute(key === "className" ? "class" : key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/**
 * Replace what is inside, except what stays as it is: nobody's click, selection or focus is lost to a change elsewhere.
 * What had the focus and was replaced has it afterwards, where something with the same data-key is there.
 */
export function fill(element, ...children) {
  const key = element.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  const before = [...element.childNodes];
  const after = children.filter((child) => child !== null && child !== undefined);
  after.forEach((child, at) => {
    if (at >= before.length) element.append(child);
    else if (!before[at].isEqualNode(child)) before[at].replaceWith(child);
  });
  for (const old of before.slice(after.length)) old.remove();
  if (key === undefined || element.contains(document.activeElement)) return;
  element.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

/** Show or hide. */
export function show(element, shown) {
  element.hidden = !shown;
}

/** Give a choice its options, keeping what is chosen. */
export function offer(select, options) {
  const text = JSON.stringify(options);
  if (select.dataset.offered === text) return;
  select.dataset.offered = text;
  const chosen = select.value;
  select.replaceChildren(...options.map(([value, label]) => h("option", { value }, label)));
  if (options.some(([value]) => value === chosen)) select.value = chosen;
}
