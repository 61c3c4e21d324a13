// What belongs beside the line one is at: asked when the item or quantity of the row with the cursor changed, drawn below
// the grid, taken by one key. It never moves the cursor by itself, and a lost answer is no loss.

const ASK_MS = 350; // of silence
const MOST_KNOWN = 200; // of the draft's other lines are told, so that what it has is not offered

export class Beside {
  constructor(form, rows, { post, take }) {
    Object.assign(this, { form, rows, post, take, timer: 0, asked: "", row: null });
    this.place = document.getElementById("beside");
    rows.body.addEventListener("focusin", (event) => this.about(rows.of(event.target)));
    rows.body.addEventListener("input", (event) => this.about(rows.of(event.target)));
    rows.body.addEventListener("change", (event) => this.about(rows.of(event.target)));
  }

  about(row) {
    if (!row || this.rows.isBlank(row) || this.rows.isWords(row) || !this.rows.value(row, "item")) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(row), ASK_MS);
  }

  async ask(row) {
    if (!this.rows.holds(row)) return;
    const about = ["item", "quantity", "unit"].map((name) => this.rows.value(row, name)).join("\n");
    if (about === this.asked) return;
    this.asked = about;
    const data = this.rows.append(row, new FormData());
    for (const each of this.rows.filled().slice(-MOST_KNOWN)) data.append("besides", this.rows.value(each, "item"));
    const response = await this.post(this.form.dataset.besideUrl, data).catch(() => null);
    if (!response?.ok || response.redirected) return;
    const html = await response.text();
    if (this.asked !== about) return;
    this.place.innerHTML = html;
    this.row = row;
  }

  // Take the offer of that number: a line below the one it is for, with its quantity when it replaces it.
  offer(number) {
    const offer = this.place.querySelector(`[data-offer="${number}"]`);
    if (!offer || !this.row || !this.rows.holds(this.row)) return false;
    const quantity = "instead" in offer.dataset ? this.rows.value(this.row, "quantity") : "";
    this.take(this.row, { item: offer.dataset.item, unit: offer.dataset.unit, quantity });
    this.place.replaceChildren();
    this.asked = "";
    return true;
  }
}
