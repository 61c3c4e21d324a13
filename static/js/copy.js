// A button with data-copy="id" puts what the field holds on the clipboard; where that is not allowed, it selects it.

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    return; // it is selected: Ctrl C does it
  }
  const word = button.querySelector("span");
  word.dataset.before ??= word.textContent;
  word.textContent = "✓";
  setTimeout(() => { word.textContent = word.dataset.before; }, 1500);
});
