// The client's pages. Number keys choose an answer, Enter goes on. What is answered without a connection is kept in
// this page's memory and handed over in order; meanwhile the questions that are sure to follow are asked from here.
// An answer leaves this page's memory only when the service says that it has taken it.
const PAUSE = 2000;
const PATIENCE = 8000;
const kept = [];
const ahead = [...document.querySelectorAll("template[data-ahead]")];
const asked = document.querySelector("[data-asked]");
const note = document.querySelector("[data-offline]");
let base = "question"; // what lies below: the question, waiting, or answers that were not taken
let card = ""; // what lies above it: "help" that was asked for, or after an "answer"
let answered = false; // whether the question below was answered and the service has the next one
let away = false;
let handing = false;
let calling = false;
let first = "";
let wake = () => {};

const each = (what, run) => document.querySelectorAll(what).forEach(run);
const pause = () => new Promise((done) => { wake = done; setTimeout(done, PAUSE); });
const within = (asking) => ({ ...asking, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
const ready = (are) => each("main form[data-kept] button", (button) => { button.disabled = !are; });

function leave(address) {
  removeEventListener("beforeunload", hold);
  location.assign(address);
}

function show() {
  const top = card ? "card" : base;
  each("[data-view]", (part) => { part.hidden = part.dataset.view !== top; });
  each("[data-for]", (part) => { part.hidden = part.dataset.for !== card; });
  if (note) note.hidden = !away;
  const heads = [...document.querySelectorAll(`[data-view="${top}"] h1`)];
  heads.find((head) => head.closest("[hidden]") === null)?.focus();
}

// The next question from this page; with none left it waits, or looks what the service has next.
function goOn() {
  const next = ahead.shift();
  ready(true);
  if (next === undefined && kept.length === 0) { leave(location.pathname); return; }
  if (next === undefined) base = "wait";
  else {
    asked.replaceChildren(next.content);
    each('[data-try="back"]', (link) => { link.href = next.dataset.back; link.hidden = false; });
  }
  show();
}

function advance(entry) {
  if (entry.met) { show(); return; }
  entry.met = true;
  ready(true);
  if (note) note.hidden = false;
  if (entry.alarming) { card = "answer"; show(); }
  else if (entry.ends) { base = "wait"; show(); }
  else goOn();
}

async function hand(entry) {
  const headers = { Accept: "application/json" };
  const answer = await fetch(entry.action, within({ method: "POST", body: entry.body, headers }));
  if (answer.status >= 500) throw new Error("not taken");
  return answer.ok ? answer.json() : null;
}

// Hands over what is kept, in order, until all is taken. Only then does the page go where the answers lead: help,
// the crisis steps or the end come before the next question. Once there is an alert nothing holds it up: an answer
// that cannot be handed over now is asked again.
async function handOver() {
  if (handing) return;
  handing = true;
  while (kept.length > 0) {
    try {
      const receipt = await hand(kept[0]);
      if (receipt === null) break;
      kept.shift();
      if (receipt.onward !== location.pathname) first ||= receipt.onward;
    } catch {
      if (first) break;
      if (!away) { away = true; advance(kept[0]); }
      await pause();
    }
  }
  handing = false;
  if (kept.length === 0 || first) arrive();
  else { base = "stuck"; show(); }
}

function arrive() {
  const goesOn = away && base === "question" && !card;
  if (first) { leave(first); return; }
  answered = !away;
  away = false;
  if (card === "help" || goesOn) show();
  else leave(location.pathname);
}

function keep(event) {
  event.preventDefault();
  const form = event.target;
  const alarming = form.querySelector("input:checked[data-alarming]") !== null;
  const entry = { action: form.action, body: new FormData(form), alarming, ends: !("question" in form.dataset) };
  kept.push(entry);
  if (away) advance(entry);
  else ready(false);
  handOver();
}

// After signing in anew the page's own token is an old one: take a fresh one before trying again.
async function again() {
  try {
    const page = await fetch(location.pathname, within({}));
    const found = new DOMParser().parseFromString(await page.text(), "text/html");
    const token = found.querySelector('main input[name="csrf_token"]')?.value;
    if (page.ok && token) for (const entry of kept) entry.body.set("csrf_token", token);
  } catch { /* still away: the next try says so */ }
  handOver();
}

// Help needs no connection and never waits for one: it is shown from this page, then the whole page where there is one.
async function help(link) {
  if (!card) card = "help";
  show();
  const there = kept.length === 0 && !handing && await fetch(link.href, within({})).then((page) => page.ok, () => false);
  if (there && kept.length === 0 && card === "help") leave(link.href);
}

async function back(link) {
  const there = kept.length === 0 && await fetch(link.href, within({})).then((page) => page.ok, () => false);
  if (there && kept.length === 0) leave(link.href);
  else if (note) note.hidden = false;
}

function follow(event) {
  if (event.target.closest('a[href^="tel:"]')) { calling = true; setTimeout(() => { calling = false; }, 1000); }
  const link = event.target.closest("a[data-try]");
  if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.dataset.try === "help") help(link);
  else back(link);
}

function putDown() {
  const after = card;
  card = "";
  if (after === "answer") goOn();
  else if (answered) leave(location.pathname);
  else show();
}

function hold(event) {
  if (kept.length > 0 && !calling) event.preventDefault();
}

each("form[data-kept]", (form) => form.addEventListener("submit", keep));
each("form:not([data-kept])", (form) => form.addEventListener("submit", (event) => {
  if (kept.length > 0) { event.preventDefault(); if (note) note.hidden = false; }
}));
each("[data-go-on]", (button) => button.addEventListener("click", putDown));
each("[data-again]", (button) => button.addEventListener("click", again));
each("[data-give-up]", (button) => button.addEventListener("click", () => leave(location.pathname)));
document.addEventListener("click", follow);
document.addEventListener("keydown", (event) => {
  if (card || base !== "question" || event.ctrlKey || event.metaKey || event.altKey || !/^[0-9]$/.test(event.key)) return;
  const choice = asked?.querySelector(`input[data-key="${event.key}"]`);
  if (choice) { choice.checked = true; choice.focus(); }
});
addEventListener("beforeunload", hold);
addEventListener("online", () => wake());
addEventListener("pageshow", () => ready(true));
