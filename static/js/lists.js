// Lists: choosing many rows. Shift chooses all between two; the box in the head chooses the page. Works without it, box by box.

let last = null;

const boxesOf = (form) => [...form.querySelectorAll("input[name=id]")];

function tell(form) {
  const boxes = boxesOf(form);
  const chosen = boxes.filter((box) => box.checked).length;
  for (const box of boxes) box.closest("tr").setAttribute("aria-selected", String(box.checked));
  const head = form.querySelector("[data-all]");
  if (head) {
    head.hidden = false;
    head.checked = chosen > 0 && chosen === boxes.length;
    head.indeterminate = chosen > 0 && chosen < boxes.length;
  }
  const count = form.querySelector("[data-count]");
  if (count) {
    count.hidden = false;
    count.textContent = chosen ? `${chosen} ${count.dataset.some}` : count.dataset.none;
  }
}

document.addEventListener("click", (event) => {
  const box = event.target;
  const form = box.closest?.("form[data-bulk]");
  if (!form || box.type !== "checkbox") return;
  if (box.matches("[data-all]")) {
    for (const one of boxesOf(form)) one.checked = box.checked;
  } else if (box.name === "id") {
    const boxes = boxesOf(form);
    if (event.shiftKey && last && boxes.includes(last)) {
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
      for (const one of boxes.slice(from, to + 1)) one.checked = box.checked;
    }
    last = box;
  }
  tell(form);
});

const tellAll = () => document.querySelectorAll("form[data-bulk]").forEach(tell);
document.addEventListener("htmx:afterSwap", tellAll);
addEventListener("pageshow", tellAll);
tellAll();
