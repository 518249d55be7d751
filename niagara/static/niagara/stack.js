// A stack: each scan stands in line until it is answered, however fast they come.

const RETRY = 2000;

const lineOf = (form) => `niagara:${form.dataset.line}`;
const inLine = (form) => JSON.parse(localStorage.getItem(lineOf(form)) ?? "[]");
const keepLine = (form, line) => localStorage.setItem(lineOf(form), JSON.stringify(line));
const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const tellHow = (good) => document.dispatchEvent(new CustomEvent("niagara:came", { detail: { good } }));

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form.stack");
  if (!form) return;
  event.preventDefault();
  const scanned = new FormData(form);
  scanned.delete("csrfmiddlewaretoken");
  scanned.set("once", newKey());
  // Taken out at once: the next scan begins in an empty field.
  form.elements.serial.value = "";
  form.elements.serial.focus();
  keepLine(form, [...inLine(form), [...scanned]]);
  sendLine(form);
});

let isSending = false;
async function sendLine(form) {
  if (isSending) return;
  isSending = true;
  for (let line = inLine(form); line.length && form.isConnected; line = inLine(form)) {
    const body = new URLSearchParams(line[0]);
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    const response = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => null);
    const isLost = !response || response.status >= 502;
    form.querySelector("[data-offline]").hidden = !isLost;
    if (isLost) {
      tellHow(false);
      await new Promise((done) => setTimeout(done, RETRY));
      continue;
    }
    const answer = await response.text();
    if (response.redirected || answer.includes("data-too-old")) {
      location.reload(); // to sign in again; the line is kept
      return;
    }
    keepLine(form, inLine(form).slice(1));
    const scanned = document.querySelector("#scanned");
    scanned.insertAdjacentHTML("afterbegin", answer);
    tellHow(scanned.firstElementChild.dataset.came === "good");
    const bad = scanned.querySelectorAll("[data-came=bad]").length;
    document.querySelector("[data-count]").textContent = `${scanned.childElementCount - bad} good, ${bad} not done`;
  }
  isSending = false;
}

for (const form of document.querySelectorAll("form.stack")) sendLine(form);
