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

function atTheDoor() {
  const input = document.getElementById("key");
  const copy = document.querySelector("[data-key-copy]");
  const share = () => { copy.value = input.value; };
  input.value = held() || input.value;
  field.hidden = input.value !== "";
  input.addEventListener("input", share);
  share();
}

if (field) atTheDoor();
else sessionStorage.removeItem(HELD);
