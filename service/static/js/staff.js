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
