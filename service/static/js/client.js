// The client's pages: number keys choose an answer, Enter goes on, a lost connection loses nothing.
const form = document.querySelector("form[data-question]");
if (form) {
  const offline = form.querySelector("[data-offline]");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !/^[0-9]$/.test(event.key)) return;
    const choice = form.querySelector(`input[data-key="${event.key}"]`);
    if (choice) { choice.checked = true; choice.focus(); }
  });
  const send = async () => {
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "follow", headers: { Accept: "text/html" } });
      if (answer.redirected) { location.assign(answer.url); return; }
      form.removeEventListener("submit", kept);
      form.submit();
    } catch {
      offline.hidden = false;
      setTimeout(send, 2000);
    }
  };
  const kept = (event) => { event.preventDefault(); form.querySelector("button").disabled = true; send(); };
  form.addEventListener("submit", kept);
  addEventListener("pageshow", () => { form.querySelector("button").disabled = false; });
}
