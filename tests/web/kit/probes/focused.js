// Says where the focus is, and whether a person can see that it is there.
(mark) => {
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) return null;
  const before = window[mark].get(element);
  if (before === undefined) window[mark].set(element, "");
  const box = element.getBoundingClientRect();
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < width
    && box.width > 1 && box.height > 1;
  const points = [[0.5, 0.5], [0.1, 0.1], [0.9, 0.9], [0.1, 0.9], [0.9, 0.1]]
    .map(([across, down]) => document.elementFromPoint(
      box.left + box.width * across, box.top + box.height * down));
  const open = points.some((at) => at && (at === element || element.contains(at)
    || at.contains(element) && !["fixed", "sticky"].includes(style(at).position)
    || [...(element.labels ?? [])].some((label) => label.contains(at))));
  return {
    at: [...window[mark].keys()].indexOf(element),
    name: named(element),
    // The browser itself marks the field of a date that has the focus; Tab goes through each.
    fields: ["date", "datetime-local", "month", "time", "week"].includes(element.type),
    shown: before === undefined ? style(element).outlineStyle !== "none" : before !== dress(element),
    inside,
    open,
    jumps: element.getAttribute("href")?.startsWith("#")
      ? element.getAttribute("href").slice(1) : null,
  };
}
