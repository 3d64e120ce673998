// Where each landmark, control and marked part stands in its row, counted from the start edge.
() => {
  const rightToLeft = style(document.documentElement).direction === "rtl";
  const start = (box) => (rightToLeft ? width - box.right : box.left);
  const end = (box) => (rightToLeft ? width - box.left : box.right);

  const boxOf = (node) => {
    const box = node.nodeType === Node.TEXT_NODE
      ? rangeOf(node).getBoundingClientRect() : node.getBoundingClientRect();
    return { left: box.left, right: box.right, top: box.top, bottom: box.bottom,
      height: box.height };
  };

  const pieces = (parent) => [...parent.childNodes].filter((node) =>
    node.nodeType === Node.TEXT_NODE
      ? node.textContent.trim() && boxOf(node).height > 0
      : node.nodeType === Node.ELEMENT_NODE && flowing(node));

  const rowOf = (element, own) => {
    if (!flowing(element)) return [own];
    return pieces(element.parentElement).map((node) => (node === element ? own : boxOf(node)))
      .filter((box) => box === own || sameLine(box, own));
  };

  const step = (element) => {
    const own = boxOf(element);
    const around = boxOf(element.parentElement);
    const row = rowOf(element, own);
    const at = row.indexOf(own);
    return {
      name: named(element),
      tag: element.tagName,
      before: Math.min(...row.map(start)) - start(around),
      after: end(around) - Math.max(...row.map(end)),
      place: at,
      gaps: row.slice(1).map((box, before) => start(box) - end(row[before])),
      start: start(own),
      end: width - end(own),
    };
  };

  const runningText = (element) =>
    style(element).display === "inline" && ownText(element.parentElement).length > 0;

  const chain = (element) => {
    const steps = [];
    for (let at = element; at !== document.body; at = at.parentElement) steps.push(step(at));
    return steps;
  };

  const counts = {};
  const keyOf = (element) => {
    if (element.id) return `#${element.id}`;
    const kind = element.dataset.part ?? element.name ?? "";
    const base = `${element.tagName.toLowerCase()}[${kind || "-"}]`;
    counts[base] = (counts[base] ?? 0) + 1;
    return `${base} ${counts[base]}`;
  };

  const parts = {};
  const wanted = `[id], [data-part], header, nav, main, footer, aside, ${CONTROLS}`;
  for (const element of document.body.querySelectorAll(wanted)) {
    const key = keyOf(element);
    const drawn = element.closest("svg, select, datalist");
    if (!seen(element) || runningText(element) || (drawn && drawn !== element)) continue;
    parts[key] = chain(element);
  }
  return parts;
}
