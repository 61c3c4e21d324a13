// The arrow keys of the staple walk. The links do the work; without this file they are pressed one by one.

const KEYS = { ArrowLeft: "before", ArrowRight: "after", Home: "first", End: "last" };

function isTyping(target) {
  return target.closest("input, textarea, select, [contenteditable], dialog, details[open]") !== null;
}

document.addEventListener("keydown", (event) => {
  const to = KEYS[event.key];
  if (!to || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || isTyping(event.target)) return;
  const link = document.querySelector(`[data-walk] [data-walk-to="${to}"]`);
  if (!link) return;
  event.preventDefault();
  link.click();
});

// A swap replaces what had the focus: put it on the hop one has come to.
let hadFocus = "";

document.addEventListener("htmx:beforeSwap", (event) => {
  const walk = document.querySelector("[data-walk]");
  const focused = document.activeElement;
  if (event.detail.target !== walk || !walk.contains(focused)) return;
  hadFocus = focused.dataset.walkTo || (focused.closest(".walk-strip") ? "strip" : "picture");
});

document.addEventListener("htmx:afterSettle", () => {
  if (!hadFocus) return;
  const walk = document.querySelector("[data-walk]");
  const places = { strip: ".walk-strip [aria-current]", picture: ".walk-picture [aria-current]" };
  const place = walk?.querySelector(places[hadFocus] || `[data-walk-to="${hadFocus}"]`);
  (place || walk?.querySelector(".walk-picture [aria-current]"))?.focus({ preventScroll: true });
  hadFocus = "";
});
