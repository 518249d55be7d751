// Choosing several cards of the board, and the keys that are told by `?`.

const ticks = () => [...document.querySelectorAll("#board [name=batch]")];

function count() {
  const chosen = document.getElementById("chosen");
  if (!chosen) return;
  const ticked = ticks().filter((tick) => tick.checked);
  chosen.textContent = ticked.length === 1 ? "1 batch chosen" : `${ticked.length} batches chosen`;
  const isHeld = (tick) => tick.closest(".ticket").querySelector(".ticket__held");
  document.querySelector("[data-for-held]")?.toggleAttribute("hidden", !ticked.some(isHeld));
}

document.addEventListener("change", (event) => event.target.matches("#board [name=batch]") && count());
document.addEventListener("reset", () => setTimeout(count));
document.addEventListener("htmx:after:swap", count);

const keys = document.getElementById("keys");
const button = document.querySelector("[data-keys]");
button.hidden = false;
button.addEventListener("click", () => keys.showModal());

document.addEventListener("keydown", (event) => {
  const isTyped = event.target.matches?.("input:not([type=checkbox]), select, textarea");
  if (isTyped || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "?") keys.showModal();
  const tick = event.key.toLowerCase() === "x" && event.target.closest?.("#board .ticket")?.querySelector("[name=batch]");
  if (tick) tick.click();
});
count();
