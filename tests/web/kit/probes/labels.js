// Labels that stand away from what they name; text that is bound to a physical side.
() => {
  const rightToLeft = (element) => style(element).direction === "rtl";
  const faults = [];

  const textBox = (label) => {
    const boxes = [...label.childNodes].filter((node) => written(node)
      && !(node.nodeType === Node.ELEMENT_NODE && node.matches(CONTROLS)))
      .flatMap((node) => {
        const range = document.createRange();
        range.selectNodeContents(node);
        return [...range.getClientRects()];
      });
    if (boxes.length === 0) return null;
    return new DOMRect(
      Math.min(...boxes.map((box) => box.left)), Math.min(...boxes.map((box) => box.top)),
      Math.max(...boxes.map((box) => box.right)) - Math.min(...boxes.map((box) => box.left)),
      Math.max(...boxes.map((box) => box.bottom)) - Math.min(...boxes.map((box) => box.top)),
    );
  };

  const startOf = (box, element) => (rightToLeft(element) ? width - box.right : box.left);

  for (const label of document.querySelectorAll("label")) {
    const control = label.control;
    if (!control || !seen(label) || !seen(control)) continue;
    const words = textBox(label);
    if (!words) continue;
    const box = control.getBoundingClientRect();
    const across = Math.max(0, box.left - words.right, words.left - box.right);
    const down = Math.max(0, box.top - words.bottom, words.top - box.bottom);
    const beside = sameLine(words, box);
    const shift = Math.abs(startOf(words, label) - startOf(box, label));
    if (beside ? across > argument.beside : down > argument.above || shift > argument.shift) {
      faults.push(`${named(label)} stands ${Math.round(beside ? across : Math.max(down, shift))}`
        + ` px away from its control ${named(control)}`);
    }
  }

  for (const node of textNodes()) {
    const block = node.parentElement;
    const bound = style(block).textAlign.replace("-webkit-", "");
    if (bound === (rightToLeft(block) ? "left" : "right")) {
      faults.push(`the text of ${named(block)} is set at the physical ${bound}`);
    }
    const slant = ARABIC.test(node.textContent) && !LATIN.test(node.textContent);
    if (slant && style(block).fontStyle !== "normal") {
      faults.push(`Arabic has no italics: ${named(block)}`);
    }
    if (slant && !["normal", "0px"].includes(style(block).letterSpacing)) {
      faults.push(`Arabic letters join: ${named(block)} spaces them`);
    }
  }
  return faults;
}
