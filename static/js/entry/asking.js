// What the server says about one row: found, converted, priced, what is there. Its answer is drawn beside the fields; the
// cursor and what is being typed are never touched.

const COMMIT_MS = 500; // of silence in a cell before its row is asked about
const OF_PRICE = ["price", "amount", "margin", "verdict"]; // what moves when another row moves the price of this one
const NOT_FOR_ONE = ["amount", "margin", "stock", "leaves", "pack"]; // say nothing while the quantity is not typed yet

export class Questions {
  constructor(form, rows, { post, say, words, touch }) {
    Object.assign(this, { form, rows, post, say, words, touch });
    this.latest = new WeakMap(); // row → number of the latest question about it
    this.silence = new Map(); // row → timer until it is asked about
    this.underWay = new Set(); // questions that are not answered yet
    this.unanswered = new Set(); // rows whose question got lost with the connection
    this.asked = new WeakMap(); // row → what the question about it that is under way says
  }

  // ``now`` asks at once; otherwise after a silence. A row that is not whole yet is asked about as one unit, to show the
  // item; ``final`` (its row is left) shows what it lacks.
  changed(row, { now = false, final = false } = {}) {
    clearTimeout(this.silence.get(row));
    this.rows.keepOneBlank();
    this.touch();
    if (now) this.about(row, final);
    else this.silence.set(row, setTimeout(() => this.about(row), COMMIT_MS));
  }

  about(row, final = false) {
    clearTimeout(this.silence.get(row));
    this.silence.delete(row);
    const says = JSON.stringify([this.rows.values(row), final]);
    if (this.asked.get(row) === says) return; // Enter asks, and so does the cell that it leaves: once is enough
    this.asked.set(row, says);
    const question = this.ask(row, final).finally(() => {
      this.underWay.delete(question);
      if (this.asked.get(row) === says) this.asked.delete(row);
    });
    this.underWay.add(question);
  }

  // Everything that was typed is asked about, and answered.
  async settled() {
    for (const row of [...this.silence.keys()]) if (this.rows.holds(row)) this.about(row);
    await Promise.allSettled([...this.underWay]);
  }

  again() {
    const lost = [...this.unanswered].filter((row) => this.rows.holds(row));
    this.unanswered.clear();
    for (const row of lost) this.about(row);
  }

  async ask(row, final) {
    const { rows } = this;
    const ticket = (this.latest.get(row) ?? 0) + 1;
    this.latest.set(row, ticket);
    if (rows.isBlank(row)) return this.draw(row, rows.blank);
    if (!rows.value(row, "item") && !final) return undefined;
    const peek = !rows.isWhole(row) && !final;
    const data = rows.append(row, new FormData());
    const asked = data.get("item");
    if (peek) data.set("quantity", "1");
    else data.set("row", String(this.placeOf(row)));
    row.setAttribute("aria-busy", "true");
    try {
      const response = await this.post(this.form.dataset.lineUrl, data);
      const html = await response.text();
      if (this.latest.get(row) !== ticket) return undefined; // typed on meanwhile
      if (response.ok || response.status === 422) {
        const holder = document.createElement("template");
        holder.innerHTML = `<table><tbody>${html}</tbody></table>`;
        this.draw(row, holder.content.querySelector("tr"), peek, asked);
        const outlook = holder.content.querySelector("template[data-outlook]");
        if (outlook) document.getElementById("outlook").replaceChildren(outlook.content);
        this.unanswered.delete(row);
      }
    } catch {
      this.unanswered.add(row);
      this.say(this.words("failed"), "error");
    } finally {
      if (this.latest.get(row) === ticket) row.removeAttribute("aria-busy");
    }
    return undefined;
  }

  // Lines from elsewhere become rows before the blank one, drawn by one answer for all.
  take(lines) {
    const { rows } = this;
    rows.keepOneBlank();
    const blank = rows.all().at(-1);
    const fresh = lines.map((values) => rows.make(values));
    blank.before(...fresh);
    rows.number();
    rows.go(blank, "item");
    this.touch();
    const question = this.askAbout(fresh).finally(() => this.underWay.delete(question));
    this.underWay.add(question);
  }

  // One line below another; the cursor goes to its quantity.
  addBelow(row, values) {
    const made = this.rows.make(values, row);
    this.rows.number();
    this.rows.go(made, "quantity");
    this.changed(made, { now: true });
  }

  async askAbout(fresh) {
    const data = new FormData();
    const tickets = fresh.map((row) => (this.latest.get(row) ?? 0) + 1);
    fresh.forEach((row, at) => {
      this.latest.set(row, tickets[at]);
      this.rows.append(row, data);
      row.setAttribute("aria-busy", "true");
    });
    try {
      const response = await this.post(this.form.dataset.takenUrl, data);
      if (!response.ok || response.redirected) throw new Error(String(response.status));
      const holder = document.createElement("template");
      holder.innerHTML = `<table><tbody>${await response.text()}</tbody></table>`;
      const answers = [...holder.content.querySelectorAll("tr[data-row]")];
      fresh.forEach((row, at) => this.latest.get(row) === tickets[at] && this.draw(row, answers[at]));
    } catch {
      for (const row of fresh) this.unanswered.add(row);
      this.say(this.words("failed"), "error");
    } finally {
      for (const row of fresh) row.removeAttribute("aria-busy");
    }
  }

  // Breaks may count an item over the whole document: rows whose saved price is not the one they show are drawn anew from
  // the saved draft. What somebody types in meanwhile is asked about by itself; fields and cursor are left alone.
  async redrawPrices(sent, prices, version) {
    const stays = new Map(sent.map((row) => [row, this.latest.get(row)]));
    const shown = (row) => row.querySelector("[data-price]")?.dataset.price;
    const moved = (row, at) => prices[at] && shown(row) && shown(row) !== prices[at] && !this.silence.has(row);
    for (let at = sent.findIndex(moved); at >= 0; ) {
      const answers = await this.savedRows(at, version);
      if (!answers.length) return;
      const from = at;
      answers.forEach((answer, number) => {
        const row = sent[from + number];
        if (!row || !moved(row, from + number) || this.latest.get(row) !== stays.get(row)) return;
        for (const name of OF_PRICE) {
          const [out, said] = [row, answer].map((each) => each.querySelector(`[data-out="${name}"]`));
          if (out && said) out.replaceChildren(...said.cloneNode(true).childNodes);
        }
      });
      at = sent.findIndex((row, number) => number >= from + answers.length && moved(row, number));
    }
  }

  async savedRows(from, version) {
    const { url } = this.form.elements.shown.dataset;
    const response = await fetch(`${url}?from=${from}&version=${version}`).catch(() => null);
    if (!response?.ok || response.redirected) return [];
    const holder = document.createElement("template");
    holder.innerHTML = `<table><tbody>${await response.text()}</tbody></table>`;
    return [...holder.content.querySelectorAll("tr[data-row]")];
  }

  // Where the row is, or will be, in the saved draft: rows that are not whole are not saved.
  placeOf(row) {
    const saved = new Set(this.rows.savable());
    return this.rows.all().filter((each) => each === row || saved.has(each)).indexOf(row) + 1;
  }

  draw(row, answer, peek = false, asked = null) {
    if (!answer) return;
    row.classList.toggle("invalid", answer.classList.contains("invalid"));
    row.toggleAttribute("data-peek", peek);
    for (const out of row.querySelectorAll("[data-out]")) {
      const name = out.dataset.out;
      const from = answer.querySelector(`[data-out="${name}"]`);
      if (name === "number" || !from) continue;
      out.replaceChildren(...(peek && NOT_FOR_ONE.includes(name) ? [] : from.cloneNode(true).childNodes));
    }
    for (const cell of row.querySelectorAll("[data-cell]")) {
      const error = answer.querySelector(`[data-out="error-${cell.name}"]`)?.textContent.trim();
      if (error && !this.rows.isTyping(cell)) cell.setAttribute("aria-invalid", "true");
      else cell.removeAttribute("aria-invalid");
    }
    const told = (name) => this.rows.field(answer, name)?.value;
    const fill = (name, if_) => {
      const field = this.rows.field(row, name);
      if (told(name) && if_(field) && document.activeElement !== field) field.value = told(name);
    };
    fill("unit", (field) => !field.value);
    fill("item", (field) => asked !== null && field.value === asked); // words that mean one item become its code
    this.rows.number();
  }
}
