// Type-ahead: a list of hits below a field. It takes no key that it did not open for, and never the cursor.

const HITS_MS = 90; // of silence before it asks

export class Hits {
  constructor(list, url, onPick) {
    Object.assign(this, { list, url, onPick, input: null, text: "", timer: 0, request: null });
    list.addEventListener("mousedown", (event) => {
      const option = event.target.closest("[role=option]");
      event.preventDefault(); // the focus stays in the field
      if (option) this.pick(option);
    });
    addEventListener("scroll", (event) => event.target === list || this.hide(), { passive: true, capture: true });
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
    this.hide();
  }

  hide() {
    this.list.hidden = true;
    this.input?.setAttribute("aria-expanded", "false");
    this.input?.removeAttribute("aria-activedescendant");
    this.input = null;
  }

  // True when the key was for the list. A hit is taken only if it answers exactly what stands in the field: a code that
  // was typed on counts as typed.
  handles(event) {
    if (this.list.hidden || this.input !== event.target) return false;
    if (event.ctrlKey || event.altKey || event.metaKey) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") this.move(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && this.chosen && this.text === this.input.value.trim()) this.pick(this.chosen);
    else return false;
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
