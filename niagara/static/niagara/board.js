// Moving cards on the board, with the mouse, a finger or keys. A card is moved at once and one request says so;
// when that is refused, the card goes back, the reason is told, and the board is fetched anew.

const board = () => document.getElementById("board");
const lists = () => [...document.querySelectorAll("#board [data-queue]")];
const link = (card) => card.querySelector("a");

let moves = Promise.resolve(); // one after the other, since each depends on the version the one before made
let waiting = 0;
let lastMove = 0;
let asked = 0;

const standing = (card) => ({ list: card.parentElement, next: card.nextElementSibling });

function putBack(card, was) {
  was.list.insertBefore(card, was.next?.parentElement === was.list ? was.next : null);
}

// Beside the card above it, since what is not shown of a queue stands below.
function placeOf(card) {
  const above = card.previousElementSibling;
  const below = card.nextElementSibling;
  const queue = card.parentElement.dataset.queue;
  if (above) return { queue, place: "after", neighbour: above.dataset.batch };
  if (below) return { queue, place: "before", neighbour: below.dataset.batch };
  return { queue, place: "last" };
}

function tell(sentence) {
  const told = document.getElementById("told");
  told.textContent = sentence;
  told.hidden = !sentence;
}

async function send(card, place) {
  const address = board().dataset.move.replace("00000000-0000-0000-0000-000000000000", card.dataset.batch);
  const body = new URLSearchParams({ ...place, seen_version: card.dataset.version });
  const headers = { Accept: "application/json", ...JSON.parse(document.body.getAttribute("hx-headers:inherited")) };
  const response = await fetch(address, { method: "POST", body, headers });
  if (response.redirected) location.reload(); // signed out meanwhile
  const answer = await response.json().catch(() => ({ sentence: "This could not be done. Load the page again." }));
  if (!response.ok) throw new Error(answer.sentence);
  card.dataset.version = answer.version;
}

function move(card, was) {
  const place = placeOf(card);
  const list = card.parentElement;
  tell("");
  link(card).focus();
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
  const position = [...list.children].indexOf(card) + 1;
  document.getElementById("said").textContent = `${link(card).textContent}: place ${position} in ${list.dataset.label}.`;
  waiting += 1;
  moves = moves
    .then(() => send(card, place))
    .catch((error) => {
      putBack(card, was);
      const lost = error instanceof TypeError;
      tell(lost ? "The move was not sent. Check the network, then move it again." : error.message);
    })
    .then(() => {
      waiting -= 1;
      lastMove = performance.now();
      if (!waiting) board().dispatchEvent(new Event("moved"));
    });
}

// What was asked before a move would show the board as it was then.
document.addEventListener("htmx:before:request", (event) => {
  if (event.target !== board()) return;
  if (waiting) event.preventDefault();
  else asked = performance.now();
});
document.addEventListener("htmx:before:swap", (event) => {
  if (event.target === board() && (waiting || drag?.started || asked < lastMove)) event.preventDefault();
});

// Dragging

let drag = null;

document.addEventListener("pointerdown", (event) => {
  const card = event.target.closest("#board[data-move] .ticket");
  if (!card || event.button || event.target.closest(".ticket__tick")) return;
  if (event.pointerType !== "mouse" && !event.target.closest(".ticket__grip")) return;
  drag = { card, was: standing(card), x: event.clientX, y: event.clientY, started: false };
});

document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > 6;
  if (!drag.started && far) {
    drag.started = true;
    drag.card.classList.add("is-lifted");
    document.body.classList.add("is-dragging");
    requestAnimationFrame(scrollAlong);
  }
  if (!drag.started) return;
  event.preventDefault();
  drag.at = { x: event.clientX, y: event.clientY };
  follow(drag.card, drag.at);
});

function follow(card, { x, y }) {
  const under = document.elementFromPoint(x, y);
  const list = under?.closest(".lane")?.querySelector("[data-queue]");
  const other = under?.closest(".ticket");
  if (other && other !== card) {
    const { top, height } = other.getBoundingClientRect();
    other.parentElement.insertBefore(card, y < top + height / 2 ? other : other.nextElementSibling);
  } else if (list && !other && (card.parentElement !== list || y > bottomOf(list))) {
    const isAbove = y < list.getBoundingClientRect().top;
    list.insertBefore(card, isAbove ? list.firstElementChild : null);
  }
}

const bottomOf = (list) => list.lastElementChild?.getBoundingClientRect().bottom ?? 0;

// Near an edge, what is beyond it comes along.
function scrollAlong() {
  if (!drag?.started) return;
  if (drag.at) {
    const across = document.querySelector(".board__queues");
    const list = document.elementFromPoint(drag.at.x, drag.at.y)?.closest(".lane")?.querySelector("[data-queue]");
    across.scrollLeft += step(drag.at.x, across.getBoundingClientRect().left, across.getBoundingClientRect().right);
    if (list) list.scrollTop += step(drag.at.y, list.getBoundingClientRect().top, list.getBoundingClientRect().bottom);
  }
  requestAnimationFrame(scrollAlong);
}

function step(at, start, end) {
  if (at < start + 40) return -10;
  return at > end - 40 ? 10 : 0;
}

function letGo(isMeant) {
  if (!drag) return;
  const { card, was, started } = drag;
  drag = null;
  if (!started) return;
  card.classList.remove("is-lifted");
  document.body.classList.remove("is-dragging");
  const now = standing(card);
  if (!isMeant) putBack(card, was);
  else if (now.list !== was.list || now.next !== was.next) move(card, was);
  if (isMeant) {
    // The click that ends a drag is not meant for the link under it.
    const swallow = (event) => event.preventDefault();
    document.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => document.removeEventListener("click", swallow, { capture: true }));
  }
}

document.addEventListener("pointerup", () => letGo(true));
document.addEventListener("pointercancel", () => letGo(false));

// Keys

function neighbour(card, key) {
  if (key === "ArrowUp") return card.previousElementSibling;
  if (key === "ArrowDown") return card.nextElementSibling;
  const all = lists();
  const beside = all[all.indexOf(card.parentElement) + (key === "ArrowRight" ? 1 : -1)];
  return beside && { list: beside, card: beside.children[[...card.parentElement.children].indexOf(card)] };
}

function moveByKey(card, key) {
  const was = standing(card);
  const to = neighbour(card, key);
  if (!to) return;
  if (key === "ArrowUp") to.before(card);
  else if (key === "ArrowDown") to.after(card);
  else to.list.insertBefore(card, to.card ?? null);
  move(card, was);
}

function goByKey(card, key) {
  const to = neighbour(card, key);
  const next = to?.list ? (to.card ?? to.list.lastElementChild) : to;
  if (next) link(next).focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && drag) letGo(false);
  const card = event.target.closest?.("#board .ticket");
  if (!card || !event.key.startsWith("Arrow") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (!event.altKey) goByKey(card, event.key);
  else if (board().dataset.move) moveByKey(card, event.key);
});
