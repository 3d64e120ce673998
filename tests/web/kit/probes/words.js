// All that a reader of this language is told, piece by piece: texts and what assistive technology
// reads. What says of itself that it is in another language, or is data (bdi, code, a day), is not.
() => {
  const root = document.documentElement.lang;
  const data = (element) => {
    const spoken = element.closest("[lang]");
    return (spoken !== null && spoken.lang !== root)
      || element.closest("bdi, time, .code, svg, script, style, noscript, textarea") !== null;
  };
  const told = [];
  const tell = (element, text) => {
    // A fact stands in isolates: it is data, and the sentence around it is not.
    for (const piece of text.replace(/\u2068[^\u2068\u2069]*\u2069/g, "\n").split("\n")) {
      const plain = piece.replace(/[\u2066-\u2069]/g, "").trim();
      if (/\p{L}{2}/u.test(plain)) told.push([plain, named(element)]);
    }
  };
  tell(document.documentElement, document.title);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { currentNode: node } = walker;
    if (!data(node.parentElement)) tell(node.parentElement, node.data);
  }
  const spoken = ["aria-label", "title", "alt", "placeholder", "data-label", "data-copy",
    "data-copied", "aria-description", "aria-valuetext", "aria-roledescription"];
  for (const element of document.body.querySelectorAll("*")) {
    for (const name of spoken) {
      if (element.hasAttribute(name) && !data(element)) tell(element, element.getAttribute(name));
    }
  }
  return told;
}
