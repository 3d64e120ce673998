// Remembers how everything that Tab can reach looks while it is not focused.
(mark) => {
  const group = (element) => element.type === "radio" && element.name
    ? `${element.form?.id ?? ""}/${element.name}` : null;
  const groups = new Set();
  const reachable = [...document.querySelectorAll(`${TARGETS}, [contenteditable=true]`)]
    .filter((element) => {
      if (element.disabled || element.tabIndex < 0) return false;
      if (!element.checkVisibility({ visibilityProperty: true })) return false;
      const radios = group(element);
      if (radios === null) return true;
      if (groups.has(radios)) return false;
      const checked = document.querySelector(`input[name="${CSS.escape(element.name)}"]:checked`);
      if (checked && checked !== element) return false;
      groups.add(radios);
      return true;
    });
  window[mark] = new Map(reachable.map((element) => [element, dress(element)]));
  return reachable.map(named);
}
