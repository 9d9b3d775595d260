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
