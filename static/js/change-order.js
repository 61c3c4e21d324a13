// The change order by keyboard. The page is a plain form that works without this.

const form = document.querySelector("[data-change]");

// The same column of the next row that has it; numbers never change by arrows.
function move(cell, step) {
  const rows = [...form.querySelectorAll("[data-row]")];
  for (let at = rows.indexOf(cell.closest("[data-row]")) + step; rows[at]; at += step) {
    const same = rows[at].querySelector(`[data-cell="${cell.dataset.cell}"]`);
    if (!same) continue;
    same.focus();
    same.select?.();
    return;
  }
}

function put(cell, value) {
  cell.value = value;
  cell.dispatchEvent(new Event("change", { bubbles: true }));
  cell.select?.();
}

form?.addEventListener("keydown", (event) => {
  const cell = event.target.closest("[data-cell]");
  if (!cell) return;
  const row = cell.closest("[data-row]");
  if (event.altKey && event.key === "Delete") {
    const quantity = row.querySelector('[data-cell="quantity"]');
    if (!quantity) return;
    put(quantity, quantity.dataset.was === "" ? "" : "0");
    const item = row.querySelector("[name=new_item]");
    if (item) put(item, "");
  } else if (cell.tagName === "SELECT") return;
  else if (event.key === "ArrowDown" || event.key === "Enter") move(cell, 1);
  else if (event.key === "ArrowUp") move(cell, -1);
  else if (event.key === "Escape" && cell.dataset.was !== undefined) put(cell, cell.dataset.was);
  else return;
  event.preventDefault();
});

form?.addEventListener("change", (event) => {
  const row = event.target.closest("[data-row]");
  if (!row) return;
  const cells = [...row.querySelectorAll("[data-was]")];
  row.classList.toggle("is-changed", cells.some((cell) => cell.value.trim() !== cell.dataset.was));
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-take]");
  const cell = button && form.elements[button.dataset.take];
  if (!cell) return;
  put(cell, button.dataset.value);
  cell.focus();
});

addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
  event.preventDefault();
  form?.requestSubmit();
});
