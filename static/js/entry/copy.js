// What is on the screen and not saved yet, kept in this browser: it survives a reload, a lost connection and a closed lid.

const KEEP_MS = 150; // of silence

export class LocalCopy {
  constructor(form, rows) {
    Object.assign(this, { form, rows, timer: 0, key: `draft:${form.dataset.copy}` });
  }

  header() {
    const own = this.rows.header.filter((each) => !["submit", "button", "hidden"].includes(each.type));
    return Object.fromEntries(own.map((each) => [each.name, each.value]));
  }

  keepSoon() {
    this.timer ||= setTimeout(() => this.keep(), KEEP_MS);
  }

  keep() {
    clearTimeout(this.timer);
    this.timer = 0;
    if (this.form.elements.shown.value) return; // only a part of the draft is here yet
    const copy = {
      version: this.form.elements.version.value,
      editor: this.form.elements.editor.value,
      at: Date.now(),
      header: this.header(),
      rows: this.rows.filled().map((row) => this.rows.values(row)),
    };
    try {
      localStorage.setItem(this.key, JSON.stringify(copy));
    } catch {
      // no room or not allowed: then only the server keeps it
    }
  }

  // A saved draft needs no copy, unless rows wait that the server did not take.
  settle(waiting) {
    if (waiting) this.keep();
    else this.forget();
  }

  forget() {
    clearTimeout(this.timer);
    this.timer = 0;
    localStorage.removeItem(this.key);
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.key));
    } catch {
      return null;
    }
  }

  differs(copy) {
    const now = JSON.stringify([this.header(), this.rows.filled().map((row) => this.rows.values(row))]);
    return JSON.stringify([copy.header, copy.rows]) !== now;
  }

  // Put the kept rows in place of those that are there; rows that are as they were stay as the server drew them.
  // Returns the rows that have to be asked about.
  bringBack(copy) {
    for (const [name, value] of Object.entries(copy.header)) {
      if (this.form.elements[name]) this.form.elements[name].value = value;
    }
    const standing = new Map();
    for (const row of this.rows.filled()) {
      const same = JSON.stringify(this.rows.values(row));
      standing.set(same, [...(standing.get(same) ?? []), row]);
    }
    for (const row of this.rows.all()) row.remove();
    const fresh = [];
    for (const values of copy.rows) {
      const old = standing.get(JSON.stringify(values))?.shift();
      if (old) this.rows.body.append(old);
      else fresh.push(this.rows.make(values));
    }
    this.rows.keepOneBlank();
    this.rows.number();
    return fresh;
  }
}
