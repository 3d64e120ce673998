// Whether every box and every line of text is the mirror image of itself when the page is turned.
//
// Every element writes its letters in its own direction while this looks (an override), so that a
// sentence mirrors letter by letter and nothing depends on which script it happens to be in. Letters
// stand unjoined for that time: how they join, and thus how wide they are, goes by their direction.
(tolerance) => {
  const all = [document.documentElement, document.body, ...document.body.querySelectorAll("*")]
    .filter((element) => !element.closest("svg svg, svg *, option, script"));
  const kept = all.map((element) => [element, element.getAttribute("style"),
    element.getAttribute("dir"), style(element).direction]);

  const drawn = (element) => element.matches("svg.share, svg.arrow")
    ? [...element.children] : [];
  const boxes = () => {
    const measured = [];
    for (const element of all) {
      if (!seen(element)) continue;
      for (const [at, box] of [...element.getClientRects()].entries()) {
        measured.push([`${named(element)}${at ? `, line ${at + 1}` : ""}`, box]);
      }
      for (const part of drawn(element)) {
        measured.push([`a piece of ${named(element)}`, part.getBoundingClientRect()]);
      }
    }
    for (const node of textNodes()) {
      [...rangeOf(node).getClientRects()].forEach((box, line) =>
        measured.push([`line ${line + 1} of the text of ${named(node.parentElement)}`, box]));
    }
    return measured;
  };

  const APART = ["init", "medi", "fina", "isol", "rlig", "calt", "liga", "clig", "kern", "ccmp",
    "mark", "mkmk"].map((feature) => `"${feature}" 0`).join(",");
  const set = (turned) => {
    for (const [element, , dir, direction] of kept) {
      const now = turned ? (direction === "rtl" ? "ltr" : "rtl") : direction;
      element.style.setProperty("unicode-bidi", "isolate-override", "important");
      element.style.setProperty("font-feature-settings", APART, "important");
      element.style.setProperty("direction", now, "important");
      if (dir !== null) element.setAttribute("dir", now);
    }
  };

  const isolated = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) isolated.push([walker.currentNode, walker.currentNode.data]);
  for (const [node, text] of isolated) node.data = text.replace(/[\u2066-\u2069]/g, "");
  set(false);
  const straight = boxes();
  set(true);
  const turned = boxes();
  for (const [element, before, dir] of kept) {
    if (before === null) element.removeAttribute("style");
    else element.setAttribute("style", before);
    if (dir !== null) element.setAttribute("dir", dir);
  }

  for (const [node, text] of isolated) node.data = text;

  if (straight.length !== turned.length) {
    return [`${straight.length} boxes and lines stand here, ${turned.length} when it is turned`];
  }
  const faults = [];
  straight.forEach(([name, box], at) => {
    const other = turned[at][1];
    const off = Math.max(Math.abs(box.left - (width - other.right)),
      Math.abs(box.right - (width - other.left)),
      Math.abs(box.top - other.top), Math.abs(box.bottom - other.bottom));
    if (off > tolerance) faults.push(`${name} is ${off.toFixed(0)} px off its mirror image`);
  });
  return faults;
}
