// What the checks found is one key away: Alt+N goes to the field that mends the next finding, a click to that of its own.

let last = -1;

function fieldOf(anchor) {
  const cell = /^row-(\d+)-(\w+)$/.exec(anchor);
  if (!cell) return document.getElementById(anchor);
  const rows = [...document.querySelectorAll("[data-grid] tr[data-row]")];
  const row = rows.find((each) => each.querySelector("[data-out=number]")?.textContent === cell[1]);
  const shown = (name) => row?.querySelector(`[data-cell][name="${name}"]:not([readonly])`);
  return shown(cell[2]) ?? shown("quantity") ?? shown("item");
}

function go(anchor) {
  const field = fieldOf(anchor);
  if (!field) return false;
  field.closest("details")?.setAttribute("open", "");
  field.closest("tr.far")?.classList.remove("far"); // a row that is not drawn because it is out of sight
  field.focus();
  field.select?.();
  field.scrollIntoView({ block: "nearest" });
  return true;
}

document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.code !== "KeyN") return;
  const found = [...document.querySelectorAll("[data-mend]")];
  if (!found.length) return;
  event.preventDefault();
  last = (last + 1) % found.length;
  if (!go(found[last].dataset.mend)) found[last].focus(); // on another page the link leads there
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-mend]");
  if (link && !event.ctrlKey && !event.metaKey && go(link.dataset.mend)) event.preventDefault();
});

if (location.hash.length > 1) requestAnimationFrame(() => go(location.hash.slice(1)));
