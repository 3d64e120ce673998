// What makes a narrow page scroll sideways, is cut off at its edge, or is too small to read.
(smallest) => {
  const faults = [];
  const root = document.documentElement;
  if (root.scrollWidth > width) {
    faults.push(`the page is ${root.scrollWidth} px wide in a window of ${width} px`);
  }

  const scrolls = (element) => element !== null && element !== document.body
    && (["auto", "scroll"].includes(style(element).overflowX) || scrolls(element.parentElement));
  const parked = (box) => box.right <= 0 || box.left >= width || box.bottom <= 0;
  const beyond = (box) => (box.right > width + 1 || box.left < -1) && !parked(box);

  const wide = [...document.body.querySelectorAll("*")].filter((element) => seen(element)
    && !element.closest("svg svg, svg *") && !scrolls(element)
    && beyond(element.getBoundingClientRect()));
  for (const element of wide.filter((each) => !wide.some((other) => other !== each
      && each.contains(other)))) {
    faults.push(`${named(element)} reaches beyond the window of ${width} px`);
  }

  const scale = (element) => {
    const drawn = element.closest("svg");
    if (drawn) {
      const matrix = element.getScreenCTM();
      return Math.hypot(matrix.c, matrix.d);
    }
    let block = element; // what stands in a line cannot be scaled by itself, and may be broken in two
    while (block !== document.body && style(block).display === "inline") block = block.parentElement;
    const box = block.getBoundingClientRect();
    if (!block.offsetWidth || !block.offsetHeight) return 1;
    const ratio = Math.max(box.width / block.offsetWidth, box.height / block.offsetHeight);
    return Math.abs(ratio - 1) < 0.05 ? 1 : ratio; // offsets are whole pixels
  };
  for (const node of textNodes()) {
    const size = parseFloat(style(node.parentElement).fontSize) * scale(node.parentElement);
    if (size < smallest - 0.1) {
      faults.push(`${named(node.parentElement)} is written at ${size.toFixed(1)} px`);
    }
  }
  return faults;
}
