// The client's pages. Number keys choose an answer, Enter goes on. What is answered without a connection is kept in
// this page's memory and handed over in order; meanwhile the questions that are sure to follow are asked from here.
const PAUSE = 2000;
const PATIENCE = 8000;
const kept = [];
const ahead = [...document.querySelectorAll("template[data-ahead]")];
const asked = document.querySelector("[data-asked]");
const note = document.querySelector("[data-offline]");
let view = "question";
let away = false;
let handing = false;
let first = "";
let wake = () => {};

const each = (what, run) => document.querySelectorAll(what).forEach(run);
const pause = () => new Promise((done) => { wake = done; setTimeout(done, PAUSE); });
const within = (asking) => ({ ...asking, headers: { Accept: "text/html" }, signal: AbortSignal.timeout(PATIENCE) });
const ready = (are) => each("form[data-kept] button", (button) => { button.disabled = !are; });

function leave(address) {
  removeEventListener("beforeunload", hold);
  location.assign(address);
}

function show(name, reason) {
  view = name;
  each("[data-view]", (part) => { part.hidden = part.dataset.view !== name; });
  if (reason) each("[data-for]", (part) => { part.hidden = part.dataset.for !== reason; });
  document.querySelector(`[data-view="${name}"] :not([hidden]) > h1, [data-view="${name}"] > h1, [data-view="${name}"] legend h1`)?.focus();
}

// The next question from this page; with none left it waits, or looks what the service has next.
function goOn() {
  const next = ahead.shift();
  ready(true);
  if (next === undefined && kept.length === 0) { leave(location.pathname); return; }
  if (next === undefined) { show("wait"); return; }
  asked.replaceChildren(next.content);
  each('[data-try="back"]', (link) => { link.href = next.dataset.back; link.hidden = false; });
  show("question");
}

function advance(entry) {
  ready(true);
  if (entry.alarming) show("card", "answer");
  else if (entry.ends) show("wait");
  else goOn();
}

async function hand(entry) {
  const answer = await fetch(entry.action, within({ method: "POST", body: entry.body, redirect: "follow" }));
  if (answer.status >= 500) throw new Error("not taken");
  return answer;
}

// Hands over what is kept, in order, until all is taken. Only then does the page go where the answers lead:
// help, the crisis steps or the end come before the next question.
async function handOver() {
  if (handing) return;
  handing = true;
  while (kept.length > 0) {
    try {
      const answer = await hand(kept[0]);
      const place = new URL(answer.url).pathname;
      kept.shift();
      if (!answer.redirected || place === "/sign-in") { leave(location.pathname); return; }
      if (place !== location.pathname) first ||= answer.url;
    } catch {
      if (!away) { away = true; note.hidden = false; advance(kept[0]); }
      await pause();
    }
  }
  handing = false;
  arrive();
}

function arrive() {
  const stays = away && view !== "wait";
  away = false;
  note.hidden = true;
  if (first) leave(first);
  else if (!stays) leave(location.pathname);
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

// A link that cannot be followed now must not end in the browser's own error page: help needs no connection.
async function follow(event) {
  const link = event.target.closest("a[data-try]");
  if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const there = kept.length === 0 && await fetch(link.href, within({})).then(() => true, () => false);
  if (there) leave(link.href);
  else if (link.dataset.try === "help") show("card", "help");
  else note.hidden = false;
}

function hold(event) {
  if (kept.length > 0) event.preventDefault();
}

each("form[data-kept]", (form) => form.addEventListener("submit", keep));
each("[data-go-on]", (button) => button.addEventListener("click", () => {
  if (document.querySelector('[data-for="answer"]').hidden) show("question");
  else goOn();
}));
document.addEventListener("click", follow);
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !/^[0-9]$/.test(event.key)) return;
  const choice = asked?.querySelector(`input[data-key="${event.key}"]`);
  if (choice) { choice.checked = true; choice.focus(); }
});
addEventListener("beforeunload", hold);
addEventListener("online", () => wake());
addEventListener("pageshow", () => ready(true));
