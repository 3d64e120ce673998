// Words that are cut off, run out of their box, or are painted over one another.
() => {
  const faults = [];
  const cuts = (way) => ["hidden", "clip"].includes(way);
  for (const element of document.body.querySelectorAll("*")) {
    if (!seen(element) || element.matches("svg, svg *, input, select") || !written(element)) continue;
    const { overflowX, overflowY } = style(element);
    if ((cuts(overflowX) && element.scrollWidth > element.clientWidth + 1)
        || (cuts(overflowY) && element.scrollHeight > element.clientHeight + 1)) {
      faults.push(`${named(element)} cuts off what it holds`);
    }
  }

  const pen = document.createElement("canvas").getContext("2d");
  for (const field of document.querySelectorAll("input[placeholder]")) {
    if (!seen(field)) continue;
    const look = style(field);
    pen.font = look.font;
    const room = field.clientWidth - parseFloat(look.paddingLeft) - parseFloat(look.paddingRight);
    const long = pen.measureText(field.placeholder).width;
    if (long > room + 1) {
      faults.push(`the hint “${field.placeholder.slice(0, 40)}” is ${Math.ceil(long - room)} px too`
        + ` long for ${named(field)}`);
    }
  }

  const scrolls = (element) => element !== null && element !== document.body
    && (["auto", "scroll"].includes(style(element).overflowX) || scrolls(element.parentElement));
  const blockOf = (element) =>
    style(element).display === "inline" ? blockOf(element.parentElement) : element;
  const lines = [];
  for (const node of textNodes()) {
    const block = blockOf(node.parentElement);
    if (node.parentElement.closest("svg") || scrolls(block)) continue;
    const around = block.getBoundingClientRect();
    for (const box of rangeOf(node).getClientRects()) {
      if (box.width < 1) continue;
      lines.push({ node, box });
      if (box.right > around.right + 1.5 || box.left < around.left - 1.5) {
        faults.push(`the words of ${named(block)} run out of it`);
      }
    }
  }
  lines.sort((one, other) => one.box.top - other.box.top);
  lines.forEach(({ node, box }, at) => {
    for (let next = at + 1; next < lines.length && lines[next].box.top < box.bottom; next += 1) {
      const other = lines[next];
      if (other.node === node || !sameLine(box, other.box)) continue;
      if (Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left) > 2) {
        faults.push(`${named(other.node.parentElement)} is painted over`
          + ` ${named(node.parentElement)}`);
      }
    }
  });
  return faults;
}
