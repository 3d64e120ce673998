// Words that every probe uses.
const width = document.documentElement.clientWidth;

const style = (element) => getComputedStyle(element);

const cutAway = (element) => {
  const { clipPath, clip, overflowX, position } = style(element);
  const { width: across, height } = element.getBoundingClientRect();
  return clipPath.startsWith("inset(50%") || (position === "absolute" && clip.startsWith("rect(0"))
    || (overflowX !== "visible" && (across <= 1 || height <= 1));
};

const concealed = (element) =>
  element !== document.body && element !== null
  && (cutAway(element) || concealed(element.parentElement));

const seen = (element) => {
  const box = element.getBoundingClientRect();
  return box.width > 1 && box.height > 1 && !concealed(element)
    && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
};

const named = (element) => {
  const id = element.id ? `#${element.id}` : "";
  const part = element.dataset.part ? `[data-part=${element.dataset.part}]` : "";
  const kind = element.getAttribute("class");
  const classes = kind ? `.${kind.trim().split(/\s+/).join(".")}` : "";
  const text = (element.innerText ?? element.textContent ?? "").trim().replace(/\s+/g, " ");
  return `<${element.tagName.toLowerCase()}${id || part || classes}>`
    + (text ? ` “${text.slice(0, 40)}”` : "");
};

const written = (node) => /[\p{L}\p{N}]/u.test(node.textContent);

const ownText = (element) =>
  [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && written(node));

const textNodes = () => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const silent = node.parentElement.closest("script, style, template, noscript, option");
    if (!silent && written(node) && seen(node.parentElement)) found.push(node);
  }
  return found;
};

const rangeOf = (node, start = 0, end = node.length) => {
  const range = document.createRange();
  range.setStart(node, start);
  range.setEnd(node, end);
  return range;
};

const sameLine = (one, other) =>
  Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top)
  > Math.min(one.height, other.height) / 2;

const flowing = (element) =>
  seen(element) && !["absolute", "fixed"].includes(style(element).position);

const CONTROLS = "input:not([type=hidden]), select, textarea, button, summary";
const TARGETS = `a[href], ${CONTROLS}, [role=button], [role=link], [tabindex]:not([tabindex^="-"])`;
const ARABIC = /[\p{Script=Arabic}]/u;
const LATIN = /[\p{Script=Latin}]/u;

const dress = (element) => {
  const look = style(element);
  const parts = ["outlineStyle", "outlineWidth", "outlineColor", "boxShadow", "backgroundColor",
    "borderTopColor", "borderTopWidth", "borderBottomColor", "borderBottomWidth", "color",
    "textDecorationLine", "textDecorationThickness"];
  const outlined = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0;
  return parts.filter((part) => outlined || !part.startsWith("outline"))
    .map((part) => look[part]).join("|");
};
