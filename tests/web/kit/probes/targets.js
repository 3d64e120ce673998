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

  return [...document.querySelectorAll(TARGETS)]
    .filter((element) => seen(element) && !element.disabled && !element.closest("svg")
      && !inSentence(element))
    .map((element) => [element, boxOf(element)])
    .filter(([, { across, down }]) => Math.min(across, down) < smallest - 0.5)
    .map(([element, { across, down }]) =>
      `${named(element)} is ${across.toFixed(0)} × ${down.toFixed(0)} px`);
}
