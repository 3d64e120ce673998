// What does not belong on paper, and what would not fit there.
() => {
  const faults = [];
  const shown = (element) => seen(element);
  const idle = "nav, button, input:not([type=hidden]), select, textarea";
  for (const element of document.querySelectorAll(idle)) {
    if (shown(element)) faults.push(`${named(element)} is printed, and cannot be used on paper`);
  }
  for (const element of document.body.querySelectorAll("*")) {
    if (["fixed", "sticky"].includes(style(element).position) && shown(element)) {
      faults.push(`${named(element)} is ${style(element).position}: it covers text on every sheet`);
    }
  }
  const root = document.documentElement;
  if (root.scrollWidth > width) {
    faults.push(`${root.scrollWidth} px wide on paper that takes ${width} px`);
  }
  const light = (colour) => {
    const [red, green, blue] = colour.match(/[\d.]+/g).map(Number);
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
  };
  const ink = light(style(document.querySelector("main") ?? document.body).color);
  if (ink > 0.5) faults.push("the text is printed in a light colour");
  const dark = (element) => {
    const colour = style(element).backgroundColor;
    return !/, 0\)$/.test(colour) && light(colour) < 0.5;
  };
  for (const element of [root, document.body, ...document.querySelectorAll("main")]) {
    if (dark(element)) faults.push(`${named(element).split(" ")[0]} is printed on a dark ground`);
  }
  const main = document.querySelector("main");
  if (!main || !main.innerText.trim()) faults.push("nothing of the main part is printed");
  return faults;
}
