// For reading: what a word means, placed beside it, and the values of a chart under the pointer or the arrow keys.
// The meaning and the numbers are in the page already; without a script they are a link and a table.

// Words -----------------------------------------------------------------------------------------------------------

const tip = document.createElement("div");
tip.className = "tip";
tip.hidden = true;

function tell(word) {
  if (word.title) {
    word.setAttribute("aria-description", word.title); // instead of the browser's own bubble
    word.removeAttribute("title");
  }
  const [, technical, meaning] = /^(.*?): (.*)$/s.exec(word.getAttribute("aria-description"));
  const name = document.createElement("b");
  name.textContent = technical;
  tip.replaceChildren(name, meaning);
  (word.closest("dialog") ?? document.body).append(tip);
  tip.hidden = false;
  const box = word.getBoundingClientRect();
  const below = box.bottom + 6;
  tip.style.left = `${Math.max(12, Math.min(box.left, document.documentElement.clientWidth - tip.offsetWidth - 12))}px`;
  tip.style.top = `${below + tip.offsetHeight > innerHeight ? box.top - tip.offsetHeight - 6 : below}px`;
}
const wordOf = (event) => event.target.closest?.(".term");

for (const kind of ["pointerover", "focusin"]) document.addEventListener(kind, (event) => wordOf(event) && tell(wordOf(event)));
for (const kind of ["pointerout", "focusout"]) {
  document.addEventListener(kind, (event) => wordOf(event) && !tip.contains(event.relatedTarget) && (tip.hidden = true));
}
tip.addEventListener("pointerleave", () => (tip.hidden = true));
document.addEventListener("scroll", () => (tip.hidden = true), { capture: true, passive: true });
document.addEventListener("keydown", (event) => event.key === "Escape" && (tip.hidden = true));

// Charts ----------------------------------------------------------------------------------------------------------

// A plot reads its values from the table that stands under it: row by row along the x axis.
function read(plot, index) {
  const table = plot.closest(".chart").querySelector("details table");
  const rows = [...table.tBodies[0].rows];
  const at = Math.max(0, Math.min(rows.length - 1, index));
  const names = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent.trim());
  const [label, ...values] = [...rows[at].cells].map((cell) => cell.textContent.trim());
  const said = values.map((value, n) => [names[n], value]).filter(([, value]) => value !== "–");
  const share = rows.length > 1 ? at / (rows.length - 1) : 0;

  const cursor = plot.querySelector(".plot-cursor");
  cursor.setAttribute("x1", share * 1000);
  cursor.setAttribute("x2", share * 1000);
  const readout = plot.querySelector(".readout");
  const head = document.createElement("b");
  head.textContent = label;
  const list = said.map(([name, value]) => {
    const row = document.createElement("span");
    const figure = document.createElement("b");
    figure.textContent = value;
    row.append(name, " ", figure);
    return row;
  });
  readout.replaceChildren(head, ...list);
  readout.classList.toggle("left", share > 0.5);
  const drawing = plot.querySelector("svg");
  readout.style.left = `${drawing.offsetLeft + share * drawing.clientWidth}px`;
  plot.dataset.at = at;
  plot.classList.add("reading");
}
const count = (plot) => plot.closest(".chart").querySelector("details tbody").rows.length;
const plotOf = (event) => event.target.closest?.(".plot[tabindex]");

document.addEventListener("pointermove", (event) => {
  const plot = plotOf(event);
  if (!plot) return;
  const box = plot.querySelector("svg").getBoundingClientRect();
  read(plot, Math.round(((event.clientX - box.left) / box.width) * (count(plot) - 1)));
});
document.addEventListener("pointerout", (event) => {
  const plot = plotOf(event);
  if (plot && !plot.contains(event.relatedTarget) && plot !== document.activeElement) plot.classList.remove("reading");
});
document.addEventListener("focusin", (event) => {
  const plot = plotOf(event);
  if (plot?.matches(":focus-visible")) read(plot, Number(plot.dataset.at ?? count(plot) - 1));
});
document.addEventListener("focusout", (event) => plotOf(event)?.classList.remove("reading"));
document.addEventListener("keydown", (event) => {
  const plot = plotOf(event);
  const at = Number(plot?.dataset.at);
  const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: Infinity }[event.key];
  if (!plot || next === undefined) return;
  event.preventDefault();
  read(plot, next);
});
