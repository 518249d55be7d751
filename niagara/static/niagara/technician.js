// A technician's hands are on the device: the scanner types, Enter finishes, nothing typed is lost.

const FAST = 100; // milliseconds a key of a scanner takes on average; nobody types that fast
const PAUSE = 500; // milliseconds after which something new begins: one key of a scan may be late
const ALONE = 150; // milliseconds after which a key was pressed by itself
const SHORTEST = 4;
const RETRY = 2000;
const ACTION = /^NIAGARA:(DONE|FAIL|NEXT|BLOCK|CHANGE)$/;
const BADGE = /NIAGARA:BADGE:[0-9A-Z]{16}/i;

// ---- sound and word

let audio;
function sound(good) {
  if (!navigator.userActivation?.hasBeenActive) return; // browsers are silent until a page is touched
  try {
    audio ??= new AudioContext();
    const [tone, volume] = [audio.createOscillator(), audio.createGain()];
    tone.frequency.value = good ? 880 : 220;
    tone.type = good ? "sine" : "square";
    volume.gain.value = 0.08;
    tone.connect(volume).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + (good ? 0.12 : 0.4));
  } catch {
    // without sound there is still the word
  }
}

document.addEventListener("niagara:came", (event) => sound(event.detail.good));

function tellHow(part) {
  const came = part.querySelector("[data-came], .notice[role=alert]:not([hidden]), .errorlist, .notice--good");
  if (came) sound(came.dataset.came ? came.dataset.came === "good" : came.classList.contains("notice--good"));
}

// ---- scanning anywhere

let typed = "";
let firstKey = 0;
let lastKey = 0;

function act(code) {
  const action = code.match(ACTION);
  if (BADGE.test(code)) return changePerson(code);
  if (action) {
    document.querySelector(`[data-code="${action[1]}"]`)?.click();
  } else {
    location.href = `/scan?code=${encodeURIComponent(code)}`;
  }
}

// Somebody else's badge: who was here is signed out, and the code goes along to where the PIN is asked for.
function changePerson(code) {
  sessionStorage.setItem("niagara:badge", code);
  document.querySelector('[data-code="CHANGE"]')?.click();
}

const inField = (target) => target.closest("input:not([type=radio], [type=checkbox]), textarea, select, dialog");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const field = inField(event.target);
  if (field ? takeCode(event.key, field) : take(event.key, event.timeStamp, event.target)) event.preventDefault();
});

// A printed action code and a badge work wherever they are scanned. Returns whether this was one.
function takeCode(key, field) {
  if (key !== "Enter") return false;
  const badge = field.value?.match(BADGE);
  if (badge) {
    // It is taken out of what was typed before it.
    field.value = field.value.replace(BADGE, "");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    changePerson(badge[0]);
    return true;
  }
  if (!ACTION.test(field.value)) return false;
  const code = field.value;
  field.value = "";
  act(code);
  return true;
}

// A key pressed outside of any field. Returns whether it ended a scan.
function take(key, at, target) {
  if (typed.length === 1 && at - lastKey > ALONE) byKey(typed);
  if (at - lastKey > PAUSE) typed = "";
  if (!typed) firstKey = at;
  lastKey = at;
  if (key === "Enter") {
    const code = typed;
    typed = "";
    if (code.length >= SHORTEST && (at - firstKey) / code.length <= FAST) {
      act(code);
      return true;
    }
    if (!target.closest("a, button, summary, input")) document.querySelector('[data-code="DONE"]')?.click();
  } else if (key.length === 1) {
    typed += key;
    setTimeout(() => typed === key && byKey(key), ALONE);
  }
  return false;
}

// One key by itself: what a person pressed.
function byKey(key) {
  typed = "";
  if (key === "?") document.querySelector("#keys")?.showModal();
  const task = document.querySelectorAll(".stepform .task, .stepform .field--tick, .stack .task")[Number(key) - 1];
  if (!task) return;
  const answers = [...task.querySelectorAll("input")];
  const next = answers[(answers.findIndex((one) => one.checked) + 1) % answers.length];
  next.checked = true;
  next.focus();
  next.dispatchEvent(new Event("input", { bubbles: true }));
}

// ---- what is typed before the answer came belongs to the step that it brings

let awaited; // the form that was sent
let button; // by which
let early = []; // keys, and when they were pressed
let answered; // when the answer came

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[hx-post]");
  if (!form) return;
  [awaited, button] = [form, event.submitter];
  // Such as the field in which the code of the button was scanned: what comes now is for the next step.
  if (!form.contains(document.activeElement)) document.activeElement.blur();
});

// The form stays as it was sent until it is answered: it may have to be sent again.
document.addEventListener("htmx:before:swap", (event) => {
  const { sourceElement } = event.detail.ctx;
  if (sourceElement !== awaited && sourceElement.contains(awaited)) event.preventDefault();
});

// htmx gives the focus to what it put in the place of the form before it says that it did.
const isComing = (target) => !awaited.isConnected && target.closest("#main");

const wordsOf = (keys) => keys.map(({ key }) => (key === "Enter" ? " ⏎ " : key)).join("");

function showEarly(name, keys) {
  const told = document.querySelector(`[data-${name}]`);
  if (!told) return;
  told.hidden = keys.length === 0;
  told.querySelector("strong").textContent = wordsOf(keys);
}

addEventListener(
  "keydown",
  (event) => {
    const { key, target, timeStamp: at } = event;
    if (!awaited || event.ctrlKey || event.altKey || event.metaKey) return;
    if (target !== document.body && !awaited.contains(target) && !isComing(target)) return;
    if (key.length > 1 && key !== "Enter" && key !== "Backspace") return;
    event.preventDefault();
    event.stopPropagation();
    if (key === "Backspace") early.pop();
    // Enter pressed twice finishes one step.
    else if (key !== "Enter" || (early.at(-1)?.key ?? "Enter") !== "Enter") early.push({ key, at });
    showEarly("early", early);
  },
  true,
);

function typeEarly() {
  while (early.length && !awaited) {
    const { key, at } = early.shift();
    const field = inField(document.activeElement);
    if (!field) {
      take(key, at, document.body);
    } else if (key !== "Enter") {
      field.setRangeText(key, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (!takeCode(key, field)) {
      field.form.requestSubmit(field.form.querySelector("[type=submit]"));
    }
  }
}

// ---- what was typed is kept until it is counted

const draftOf = (form) => `niagara:${form.dataset.draft}`;

function keep(form) {
  const said = [...new FormData(form)].filter(([name]) => !["csrfmiddlewaretoken", "seen_version"].includes(name));
  localStorage.setItem(draftOf(form), JSON.stringify(said));
}

function bringBack(form) {
  const kept = JSON.parse(localStorage.getItem(draftOf(form)) ?? "null");
  for (const [name, value] of kept ?? []) {
    const field = form.elements[name];
    if (!field || name === "kind") continue;
    if (field.type === "checkbox") field.checked = true;
    else field.value = value;
  }
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-draft]");
  if (form) keep(form);
});

// Sent as a whole page: if it is refused, it comes again with what was typed.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-draft]:not([hx-post])");
  if (form) localStorage.removeItem(draftOf(form));
});

document.addEventListener("htmx:before:request", (event) => {
  if (event.target === awaited && awaited.dataset.draft) keep(awaited);
});

document.addEventListener("htmx:before:swap", (event) => {
  const { sourceElement, response, text } = event.detail.ctx;
  if (sourceElement !== awaited) return;
  answered = performance.now();
  if (response.status >= 502) {
    event.preventDefault();
    sendLater();
  } else if (text.includes("data-too-old")) {
    // Whoever signed in anew meanwhile sends from a page that is too old: it is opened anew, with what was typed.
    event.preventDefault();
    location.reload();
  }
});

document.addEventListener("htmx:after:swap", (event) => {
  const { sourceElement, response } = event.detail.ctx;
  if (sourceElement !== awaited) {
    // A part that follows the floor: it takes the focus only when it brings a step, and nothing else has it.
    if (!awaited && sourceElement.id === "hand" && document.activeElement === document.body) goToField();
    return;
  }
  if (response.raw.ok && awaited.dataset.draft) localStorage.removeItem(draftOf(awaited));
  awaited = undefined;
  begin();
  if (response.raw.ok) {
    typeEarly();
  } else {
    document.activeElement.select?.(); // the next scan replaces what was refused
    showEarly("unused", early.filter(({ at }) => at < answered));
    early = early.filter(({ at }) => at >= answered); // pressed when the refusal could be seen
    typeEarly();
  }
});

// ---- a frame with instructions, once it is touched, would have the keys to itself

addEventListener("blur", () => {
  // The browser says first that this window lost the focus, then to what.
  setTimeout(() => document.activeElement.matches("iframe") && document.activeElement.blur());
});

// ---- losing the network, or the server while it is started anew

let again;
function sendLater() {
  document.querySelector("#main [data-offline]").hidden = false;
  sound(false);
  clearTimeout(again);
  again = setTimeout(sendAgain, RETRY);
}
document.addEventListener("htmx:error", (event) => event.target === awaited && sendLater());
addEventListener("online", () => {
  if (awaited && !document.querySelector("#main [data-offline]").hidden) sendAgain();
});

// The same key goes along: what did arrive is not counted twice.
function sendAgain() {
  if (awaited?.isConnected) awaited.requestSubmit(button);
}

// ---- changing the person

// Where each person is, on this tablet: whoever comes back goes on there.
const placeOf = `niagara:${document.body.dataset.person}:place`;
const left = location.hash === "#back" && localStorage.getItem(placeOf);
localStorage.removeItem(placeOf); // so that a place that is gone is left behind
if (left && left !== location.pathname) location.replace(left);

// The browser's own memory of a page is that of the person before.
addEventListener("pageshow", (event) => event.persisted && location.reload());

// ---- each time there is a new page or a new step

function goToField() {
  (document.querySelector("#main [aria-invalid=true]") ?? document.querySelector("#main [autofocus]"))?.focus();
}

function begin() {
  localStorage.setItem(placeOf, location.pathname);
  for (const form of document.querySelectorAll("form[data-draft]")) bringBack(form);
  const current = document.querySelector(".strip [aria-current]"); // of many, in sight
  if (current) current.parentElement.scrollTop = current.offsetTop - current.parentElement.offsetTop;
  goToField();
  tellHow(document.querySelector("#main"));
}

begin();
