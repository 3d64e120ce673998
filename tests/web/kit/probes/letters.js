// Marks one element for each face and script in use, so that its true font can be asked for.
async (mark) => {
  await document.fonts.ready;
  const kinds = new Map();
  for (const node of textNodes()) {
    const element = node.parentElement;
    const text = element.textContent;
    const script = ARABIC.test(text) ? "Arabic" : LATIN.test(text) ? "Latin" : null;
    if (script === null || (script === "Arabic" && LATIN.test(text))) continue;
    const { fontFamily, fontWeight, fontStyle } = style(element);
    const kind = [script, fontFamily, fontWeight, fontStyle].join("|");
    // Code is set in the machine's own monospace by intent: it costs nothing to fetch.
    if (kinds.has(kind) || fontFamily.endsWith("monospace")) continue;
    kinds.set(kind, { script, name: named(element), weight: fontWeight });
    element.setAttribute(mark, kinds.size - 1);
  }
  const broken = [...document.fonts].filter((face) => face.status === "error")
    .map((face) => `${face.family} ${face.weight}`);
  return { kinds: [...kinds.values()], broken };
}
