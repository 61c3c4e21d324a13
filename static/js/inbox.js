// The order inbox by keyboard and by dropping files. The pages are plain forms that work without this.

function drop(form) {
  const files = form.querySelector("input[type=file]");
  const carries = (event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("dropping");
  });
  addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    document.body.classList.remove("dropping");
    files.files = event.dataTransfer.files;
    form.requestSubmit();
  });
}

function proposal(form) {
  const original = document.querySelector(".original");
  const doubts = () => [...form.querySelectorAll("[data-doubt]")].filter((field) => !settled(field));
  const rowOf = (field) => field.closest("[data-row]");
  const ticked = (field, name) => rowOf(field)?.querySelector(`[name=${name}]`)?.checked;
  // What is missing altogether cannot be looked away.
  const settled = (field) => ticked(field, "left_out") || (ticked(field, "checked") && !field.matches("[data-must]"));

  // The next doubtful field after this one, from the top again at the end.
  function next(field) {
    const open = doubts();
    const after = open.find((each) => field && field.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING);
    const target = after || open[0];
    if (target) {
      target.focus();
      target.select?.();
    } else document.querySelector("button[name=do][value=order]")?.focus();
  }

  function move(field, step) {
    const rows = [...form.querySelectorAll("[data-row]")];
    const row = rows[rows.indexOf(rowOf(field)) + step];
    const same = row?.querySelector(`[name=${field.name}]`);
    same?.focus();
    same?.select?.();
  }

  function send(what) {
    form.requestSubmit(document.querySelector(`button[name=do][value=${what}]`));
  }

  form.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.ctrlKey && event.key === "Enter") send("order");
    else if (event.key === "Enter" && rowOf(field) && field.tagName === "INPUT") {
      const tick = rowOf(field).querySelector("[name=checked]");
      if (tick && rowOf(field).querySelector("[data-doubt], .doubt-cell")) tick.checked = true;
      next(field);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && rowOf(field) && field.type !== "checkbox") {
      if (field.getAttribute("list") && document.getElementById(field.getAttribute("list"))?.children.length) return; // choosing a hit
      move(field, event.key === "ArrowDown" ? 1 : -1);
    } else return;
    event.preventDefault();
  });
  addEventListener("keydown", (event) => {
    if (event.key === "F8") next(form.contains(document.activeElement) ? document.activeElement : null);
    else if (event.ctrlKey && event.key.toLowerCase() === "s") send("keep");
    else return;
    event.preventDefault();
  });

  // Where the line that has the focus stands in the original.
  form.addEventListener("focusin", (event) => {
    original?.querySelector(".here")?.classList.remove("here");
    const at = rowOf(event.target)?.dataset.from;
    const line = at && original?.querySelector(`[data-at="${at}"]`);
    if (!line) return;
    line.classList.add("here");
    const box = original.getBoundingClientRect();
    const place = line.getBoundingClientRect();
    if (place.top < box.top || place.bottom > box.bottom) original.scrollTop += place.top - box.top - box.height / 3;
  });
}

document.querySelectorAll("[data-drop]").forEach(drop);
document.querySelectorAll("[data-proposal]").forEach(proposal);
