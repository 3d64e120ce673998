// Puts the place from which Tab goes on at the beginning of the page.
() => {
  document.activeElement?.blur();
  document.body.tabIndex = -1;
  document.body.focus({ preventScroll: true });
  document.body.removeAttribute("tabindex");
  scrollTo(0, 0);
}
