// Comforts only: every page works without this file.

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

// What must be mended is read first.
document.querySelector(".errors")?.focus();

// Whoever typed something is asked before leaving it behind.
let typed = false;
document.addEventListener("input", (event) => {
  if (event.target.closest("form[data-keep]")) typed = true;
});
document.addEventListener("submit", () => { typed = false; });
addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });

// A permanent address is copied by a button that exists only where it can work.
for (const place of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  const button = Object.assign(document.createElement("button"), {
    type: "button", className: "plain", textContent: place.dataset.copy,
  });
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(place.querySelector("a").href);
    button.textContent = place.dataset.copied;
  });
  place.append(" ", button);
}
