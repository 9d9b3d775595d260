// The queue by keyboard: J and K move, Enter opens, C claims, A accepts, X ticks, / finds, ? shows the keys.
// The panel follows the row in focus. The list is fetched anew every 15 seconds without moving the focus. What a step
// was taken on stays in the panel, also where it has left the list, with the focus on what comes next.
const OFF = "handrail-queue-keys-off";
const wide = window.matchMedia("(min-width: 48rem)");
const panel = document.getElementById("panel");
const legend = document.getElementById("keys");
const status = document.getElementById("queue-said");
const desk = document.getElementById("desk");
let selected = desk.dataset.selected;

const links = () => [...document.querySelectorAll("#queue-live a.name")];
const linkOf = (id) => document.getElementById(`open-${id}`);
const idOf = (link) => link.id.slice("open-".length);
const keysAreOn = () => localStorage.getItem(OFF) === null;

function mark() {
  for (const link of links()) {
    const here = idOf(link) === selected;
    link.closest("tr").classList.toggle("sel", here);
    if (here) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

async function look(id, address) {
  if (panel.dataset.shows === id || !wide.matches) return;
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  if (selected !== id || !answer.ok || answer.redirected) return;
  panel.innerHTML = await answer.text();
  panel.dataset.shows = id;
}

let soon = 0;
function select(link) {
  selected = idOf(link);
  mark();
  // Passing over a row is not looking at a record: the panel waits until one rests there.
  window.clearTimeout(soon);
  soon = window.setTimeout(look, 250, selected, link.dataset.panel);
}

function move(step) {
  const all = links();
  if (all.length === 0) return;
  const at = all.findIndex((link) => idOf(link) === selected);
  const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1);
  all[next].focus();
}

async function act(key) {
  const link = linkOf(selected);
  if (link === null && panel.dataset.shows !== selected) return;
  window.clearTimeout(soon);
  if (link !== null) await look(selected, link.dataset.panel);
  const form = panel.querySelector(`form[data-key="${key}"]`);
  if (form === null || panel.dataset.shows !== selected) status.textContent = status.dataset.cannot;
  else form.requestSubmit();
}

// What is ticked stays ticked when the list is fetched anew; what has left the list is ticked no more.
const ticked = new Set();
const chosen = document.getElementById("chosen-words");
const boxes = () => [...document.querySelectorAll("#queue-live input[name=referral_id]")];

function tell() {
  if (chosen === null) return;
  const { none, some } = chosen.dataset;
  chosen.textContent = ticked.size === 0 ? none : some.replace("{number}", ticked.size);
}

function keepTicks() {
  const there = boxes();
  for (const box of there) box.checked = ticked.has(box.value);
  for (const id of ticked) if (!there.some((box) => box.value === id)) ticked.delete(id);
  tell();
}

function noteTick(box) {
  if (box.checked) ticked.add(box.value);
  else ticked.delete(box.value);
  tell();
}

function tick() {
  const box = boxes().find((each) => each.value === selected);
  if (box !== undefined) box.click();
}

document.addEventListener("change", (event) => {
  if (event.target.matches("#queue-live input[name=referral_id]")) noteTick(event.target);
});

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  c: () => act("claim"),
  a: () => act("accept"),
  x: tick,
  "/": () => document.getElementById("queue-search").focus(),
  "?": () => legend.querySelector("a").focus(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]");
  if (!keysAreOn() || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  // Enter opens the row that is marked also before anything has the focus; where something has it, it is that one's.
  const opens = event.key === "Enter" && event.target === document.body;
  const key = opens ? () => linkOf(selected)?.click() : KEYS[event.key.toLowerCase()];
  if (key === undefined) return;
  event.preventDefault();
  key();
});

document.addEventListener("focusin", (event) => {
  if (event.target.matches("#queue-live a.name")) select(event.target);
});

document.addEventListener("click", (event) => {
  const row = event.target.closest("#queue-live tbody tr");
  if (row !== null && wide.matches && event.target.closest("a, label") === null) row.querySelector("a.name").focus();
});

// A hidden page asks for nothing; it is fetched anew when somebody looks again.
document.addEventListener("htmx:before:request", (event) => {
  if (document.hidden && event.target.id === "queue-live") event.preventDefault();
});
document.addEventListener("htmx:after:swap", () => {
  mark();
  keepTicks();
});

function showLegend() {
  const on = keysAreOn();
  const turn = legend.querySelector("a");
  legend.hidden = false;
  legend.querySelector(".keys-on").hidden = !on;
  turn.textContent = on ? turn.dataset.off : turn.dataset.on;
}

legend.querySelector("a").addEventListener("click", (event) => {
  event.preventDefault();
  if (keysAreOn()) localStorage.setItem(OFF, "yes");
  else localStorage.removeItem(OFF);
  showLegend();
});

showLegend();
mark();
boxes().filter((box) => box.checked).forEach(noteTick); // a browser that goes back ticks them again
document.querySelector("#views [aria-current]").scrollIntoView({ block: "nearest", inline: "nearest" });

async function goOn() {
  await look(selected, desk.dataset.panel);
  if (panel.dataset.shows === selected) panel.querySelector(".next .btn")?.focus();
}

if (selected) goOn();
else if (links().length > 0 && wide.matches) select(links()[0]);
