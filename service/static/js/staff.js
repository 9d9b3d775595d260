// Staff pages: focus goes to the summary of problems, so that a keyboard or screen reader starts there.
const problems = document.querySelector(".errors[tabindex]");
if (problems) problems.focus();

// A link to a folded part of the page unfolds it.
const unfold = () => {
  const part = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (part instanceof HTMLDetailsElement) part.open = true;
};
addEventListener("hashchange", unfold);
unfold();

// On a narrow screen tabs and tiles stand in one row that scrolls: where one is shall be in sight.
for (const row of document.querySelectorAll(".tabs ul, .tally")) {
  const here = row.querySelector("[aria-current]");
  if (here !== null) row.scrollLeft = here.offsetLeft + here.offsetWidth - row.clientWidth;
}

// A page that keeps itself fresh asks for nothing while nobody looks, while somebody types, or once it was refused.
const isLive = (part) => part instanceof Element && part.matches("[data-live]");
const fields = "main textarea, main select, main input:not([type=hidden], [type=radio], [type=checkbox])";
const isTyping = () => document.activeElement.closest(fields) !== null
  || [...document.querySelectorAll("main textarea, main input[type=text]")].some((field) => field.value !== "");
// What cannot be fetched, for the page is left or the connection is gone, is nothing new: the next second tries again.
const quietly = async (address, asking) => {
  try {
    const answer = await fetch(address, asking);
    const text = await answer.text();
    return new Response(answer.status === 204 ? null : text, { status: answer.status, headers: answer.headers });
  } catch { return new Response(null, { status: 204 }); }
};
document.addEventListener("htmx:before:request", (event) => {
  if (!isLive(event.target)) return;
  if (document.hidden || isTyping()) event.preventDefault();
  else event.detail.ctx.fetch = quietly;
});
document.addEventListener("htmx:response:error", (event) => {
  if (isLive(event.target) && event.detail.ctx.response.status < 500) event.target.remove();
});
