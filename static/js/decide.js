// One key per answer: a button with data-key is pressed by it. A refusal needs a reason, so it goes to the field first.

const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]") || localStorage.getItem("single-keys") === "off") return;
  const button = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!button) return;
  event.preventDefault();
  const reason = button.form.elements.decision;
  if (button.value === "refuse" && !reason.value.trim()) reason.focus();
  else button.form.requestSubmit(button);
});
