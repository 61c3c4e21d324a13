// What to order again: a sheet over the foot of the page with what the customer bought before, or with templates. It is
// used by keys alone, takes lines over into the grid, and gives the cursor back.

const FILTER_MS = 150; // of silence before the list is narrowed

export class Again {
  constructor(form, rows, { post, take }) {
    Object.assign(this, { form, rows, post, take, back: null, timer: 0 });
    this.sheet = document.getElementById("again");
    this.body = this.sheet.querySelector(".sheet-body");
    this.filter = this.sheet.querySelector("[type=search]");
    this.sheet.addEventListener("keydown", (event) => this.keydown(event));
    this.sheet.addEventListener("input", (event) => this.typed(event));
    this.sheet.addEventListener("submit", (event) => this.keep(event));
    this.sheet.addEventListener("click", (event) => {
      const template = event.target.closest("[data-template]");
      if (template) this.load(template.dataset.template);
    });
  }

  bought = () => this.open("bought", this.form.dataset.boughtUrl);
  templates = () => this.open("templates", this.form.dataset.templatesUrl);

  async open(kind, url) {
    if (this.sheet.hidden) this.back = document.activeElement;
    this.url = url;
    this.sheet.querySelector("h2").textContent = this.body.dataset[kind];
    this.filter.hidden = kind !== "bought";
    this.filter.value = "";
    this.body.replaceChildren();
    this.sheet.hidden = false;
    this.sheet.tabIndex = -1;
    this.sheet.focus();
    await this.load(url);
  }

  close = () => {
    this.sheet.hidden = true;
    if (this.back?.isConnected) this.back.focus();
  };

  async load(url, { focus = true } = {}) {
    const asked = (this.asked = Symbol("asked"));
    const response = await fetch(url).catch(() => null);
    const html = response?.ok && !response.redirected ? await response.text() : "";
    if (this.asked !== asked || this.sheet.hidden) return;
    this.body.innerHTML = html;
    this.sheet.querySelector("[data-do=takeOver]").hidden = !this.lines().length;
    if (focus) this.first()?.focus();
  }

  lines = () => [...this.body.querySelectorAll("[data-take]")];
  quantity = (line) => line.querySelector(".take-quantity");
  box = (line) => line.querySelector("[type=checkbox]");
  first = () => this.body.querySelector(".take-quantity, [data-template], [name=name]") ?? this.filter;

  typed(event) {
    if (event.target === this.filter) {
      clearTimeout(this.timer);
      const url = `${this.url}?q=${encodeURIComponent(this.filter.value)}`;
      this.timer = setTimeout(() => this.load(url, { focus: false }), FILTER_MS);
    } else if (event.target.matches(".take-quantity")) this.box(event.target.closest("[data-take]")).checked = true;
  }

  keydown(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const line = event.target.closest("[data-take]");
    const does = {
      Escape: this.close,
      ArrowDown: () => this.move(1),
      ArrowUp: () => this.move(-1),
      " ": line && (() => (this.box(line).checked = !this.box(line).checked)),
      Enter: line ? () => this.takeOver(line) : event.target === this.filter && (() => this.first()?.focus()),
    }[event.key];
    if (!does) return;
    event.preventDefault();
    event.stopPropagation();
    does();
  }

  move(step) {
    const stops = [...this.body.querySelectorAll(".take-quantity, [data-template], [name=name]")];
    const at = stops.indexOf(document.activeElement);
    const next = at === 0 && step < 0 && !this.filter.hidden ? this.filter : stops[Math.max(0, Math.min(stops.length - 1, at + step))];
    next?.focus();
    next?.select?.();
  }

  // The marked lines, or the one that the cursor is in.
  takeOver(line = document.activeElement.closest("[data-take]")) {
    const marked = this.lines().filter((each) => this.box(each).checked);
    const chosen = marked.length ? marked : [line].filter(Boolean);
    if (!chosen.length) return;
    this.close();
    this.take(
      chosen.map((each) => ({
        item: each.dataset.item,
        unit: each.dataset.unit,
        kind: each.dataset.kind,
        ...(each.dataset.supply && { supply: each.dataset.supply, ship_to: each.dataset.shipTo }),
        quantity: this.quantity(each).value.trim(),
      })),
    );
  }

  async keep(event) {
    event.preventDefault();
    const data = new FormData(event.target);
    const [kind, id] = this.form.dataset.document.split(":");
    data.set(`${kind}_id`, id);
    await this.beforeKeeping();
    const response = await this.post(event.target.action, data).catch(() => null);
    if (!response || (!response.ok && response.status !== 422)) return;
    this.body.innerHTML = await response.text();
    this.body.querySelector("[aria-invalid=true], [data-template], [name=name]")?.focus();
  }
}
