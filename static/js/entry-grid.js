// The entry grid by keyboard. The page is a plain form that works without this; here it gets quick: type-ahead, prices on
// commit, saving by itself. What a line costs and what is there is always the server's answer, drawn by the server.

const COMMIT_MS = 500; // of silence in a cell before its row is asked about
const SAVE_MS = 900; // of silence before the draft is saved
const SAVE_LATEST_MS = 1700; // after the first unsaved change
const HITS_MS = 90;

// Type-ahead: a list of hits below a field ----------------------------------------------------------------------------

class Hits {
  constructor(list, url, onPick) {
    Object.assign(this, { list, url, onPick, input: null, text: "", timer: 0, request: null });
    list.addEventListener("mousedown", (event) => {
      const option = event.target.closest("[role=option]");
      event.preventDefault(); // the focus stays in the field
      if (option) this.pick(option);
    });
    addEventListener("scroll", () => this.close(), { passive: true, capture: true });
  }

  get options() {
    return [...this.list.children];
  }

  get chosen() {
    return this.list.hidden ? null : this.list.querySelector("[aria-selected=true]");
  }

  ask(input) {
    clearTimeout(this.timer);
    this.request?.abort();
    const text = input.value.trim();
    if (!text) return this.close();
    this.timer = setTimeout(async () => {
      this.request = new AbortController();
      try {
        const url = `${this.url}?q=${encodeURIComponent(text)}`;
        const response = await fetch(url, { signal: this.request.signal });
        const html = response.ok && !response.redirected ? await response.text() : "";
        if (document.activeElement === input && input.value.trim() === text) this.show(input, text, html);
      } catch (error) {
        if (error.name !== "AbortError") this.close();
      }
    }, HITS_MS);
  }

  show(input, text, html) {
    this.list.innerHTML = html;
    if (!this.options.length) return this.close();
    Object.assign(this, { input, text });
    this.list.hidden = false;
    const place = input.getBoundingClientRect();
    const height = this.list.offsetHeight;
    const below = place.bottom + height + 4 < innerHeight || place.top < height;
    this.list.style.left = `${Math.max(4, Math.min(place.left, innerWidth - this.list.offsetWidth - 4))}px`;
    this.list.style.top = `${below ? place.bottom + 2 : place.top - height - 2}px`;
    input.setAttribute("aria-expanded", "true");
    this.choose(this.options[0]);
  }

  choose(option) {
    for (const each of this.options) each.setAttribute("aria-selected", String(each === option));
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  move(step) {
    const options = this.options;
    const at = options.indexOf(this.chosen);
    this.choose(options[(at + step + options.length) % options.length]);
  }

  pick(option) {
    const { input } = this;
    this.close();
    input.value = option.dataset.value;
    this.onPick(input);
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.list.hidden = true;
    this.input?.setAttribute("aria-expanded", "false");
    this.input?.removeAttribute("aria-activedescendant");
    this.input = null;
  }

  // True when the key was for the list. A hit is taken only if it answers exactly what stands in the field: a code that
  // was typed on counts as typed.
  handles(event) {
    if (this.list.hidden || this.input !== event.target) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") this.move(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && !event.ctrlKey && this.chosen && this.text === this.input.value.trim()) {
      this.pick(this.chosen);
    } else return false;
    event.preventDefault();
    return true;
  }

  attach(input) {
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"]]) {
      input.setAttribute(name, value);
    }
    input.setAttribute("aria-controls", this.list.id);
  }
}

// Who orders ----------------------------------------------------------------------------------------------------------

function pickCustomer(form) {
  const input = form.querySelector("[name=customer]");
  const hits = new Hits(document.getElementById("customer-hits"), form.dataset.pick, () => form.requestSubmit());
  hits.attach(input);
  input.addEventListener("input", () => hits.ask(input));
  input.addEventListener("keydown", (event) => hits.handles(event));
  input.addEventListener("blur", () => hits.close());
}

// The grid ------------------------------------------------------------------------------------------------------------

function grid(form) {
  const body = form.querySelector("tbody");
  const blank = document.getElementById("blank-row").content.querySelector("tr");
  const words = (name) => form.dataset[`say${name[0].toUpperCase()}${name.slice(1)}`];
  const status = document.getElementById("save-status");
  const undoBar = document.getElementById("undo");
  const stale = document.getElementById("stale");
  const before = new WeakMap(); // field → its value when it got the focus
  const asked = new WeakMap(); // row → number of the latest question about it
  const silence = new WeakMap(); // row → timer until it is asked about
  const underWay = new Set(); // questions that are not answered yet
  let deleted = null;
  let saveTimer = 0;
  let firstChange = 0;
  let saving = null;
  let stopped = false;
  let leaving = false;

  const rows = () => [...body.querySelectorAll("tr[data-row]")];
  const rowOf = (node) => node.closest("tr[data-row]");
  const field = (row, name) => row.querySelector(`[name="${name}"]`);
  const value = (row, name) => field(row, name).value.trim();
  const cells = (row) => [...row.querySelectorAll("[data-cell]:not([readonly])")];
  const isBlank = (row) => !["item", "quantity", "note"].some((name) => value(row, name));
  const isWhole = (row) => value(row, "item") && (value(row, "quantity") || value(row, "kind") === "text");
  const say = (text, state = "") => {
    status.textContent = text;
    status.dataset.state = state;
  };

  const hits = new Hits(document.getElementById("item-hits"), form.dataset.itemsUrl, (input) => {
    changed(rowOf(input), { now: true });
    go(rowOf(input), "quantity");
  });

  // Rows: always one blank at the end

  function newRow(after = null) {
    const row = blank.cloneNode(true);
    body.insertBefore(row, after ? after.nextSibling : null);
    ready(row);
    return row;
  }

  function ready(row) {
    for (const part of row.querySelectorAll("[data-needs-script]")) part.hidden = false;
    const item = field(row, "item");
    if (!("words" in item.dataset)) hits.attach(item);
  }

  function keepOneBlank() {
    const all = rows();
    const last = all.at(-1);
    if (!last || !isBlank(last)) newRow();
    number();
  }

  function number() {
    let count = 0;
    for (const row of rows()) row.querySelector("[data-out=number]").textContent = isBlank(row) ? "" : ++count;
  }

  function go(row, name) {
    if (!row) return;
    const target = cells(row).find((cell) => cell.name === name) ?? cells(row)[0];
    target.focus();
    target.select?.();
  }

  function goVertically(row, step, name) {
    const all = rows();
    go(all[all.indexOf(row) + step], name);
  }

  function goOn(row) {
    keepOneBlank();
    go(row.nextElementSibling, "item");
  }

  // Asking the server about one row

  function post(url, data, options = {}) {
    const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value, ...options.headers };
    return fetch(url, { method: "POST", body: data, ...options, headers });
  }

  function fieldsOf(row, data = new FormData()) {
    for (const each of row.querySelectorAll("[name]")) data.append(each.name, each.value);
    return data;
  }

  // ``now`` asks at once; otherwise after a silence. A row that is not whole yet is asked about as one unit, to show the
  // item; ``final`` (its row is left) shows what it lacks.
  function changed(row, { now = false, final = false } = {}) {
    clearTimeout(silence.get(row));
    keepOneBlank();
    touch();
    if (now) askAbout(row, final);
    else silence.set(row, setTimeout(() => askAbout(row), COMMIT_MS));
  }

  function askAbout(row, final = false) {
    clearTimeout(silence.get(row));
    silence.delete(row);
    const question = ask(row, final).finally(() => underWay.delete(question));
    underWay.add(question);
  }

  async function ask(row, final) {
    const ticket = (asked.get(row) ?? 0) + 1;
    asked.set(row, ticket);
    if (isBlank(row)) return draw(row, blank);
    if (!value(row, "item") && !final) return undefined;
    const peek = !isWhole(row) && !final;
    const data = fieldsOf(row);
    if (peek) data.set("quantity", "1");
    row.setAttribute("aria-busy", "true");
    try {
      const response = await post(form.dataset.lineUrl, data);
      const html = await response.text();
      if (asked.get(row) !== ticket) return undefined; // typed on meanwhile
      if (response.ok || response.status === 422) {
        const holder = document.createElement("template");
        holder.innerHTML = `<table><tbody>${html}</tbody></table>`;
        draw(row, holder.content.querySelector("tr"), peek);
      }
    } catch {
      say(words("failed"), "error"); // the draft is saved later, and the row asked about then
    } finally {
      if (asked.get(row) === ticket) row.removeAttribute("aria-busy");
    }
    return undefined;
  }

  function draw(row, answer, peek = false) {
    if (!answer) return;
    row.classList.toggle("invalid", answer.classList.contains("invalid"));
    row.toggleAttribute("data-peek", peek);
    for (const out of row.querySelectorAll("[data-out]")) {
      const name = out.dataset.out;
      const from = answer.querySelector(`[data-out="${name}"]`);
      if (name === "number" || !from) continue;
      out.replaceChildren(...(peek && ["amount", "margin", "stock"].includes(name) ? [] : from.cloneNode(true).childNodes));
    }
    for (const cell of row.querySelectorAll("[data-cell]")) {
      const error = answer.querySelector(`[data-out="error-${cell.name}"]`)?.textContent.trim();
      if (error) cell.setAttribute("aria-invalid", "true");
      else cell.removeAttribute("aria-invalid");
    }
    const unit = field(row, "unit");
    const answered = field(answer, "unit")?.value;
    if (answered && !unit.value && document.activeElement !== unit) unit.value = answered;
    number();
  }

  // Saving by itself

  function touch() {
    if (stopped) return;
    firstChange ||= Date.now();
    say(words("unsaved"));
    clearTimeout(saveTimer);
    saveTimer = setTimeout(save, Math.max(0, Math.min(SAVE_MS, SAVE_LATEST_MS - (Date.now() - firstChange))));
  }

  const savable = () => rows().filter((row) => isWhole(row) && !row.classList.contains("invalid"));

  function draft(sent) {
    const data = new FormData();
    for (const each of form.elements) {
      if (each.name && each.type !== "submit" && !body.contains(each)) data.append(each.name, each.value);
    }
    for (const row of sent) fieldsOf(row, data);
    return data;
  }

  async function save() {
    clearTimeout(saveTimer);
    if (stopped || leaving) return;
    if (saving) {
      await saving;
      if (!firstChange) return;
    }
    saving = saveNow().finally(() => (saving = null));
    await saving;
  }

  async function saveNow() {
    firstChange = 0;
    rows().filter((row) => silence.has(row)).forEach((row) => askAbout(row));
    await Promise.allSettled([...underWay]);
    const sent = savable();
    say(words("saving"));
    let response;
    let answer;
    try {
      response = await post(form.action, draft(sent), { headers: { Accept: "application/json" } });
      answer = response.headers.get("Content-Type")?.includes("json") ? await response.json() : null;
    } catch {
      say(words("failed"), "error");
      firstChange = Date.now();
      saveTimer = setTimeout(save, 4000);
      return;
    }
    if (!answer) say(words("login"), "error");
    else if (response.ok) saved(answer);
    else if (response.status === 412) refuseStale(answer);
    else refused(answer, sent);
  }

  function saved(answer) {
    form.elements.version.value = answer.version;
    document.getElementById("totals").innerHTML = answer.totals;
    document.getElementById("outlook").innerHTML = answer.outlook;
    const waiting = rows().filter((row) => !isBlank(row)).length - savable().length;
    say(`${answer.saved} ${new Date().toLocaleTimeString()}${waiting ? ` · ${waiting} ${words("rows")}` : ""}`);
    if (firstChange) say(words("unsaved"));
  }

  function refused(answer, sent) {
    for (const { row, cell, message } of answer.rows) {
      sent[row].classList.add("invalid");
      field(sent[row], cell)?.setAttribute("aria-invalid", "true");
      const out = sent[row].querySelector(`[data-out="error-${cell}"]`);
      if (out) out.textContent = message;
    }
    say([answer.message, ...Object.values(answer.fields)].filter((text, at, all) => all.indexOf(text) === at).join(" "), "error");
    for (const name of Object.keys(answer.fields)) form.elements[name]?.setAttribute("aria-invalid", "true");
    if (answer.rows.length) touch(); // the others are saved without them
    if (answer.rows.length) say(answer.message, "error");
  }

  function refuseStale(answer) {
    stopped = true;
    stale.hidden = false;
    stale.querySelector("[data-message]").textContent = answer.message;
    say(answer.message, "error");
    stale.scrollIntoView({ block: "nearest" });
  }

  // Verbs on rows

  function duplicate(row) {
    if (isBlank(row)) return;
    const copy = newRow(row);
    for (const each of row.querySelectorAll("[name]")) field(copy, each.name).value = each.value;
    if ("words" in field(row, "item").dataset) asWords(copy, value(row, "kind"));
    changed(copy, { now: true });
    go(copy, "quantity");
  }

  function remove(row) {
    if (isBlank(row) && !row.nextElementSibling) return;
    const name = document.activeElement?.name ?? "item";
    const next = row.nextElementSibling ?? row.previousElementSibling;
    deleted = { row, next: row.nextElementSibling };
    row.remove();
    keepOneBlank();
    go(next ?? rows()[0], name);
    undoBar.hidden = false;
    undoBar.querySelector("[data-message]").textContent = words("deleted");
    undoBar.querySelector("[data-do=undo]").textContent = words("undo");
    touch();
    say(`${words("deleted")} ${words("undo")}`);
  }

  function undo() {
    if (!deleted) return;
    const { row, next } = deleted;
    body.insertBefore(row, next && body.contains(next) ? next : rows().at(-1) ?? null);
    deleted = null;
    undoBar.hidden = true;
    number();
    go(row, "item");
    touch();
  }

  function asWords(row, kind) {
    field(row, "kind").value = kind;
    const item = field(row, "item");
    item.dataset.words = "";
    for (const name of ["role", "aria-autocomplete", "aria-expanded", "aria-controls"]) item.removeAttribute(name);
    field(row, "quantity").readOnly = kind === "text";
  }

  function addWords(kind) {
    const row = newRow(rows().at(-2));
    asWords(row, kind);
    if (kind === "charge") field(row, "quantity").value = "1";
    keepOneBlank();
    go(row, "item");
  }

  const verbs = {
    duplicate: (button) => duplicate(rowOf(button)),
    delete: (button) => remove(rowOf(button)),
    undo,
    charge: () => addWords("charge"),
    text: () => addWords("text"),
  };

  // Keys

  body.addEventListener("keydown", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (!cell || hits.handles(event)) return;
    const row = rowOf(cell);
    const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
    if (event.key === "Enter" && plain) {
      event.preventDefault();
      hits.close();
      const all = cells(row);
      if (isBlank(row)) return;
      if (cell.name === "item" && cell !== all.at(-1)) {
        if (before.get(cell) !== cell.value) changed(row, { now: true });
        before.set(cell, cell.value);
        go(row, all[all.indexOf(cell) + 1].name);
      } else goOn(row);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && plain) {
      event.preventDefault(); // never changes a number or a choice
      goVertically(row, event.key === "ArrowDown" ? 1 : -1, cell.name);
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (before.has(cell) && cell.value !== before.get(cell)) {
        cell.value = before.get(cell);
        changed(row, { now: true });
      }
      cell.select?.();
    } else if (event.key === "F2") {
      event.preventDefault();
      cell.setSelectionRange?.(cell.value.length, cell.value.length);
    }
  });

  document.addEventListener("keydown", (event) => {
    const row = event.target.closest?.("tr[data-row]");
    const key = event.key.toLowerCase();
    const does = (verb) => {
      event.preventDefault();
      verb();
    };
    if ((event.ctrlKey || event.metaKey) && key === "s") does(save);
    else if ((event.ctrlKey || event.metaKey) && key === "enter") does(submit);
    else if (event.altKey && event.code === "KeyD" && row) does(() => duplicate(row));
    else if (event.altKey && key === "delete" && row) does(() => remove(row));
    else if (event.altKey && event.code === "KeyZ") does(undo);
  });

  body.addEventListener("focusin", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (!cell) return;
    before.set(cell, cell.value);
    if (event.relatedTarget) cell.select?.();
  });

  body.addEventListener("focusout", (event) => {
    const row = rowOf(event.target);
    if (event.target.name === "item") hits.close();
    const stays = event.relatedTarget && row.contains(event.relatedTarget);
    if (!stays && body.contains(row) && !isBlank(row) && !isWhole(row)) changed(row, { now: true, final: true });
  });

  body.addEventListener("input", (event) => {
    const cell = event.target;
    const row = rowOf(cell);
    if (cell.name === "item" && !("words" in cell.dataset)) {
      hits.ask(cell);
      keepOneBlank();
    } else changed(row);
  });

  body.addEventListener("change", (event) => {
    const row = rowOf(event.target);
    if (body.contains(row)) changed(row, { now: true });
  });

  form.addEventListener("input", (event) => {
    if (body.contains(event.target)) return;
    event.target.removeAttribute("aria-invalid");
    touch();
  });
  form.addEventListener("change", (event) => {
    if (!body.contains(event.target)) touch();
  });

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) verbs[button.dataset.do](button);
  });

  // Handing in: what is being saved is saved first, so that the version is the latest

  function submit() {
    form.requestSubmit(document.querySelector("button[form=entry][value=submit]"));
  }

  form.addEventListener("submit", (event) => {
    if (leaving || stopped) return;
    clearTimeout(saveTimer);
    if (!saving) {
      leaving = true;
      return;
    }
    const { submitter } = event;
    event.preventDefault();
    event.stopImmediatePropagation();
    saving.then(() => {
      if (stopped) return;
      leaving = true;
      form.requestSubmit(submitter);
    });
  });

  addEventListener("pagehide", () => {
    if (firstChange && !leaving && !stopped) {
      post(form.action, draft(savable()), { headers: { Accept: "application/json" }, keepalive: true });
    }
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload(); // back from the browser's memory: the draft may have moved on
  });

  // Begin

  for (const row of rows().filter(isBlank).slice(1)) row.remove();
  rows().forEach(ready);
  for (const part of form.querySelectorAll("[data-needs-script]")) part.hidden = false;
  keepOneBlank();
  const first = rows().find((row) => row.classList.contains("invalid")) ?? rows().at(-1);
  const narrow = matchMedia("(max-width: 700px)").matches; // there the top of the page comes first
  if (!narrow || first.classList.contains("invalid")) go(first, first.querySelector("[aria-invalid]")?.name ?? "item");
}

const picker = document.querySelector("form[data-pick]");
if (picker) pickCustomer(picker);
const form = document.querySelector("form[data-grid]");
if (form) grid(form);
