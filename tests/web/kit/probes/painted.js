// Marks that are made of a background alone, by their order in the page.
() => {
  const backdrop = (element) => {
    for (let at = element.parentElement; at; at = at.parentElement) {
      const colour = style(at).backgroundColor;
      if (!/, 0\)$/.test(colour)) return colour;
    }
    return style(document.documentElement).colorScheme.includes("dark") ? "" : "rgb(255, 255, 255)";
  };
  const lined = (element) => ["Top", "Right", "Bottom", "Left"].some((side) =>
    style(element)[`border${side}Style`] !== "none"
    && parseFloat(style(element)[`border${side}Width`]) > 0);

  const marks = {};
  [...document.body.querySelectorAll("*")].forEach((element, at) => {
    const box = element.getBoundingClientRect();
    const small = box.width >= 4 && box.height >= 4 && box.width * box.height <= 250_000;
    if (!small || !seen(element) || element.children.length > 0 || written(element)) return;
    if (element.matches("svg *, img, input, progress, meter, hr")) return;
    const colour = style(element).backgroundColor;
    const painted = !/, 0\)$/.test(colour) && colour !== backdrop(element);
    if (painted || lined(element)) marks[at] = named(element);
  });
  const buttons = [...document.querySelectorAll("button, [role=button], input, select, textarea")]
    .filter((element) => seen(element) && !element.matches("[type=checkbox], [type=radio]")
      && !lined(element)
      && style(element).textDecorationLine === "none" && style(element).outlineStyle === "none")
    .map(named);
  return { marks, buttons };
}
