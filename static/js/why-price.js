// "Why this price?" on a row of the entry grid: the button beside the price, or Alt+? on the row.

const grid = document.querySelector("[data-why-url]");
const dialog = document.getElementById("why-price");

function explain(row) {
  const number = row?.querySelector("[data-out=number]").textContent.trim();
  if (!number) return;
  const cell = document.activeElement;
  htmx.ajax("GET", `${grid.dataset.whyUrl}?row=${number}`, { target: "#why-body", swap: "innerHTML" });
  dialog.addEventListener("close", () => cell.focus(), { once: true });
  dialog.showModal();
}

if (grid && dialog) {
  grid.addEventListener("click", (event) => {
    if (event.target.closest("[data-why]")) explain(event.target.closest("[data-row]"));
  });
  grid.addEventListener("keydown", (event) => {
    if (!event.altKey || (event.code !== "Slash" && event.key !== "?")) return;
    event.preventDefault();
    explain(event.target.closest("[data-row]"));
  });
}
