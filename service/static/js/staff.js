// Staff pages: focus goes to the summary of problems, so that a keyboard or screen reader starts there.
const problems = document.querySelector(".errors[tabindex]");
if (problems) problems.focus();
