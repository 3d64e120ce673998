// Siblings on one line that run against their container, and tokens torn or turned round.
() => {
  const faults = [];

  const placed = (child) => style(child).gridColumnStart !== "auto";
  const turned = (parent) => style(parent).flexDirection.endsWith("reverse");
  const inRow = (child) => style(child).display.startsWith("inline")
    || /flex|grid/.test(style(child.parentElement).display)
    || style(child).display === "table-cell";

  const containers = [document.body, ...document.body.querySelectorAll("*")]
    .filter((element) => style(element).direction === "rtl" && !element.closest("svg, select"));

  for (const parent of containers) {
    const row = [...parent.children].filter((child) => flowing(child) && inRow(child)
      && written(child));
    if (turned(parent) || row.some(placed)) continue;
    row.slice(1).forEach((child, at) => {
      const before = [...row[at].getClientRects()].at(-1);
      const box = child.getClientRects()[0];
      if (before && box && sameLine(before, box) && box.right > before.right + 2
          && box.left > before.left + 2) {
        faults.push(`${named(child)} stands to the right of ${named(row[at])}, which it follows`);
      }
    });
  }

  const SYMBOL = /\b[A-Z]{1,6}\/(?:[\w.()-]+\/)*[\w.-]*\w/g;
  const DATE = /\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b/g;
  const MAIL = /[\w.+-]+@[\w-]+\.[\w.-]*\w/g;

  for (const node of textNodes()) {
    const direction = style(node.parentElement).direction;
    const text = node.textContent;
    for (const pattern of [SYMBOL, DATE, MAIL]) {
      for (const found of text.matchAll(pattern)) {
        const token = found[0];
        if (pattern === SYMBOL && !/[0-9]/.test(token)) continue;
        const last = found.index + token.length;
        const lines = new Set([...rangeOf(node, found.index, last).getClientRects()]
          .map((box) => Math.round(box.top)));
        const head = rangeOf(node, found.index, found.index + 1).getBoundingClientRect();
        const tail = rangeOf(node, last - 1, last).getBoundingClientRect();
        if (pattern === SYMBOL && lines.size > 1) faults.push(`${token} is split over lines`);
        else if (lines.size === 1 && head.left > tail.left) faults.push(`${token} is turned round`);
      }
    }
    const words = text.trim().split(/\s+/).filter((word) => LATIN.test(word));
    if (direction === "rtl" && words.length >= 4 && !ARABIC.test(text)
        && !ARABIC.test(node.parentElement.textContent)) {
      faults.push(`Latin text set right to left: ${named(node.parentElement)}`);
    }
    if (direction === "ltr" && ARABIC.test(text) && !LATIN.test(text)
        && text.trim().split(/\s+/).length >= 2 && !LATIN.test(node.parentElement.textContent)) {
      faults.push(`Arabic text set left to right: ${named(node.parentElement)}`);
    }
  }
  return faults;
}
