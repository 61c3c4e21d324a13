// The rows of the grid: fields to type in, and what the server drew beside them. There is always one blank row at the end.

export class Rows {
  constructor(form, attach) {
    this.body = form.querySelector("tbody");
    this.blank = document.getElementById("blank-row").content.querySelector("tr");
    this.attach = attach; // makes a field of items one with type-ahead
    this.header = [...form.elements].filter((each) => each.name && !this.body.contains(each));
    this.deleted = [];
    this.watch = new IntersectionObserver((seen) => seen.forEach((each) => this.seen(each)), { rootMargin: "1200px 0px" });
  }

  all = () => [...this.body.querySelectorAll(":scope > tr[data-row]")];
  of = (node) => node.closest("tr[data-row]");
  field = (row, name) => row.querySelector(`[name="${name}"]`);
  value = (row, name) => this.field(row, name)?.value.trim() ?? "";
  cells = (row) => [...row.querySelectorAll("[data-cell]:not([readonly])")];
  isBlank = (row) => !["item", "quantity", "note"].some((name) => this.value(row, name));
  isWhole = (row) => Boolean(this.value(row, "item") && (this.value(row, "quantity") || this.value(row, "kind") === "text"));
  comesAsUsual = (row) => this.value(row, "supply") === "stock" && !this.value(row, "ship_to");
  isWords = (row) => "words" in this.field(row, "item").dataset;
  holds = (row) => this.body.contains(row);
  filled = () => this.all().filter((row) => !this.isBlank(row));
  savable = () => this.all().filter((row) => this.isWhole(row) && !row.classList.contains("invalid"));

  // A price is typed with its reason behind it: what is wrong with it shows once the cell is left.
  isTyping = (cell) => "typing" in cell.dataset;

  left(cell) {
    if (!this.isTyping(cell)) return;
    delete cell.dataset.typing;
    const error = this.of(cell)?.querySelector(`[data-out="error-${cell.name}"]`)?.textContent.trim();
    if (error) cell.setAttribute("aria-invalid", "true");
  }

  values(row) {
    return Object.fromEntries([...row.querySelectorAll("[name]")].map((each) => [each.name, each.value]));
  }

  append(row, data) {
    for (const each of row.querySelectorAll("[name]")) data.append(each.name, each.value);
    return data;
  }

  make(values = {}, after = null) {
    const row = this.blank.cloneNode(true);
    this.body.insertBefore(row, after ? after.nextSibling : null);
    for (const [name, value] of Object.entries(values)) {
      const field = this.field(row, name);
      if (field) field.value = value;
    }
    if (["charge", "text"].includes(values.kind)) this.asWords(row, values.kind);
    this.ready(row);
    return row;
  }

  ready(row) {
    for (const part of row.querySelectorAll("[data-needs-script]")) part.hidden = false;
    for (const cell of row.querySelectorAll("[data-cell][readonly]")) cell.tabIndex = -1;
    const way = row.querySelector("[data-way]");
    if (way) way.hidden = this.comesAsUsual(row);
    const item = this.field(row, "item");
    if (!("words" in item.dataset)) this.attach(item);
    this.watch.observe(row);
  }

  // Of a long draft only the rows near the window are drawn; the others keep their height and their fields' values.

  seen({ target: row, isIntersecting, boundingClientRect: { height } }) {
    if (isIntersecting) this.near(row);
    else if (height && !row.contains(document.activeElement)) {
      row.style.height = `${height}px`;
      row.classList.add("far");
    }
  }

  near(row) {
    row.classList.remove("far");
    row.style.height = "";
  }

  // Columns stay as wide as they are, whichever rows are drawn.
  holdColumns() {
    const heads = [...this.body.parentElement.querySelectorAll("thead th")];
    const widths = heads.map((head) => head.offsetWidth);
    heads.forEach((head, at) => (head.style.minWidth = `${widths[at]}px`));
  }

  keepOneBlank() {
    const last = this.body.lastElementChild;
    if (last && this.isBlank(last)) return;
    this.make();
    this.number();
  }

  number() {
    let count = 0;
    for (const row of this.all()) {
      const place = row.querySelector("[data-out=number]");
      const text = this.isBlank(row) ? "" : String(++count);
      if (place.textContent !== text) place.textContent = text;
    }
  }

  // Where the cursor goes: only keys and clicks of the person call these.

  go(row, name) {
    if (!row) return;
    this.near(row);
    const target = this.cells(row).find((cell) => cell.name === name && !cell.closest("[hidden]")) ?? this.cells(row)[0];
    target.focus();
    target.select?.();
  }

  // How the line comes and where it goes is shown where it is not as usual, and where one asks for it.
  openWay(row) {
    const way = row.querySelector("[data-way]");
    if (!way || this.isWords(row)) return;
    way.hidden = false;
    this.go(row, "supply");
  }

  goVertically(row, step, name) {
    const all = this.all();
    this.go(all[all.indexOf(row) + step], name);
  }

  goOn(row) {
    this.keepOneBlank();
    const all = this.all();
    this.go(all[all.indexOf(row) + 1], "item");
  }

  // Verbs

  duplicate(row) {
    if (this.isBlank(row)) return null;
    const copy = this.make(this.values(row), row);
    this.number();
    this.go(copy, "quantity");
    return copy;
  }

  remove(row) {
    if (this.isBlank(row) && !row.nextElementSibling) return false;
    const name = document.activeElement?.name ?? "item";
    const next = row.nextElementSibling ?? row.previousElementSibling;
    const typed = row.querySelector("[data-typing]");
    if (typed) this.left(typed);
    this.deleted.push({ row, next: row.nextElementSibling });
    row.remove();
    this.keepOneBlank();
    this.number();
    this.go(next ?? this.all()[0], name);
    return true;
  }

  bringBack() {
    const last = this.deleted.pop();
    if (!last) return null;
    this.near(last.row);
    this.body.insertBefore(last.row, last.next && this.holds(last.next) ? last.next : this.all().at(-1) ?? null);
    this.number();
    this.go(last.row, "item");
    return last.row;
  }

  asWords(row, kind) {
    this.field(row, "kind").value = kind;
    const item = this.field(row, "item");
    item.dataset.words = "";
    row.querySelector("[data-do=way]")?.remove();
    for (const name of ["role", "aria-autocomplete", "aria-expanded", "aria-controls"]) item.removeAttribute(name);
    const quantity = this.field(row, "quantity");
    quantity.readOnly = kind === "text";
    quantity.tabIndex = kind === "text" ? -1 : 0;
  }

  addWords(kind) {
    const row = this.make({ kind, quantity: kind === "charge" ? "1" : "" }, this.all().at(-2));
    this.keepOneBlank();
    this.number();
    this.go(row, "item");
  }
}
