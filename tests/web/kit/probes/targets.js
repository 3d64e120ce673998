// Things to press that are smaller than a fingertip needs (WCAG 2.2, 2.5.8).
(smallest) => {
  const inSentence = (element) => {
    if (!element.matches("a[href]") || style(element).display !== "inline") return false;
    let block = element.parentElement;
    while (style(block).display === "inline") block = block.parentElement;
    const rest = block.cloneNode(true);
    rest.querySelectorAll("a, button").forEach((each) => each.remove());
    return /\p{L}/u.test(rest.textContent);
  };

  const boxOf = (element) => {
    const labels = element.matches("[type=checkbox], [type=radio]") ? [...element.labels] : [];
    const boxes = [element, ...labels].map((each) => each.getBoundingClientRect());
    return {
      across: Math.max(...boxes.map((box) => box.width)),
      down: Math.max(...boxes.map((box) => box.height)),
    };
  };

  const targets = [...document.querySelectorAll(TARGETS)]
    .filter((element) => seen(element) && !element.disabled && !element.closest("svg"));
  const small = ({ across, down }) => Math.min(across, down) < smallest - 0.5;
  const centre = (element) => {
    const box = element.getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
  };

  // A text link may be as low as its line if a circle of the full size around its middle meets no
  // other target and no other low link's circle.
  const hasRoom = (element) => {
    if (!element.matches("a[href]") || style(element).display !== "inline") return false;
    const [across, down] = centre(element);
    return targets.every((other) => {
      if (other === element) return true;
      const box = other.getBoundingClientRect();
      const [left, top] = [Math.max(box.left - across, across - box.right, 0),
        Math.max(box.top - down, down - box.bottom, 0)];
      if (Math.hypot(left, top) < smallest / 2 - 0.5) return false;
      const [aside, below] = centre(other);
      return !small(boxOf(other)) || Math.hypot(aside - across, below - down) >= smallest - 0.5;
    });
  };

  return targets
    .filter((element) => !inSentence(element) && small(boxOf(element)) && !hasRoom(element))
    .map((element) => [element, boxOf(element)])
    .map(([element, { across, down }]) =>
      `${named(element)} is ${across.toFixed(0)} × ${down.toFixed(0)} px`);
}
