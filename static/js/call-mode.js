// Call mode by keys: Enter in the finder takes who is meant, arrows choose, one letter acts once no field has the focus.

const isTyping = (node) => node.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName);
const singleKeys = () => localStorage.getItem("single-keys") !== "off";
const choices = () => [...document.querySelectorAll(".call-hits button")].filter((button) => button.checkVisibility());

// One letter: a button is pressed, a field takes the focus; t goes to the parked call that waits longest.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isTyping(event.target)) return event.target.blur();
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]") || !singleKeys()) return;
  const stop = event.key === "t" ? document.querySelector("a[data-parked]:not([aria-current])") : document.querySelector(`[data-letter="${CSS.escape(event.key)}"]`);
  if (!stop) return;
  event.preventDefault();
  if (isTyping(stop)) stop.focus();
  else stop.click();
});

// Up and down walk from the field through what was found, and back.
document.addEventListener("keydown", (event) => {
  if (!["ArrowDown", "ArrowUp"].includes(event.key) || event.defaultPrevented) return;
  const field = document.querySelector(event.target.closest("[data-choices], [data-call-ask]") ? "#id_text" : "#id_q");
  const stops = [field, ...choices()];
  const here = stops.indexOf(event.target);
  if (here < 0 || stops.length < 2) return;
  event.preventDefault();
  stops[Math.min(Math.max(here + (event.key === "ArrowDown" ? 1 : -1), 0), stops.length - 1)]?.focus();
});

// Whose telephone it is goes with the customer that was chosen.
document.addEventListener("click", (event) => {
  const button = event.target.closest(".call-hits button[name=customer]");
  if (button) button.form.elements.contact.value = button.dataset.contact ?? "";
});

// An answer leaves the field empty for the next question; several items are offered with the first one focused. Who has
// gone on meanwhile, by Escape, to another field or with the next question, keeps text and place.
let asked = "";
let gone = false;

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.target.id === "answers") [asked, gone] = [document.querySelector("#id_text").value, false];
});
document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") gone = true;
});
document.addEventListener("htmx:afterSettle", ({ target, detail }) => {
  const field = document.querySelector("#id_text");
  if (target.id !== "answers" || field.value !== asked) return;
  const answered = detail.xhr.status !== 422;
  if (answered) field.value = "";
  const place = document.activeElement;
  if (gone || (place !== document.body && !place.closest("[data-call-ask]"))) return;
  (answered ? field : (choices()[0] ?? field)).focus();
});
