// Parts that follow what happens elsewhere: an element with `data-live` fetches itself anew.
//
// In the template: <section id="…" data-live hx-get="{{ request.get_full_path }}" hx-trigger="every 4s"
// hx-swap="outerMorph">. Morphing keeps focus, what is typed and what is opened. Nothing is fetched while
// nobody looks, while something is dragged, or while a field or a menu of the part is in use.

const inUse = (part) =>
  document.hidden ||
  document.body.classList.contains("is-dragging") ||
  part.contains(document.activeElement?.closest("input:not([type=checkbox], [type=radio]), select, textarea")) ||
  part.querySelector("details.menu[open], dialog[open]");

document.addEventListener("htmx:before:request", (event) => {
  const part = event.target.closest?.("[data-live]"); // of a part that is gone by now the document tells
  if (part === event.target && inUse(part)) event.preventDefault();
});

// What a part showed when it was fetched last: as long as nothing happened since, the answer is empty.
const shown = new WeakMap();

document.addEventListener("htmx:before:request", (event) => {
  const tag = shown.get(event.target);
  if (tag) event.detail.ctx.request.headers["If-None-Match"] = tag;
});
document.addEventListener("htmx:after:swap", (event) => {
  const { raw, headers } = event.detail.ctx.response;
  if (event.target.matches?.("[data-live]") && raw.status === 200) shown.set(event.target, headers.get("ETag"));
});

// Whoever signed out in another window is led to sign in again, not shown the form inside the part.
document.addEventListener("htmx:before:swap", (event) => {
  if (new URL(event.detail.ctx.response.raw.url).pathname === "/sign-in") {
    event.preventDefault();
    location.reload();
  }
});

// Filters act at once; without scripts there is a button.
document.addEventListener("change", (event) => {
  const filters = event.target.closest("form.filters");
  if (filters) filters.requestSubmit();
});

// A menu closes when one goes elsewhere, and with Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
