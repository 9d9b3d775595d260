// The door of a link. The key stands behind the # of the address, which no browser sends: it is read here, put into
// the form, and taken out of the address, so that neither history nor a screenshot keeps it. This tab remembers it
// until the letter is open.
const field = document.querySelector("[data-key-field]");
const HELD = "handrail-key";

function held() {
  const found = location.hash.slice(1);
  if (found) {
    sessionStorage.setItem(HELD, found);
    history.replaceState(null, "", location.pathname);
  }
  return found || sessionStorage.getItem(HELD) || "";
}

function take() {
  const input = document.getElementById("key");
  input.value = held() || input.value;
  field.hidden = input.value !== "";
  document.querySelector("[data-key-copy]").value = input.value;
}

if (field) {
  take();
  addEventListener("hashchange", take); // the link opened once more in the tab that stands at the door
  field.addEventListener("input", (typed) => { document.querySelector("[data-key-copy]").value = typed.target.value; });
} else {
  sessionStorage.removeItem(HELD);
}
