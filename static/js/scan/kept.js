// Takes that the server does not have yet, each under a key of its own, so that two windows lose nothing of each other.

export class Kept {
  constructor(name) {
    this.name = name;
    try {
      this.store = localStorage;
      this.store.getItem(name);
    } catch {
      this.store = null; // this browser keeps nothing: they live as long as the page
    }
    this.here = new Map();
    if (this.store) {
      for (const key of Object.keys(this.store)) {
        if (key.startsWith(`${name} `)) this.here.set(key, JSON.parse(this.store.getItem(key)));
      }
    }
  }

  all() {
    return [...this.here.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, entry]) => entry);
  }

  add(entry) {
    const client_id = newId();
    const sequence = (this.last = Math.max(Date.now(), (this.last ?? 0) + 1));
    const key = `${this.name} ${String(sequence).padStart(15, "0")} ${client_id}`;
    const whole = { ...entry, client_id };
    this.here.set(key, whole);
    this.store?.setItem(key, JSON.stringify(whole));
  }

  remove({ client_id }) {
    for (const key of [...this.here.keys()]) {
      if (!key.endsWith(client_id)) continue;
      this.here.delete(key);
      this.store?.removeItem(key);
    }
  }
}

// randomUUID is there on safe addresses only; a hand-held may reach the house by a plain one.
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
