// The keyboard contract of the grid. Every key does one thing, at once, whatever the server is doing.

export function bindKeys(form, { rows, hits, questions, verbs, save, submit }) {
  const { body } = rows;
  const before = new WeakMap(); // field → its value when it got the focus
  let last = null; // the cell that had the focus last

  body.addEventListener("keydown", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (!cell || hits.handles(event)) return;
    const row = rows.of(cell);
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const does = {
      Enter: () => enter(row, cell),
      ArrowDown: () => rows.goVertically(row, 1, cell.name),
      ArrowUp: () => rows.goVertically(row, -1, cell.name),
      Escape: () => revert(row, cell),
      F2: () => (cell.showPicker && cell.tagName === "SELECT" ? cell.showPicker() : cell.setSelectionRange?.(cell.value.length, cell.value.length)),
      "/": () => shell("search"),
      "?": () => shell("keys"),
    }[event.key];
    if (event.key.startsWith("Arrow") && cell.tagName === "SELECT") event.preventDefault(); // arrows choose nothing
    if (!does || ("/?".includes(event.key) && !callsTheShell(cell))) return;
    event.preventDefault();
    does();
  });

  function enter(row, cell) {
    hits.close();
    if (rows.isBlank(row)) return;
    const all = rows.cells(row).filter((each) => !each.closest("[data-way]"));
    if (cell.name === "item" && cell !== all.at(-1)) {
      if (before.get(cell) !== cell.value) questions.changed(row, { now: true });
      before.set(cell, cell.value);
      rows.go(row, all[all.indexOf(cell) + 1].name);
    } else rows.goOn(row);
  }

  function revert(row, cell) {
    if (before.has(cell) && cell.value !== before.get(cell)) {
      cell.value = before.get(cell);
      questions.changed(row, { now: true });
    }
    cell.select?.();
  }

  // "/" and "?" belong to names of items ("1/2 inch"), but no figure, unit or day begins with or holds one.
  const callsTheShell = (cell) => localStorage.getItem("single-keys") !== "off" && (cell.name !== "item" || !cell.value);
  const shell = (what) => {
    if (what === "search") document.querySelector("[data-search]")?.select();
    else document.querySelector("[data-open=keys]")?.click();
  };

  document.addEventListener("keydown", (event) => {
    const row = event.target.closest?.("tr[data-row]");
    const key = event.key.toLowerCase();
    const does = (verb) => {
      event.preventDefault();
      verb();
    };
    const chord = event.ctrlKey || event.metaKey;
    if (chord && key === "s") does(save);
    else if (chord && key === "enter") does(submit);
    else if (event.altKey && event.code === "KeyD" && row) does(() => verbs.duplicate(row));
    else if (event.altKey && event.code === "KeyK" && row) does(() => verbs.keepPrice(row));
    else if (event.altKey && event.code === "KeyI" && row) does(() => verbs.takePrice(row));
    else if (event.altKey && key === "delete" && row) does(() => verbs.delete(row));
    else if (event.altKey && event.code === "KeyL" && row) does(() => rows.openWay(row));
    else if (event.altKey && event.code === "KeyZ") does(verbs.undo);
    else if (event.altKey && /^Digit[1-4]$/.test(event.code) && row && verbs.offer(event.code.at(-1))) event.preventDefault();
    else if (event.altKey && event.code === "KeyH") does(verbs.bought);
    else if (event.altKey && event.code === "KeyT") does(verbs.templates);
    else if (event.altKey && key === "pagedown") does(() => verbs.otherDraft(1));
    else if (event.altKey && key === "pageup") does(() => verbs.otherDraft(-1));
    else if (key === "escape" && event.target.matches("[data-search]") && last?.isConnected) last.focus();
    else if (["arrowup", "arrowdown"].includes(key) && event.target.matches("[data-grid] input[type=date]")) event.preventDefault();
  });

  body.addEventListener("focusin", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (!cell) return;
    last = cell;
    before.set(cell, cell.value);
    if (event.relatedTarget) cell.select?.();
  });

  body.addEventListener("focusout", (event) => {
    const row = rows.of(event.target);
    if (event.target.name === "item") hits.close();
    if (event.target.name === "price") rows.left(event.target);
    const stays = event.relatedTarget && row.contains(event.relatedTarget);
    if (!stays && rows.holds(row) && !rows.isBlank(row) && !rows.isWhole(row)) questions.changed(row, { now: true, final: true });
  });

  body.addEventListener("input", (event) => {
    const cell = event.target;
    if (cell.name === "price") {
      cell.dataset.typing = "";
      cell.removeAttribute("aria-invalid");
    }
    if (cell.name === "item" && !("words" in cell.dataset)) {
      hits.ask(cell);
      rows.keepOneBlank();
      questions.touch(); // kept in the browser even before it means an item
    } else questions.changed(rows.of(cell));
  });

  body.addEventListener("change", (event) => {
    const row = rows.of(event.target);
    if (rows.holds(row)) questions.changed(row, { now: true });
  });
}
