// Says whether the focus has come to the jump's target, or stands inside it.
(id) => {
  const target = document.getElementById(id);
  return target !== null && target.contains(document.activeElement);
}
