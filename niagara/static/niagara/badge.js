// Signing in at a shared tablet: a scan, some digits, and the work goes on.

const form = document.querySelector("#badge-form");
const { badge, pin } = form.elements;
const shownFirst = form.querySelectorAll(".badge__code, [data-next]");
const shownThen = form.querySelectorAll(".badge__read, .badge__pin, .pad");

// One thing at a time. The code is out of sight once it is read: nobody else needs to see it.
function read(code) {
  badge.value = code.trim();
  pin.value = "";
  for (const part of shownFirst) part.hidden = Boolean(badge.value);
  for (const part of shownThen) part.hidden = !badge.value;
  document.querySelector("h1").textContent = badge.value ? "Type your PIN" : "Scan your badge";
  (badge.value ? pin : badge).focus();
}

form.querySelector("[data-other]").addEventListener("click", () => read(""));

form.addEventListener("click", (event) => {
  const { digit, back } = event.target.dataset;
  if (digit && pin.value.length < pin.maxLength) pin.value += digit;
  if (back !== undefined) pin.value = pin.value.slice(0, -1);
  if (digit || back !== undefined) pin.focus();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  // What is typed while nothing has the focus belongs here; and a letter, where a PIN is asked for, begins
  // another badge. The key itself lands in the field that has the focus now.
  const elsewhere = event.target.closest("input, textarea, select, summary, button:not(#badge-form *)");
  if (event.key.length !== 1 || (elsewhere && event.target !== pin)) return;
  if (/\d/.test(event.key)) {
    if (event.target !== pin) (badge.value ? pin : badge).focus();
  } else if (event.key !== " ") {
    read("");
  }
});

// Enter, of a scanner or a person, goes on; once everything is there, it signs in, and a second one sends nothing.
form.addEventListener("submit", (event) => {
  if (!badge.value || !pin.value) {
    event.preventDefault();
    read(badge.value);
  } else if (form.dataset.sent) event.preventDefault();
  else form.dataset.sent = "yes";
});
addEventListener("pageshow", () => delete form.dataset.sent);

// A badge that was scanned while somebody else was signed in: see technician.js.
const carried = sessionStorage.getItem("niagara:badge");
sessionStorage.removeItem("niagara:badge");
const typed = badge.value; // before this script was there
read(carried ?? "");
badge.value ||= typed;
