// The draft saves itself, within two seconds of a change. Without a connection it is kept in this browser and sent again
// when the line returns; when somebody else saved meanwhile it stops, and nothing of either is lost.

const SAVE_MS = 900; // of silence before the draft is saved
const SAVE_LATEST_MS = 1500; // after the first unsaved change
const AGAIN_MS = 4000; // between attempts without a connection
const OWN_MS = 200; // until a save that just ended is known as one's own

export class Draft {
  constructor(form, rows, { post, say, words }) {
    Object.assign(this, { form, rows, post, say, words });
    this.questions = null; // set by the grid
    this.copy = null;
    this.ownVersion = async () => null; // set by the seat
    this.whole = true; // or the promise that all lines of a long draft are here
    this.timer = 0;
    this.firstChange = 0;
    this.saving = null;
    this.saves = 0;
    this.stopped = false; // somebody else saved: nothing is sent any more
    this.leaving = false;
    this.offline = false;
    addEventListener("online", () => this.offline && this.save());
  }

  touch = () => {
    this.copy.keepSoon();
    if (this.stopped) return;
    this.firstChange ||= Date.now();
    if (this.offline) return; // the next attempt is on its way
    this.say(this.words("unsaved"));
    clearTimeout(this.timer);
    const wait = Math.min(SAVE_MS, SAVE_LATEST_MS - (Date.now() - this.firstChange));
    this.timer = setTimeout(this.save, Math.max(0, wait));
  };

  save = async () => {
    clearTimeout(this.timer);
    if (this.stopped || this.leaving) return;
    const waited = this.saving;
    while (this.saving) await this.saving; // one save at a time, however many ask for the next
    if (this.stopped || (waited && !this.firstChange)) return;
    this.saves += 1;
    this.saving = this.saveNow().finally(() => (this.saving = null));
    await this.saving;
  };

  data(sent) {
    const data = new FormData();
    for (const each of this.rows.header) if (each.type !== "submit") data.append(each.name, each.value);
    for (const row of sent) this.rows.append(row, data);
    return data;
  }

  async saveNow() {
    if (!(await this.whole)) return;
    this.firstChange = 0;
    await this.questions.settled();
    const sent = this.rows.savable();
    this.say(this.words("saving"));
    let response;
    let answer;
    try {
      response = await this.post(this.form.action, this.data(sent), { headers: { Accept: "application/json" } });
      answer = response.headers.get("Content-Type")?.includes("json") ? await response.json() : null;
    } catch {
      this.lost();
      return;
    }
    if (response.status >= 500) this.lost();
    else if (!answer) this.say(this.words("login"), "error");
    else if (response.ok) this.saved(answer, sent);
    else if (response.status === 412) await this.moved(answer.message);
    else this.refused(answer, sent);
  }

  lost() {
    this.offline = true;
    this.copy.keep();
    this.say(this.words("failed"), "error");
    this.firstChange ||= Date.now();
    this.timer = setTimeout(this.save, AGAIN_MS);
  }

  saved(answer, sent) {
    this.form.elements.version.value = answer.version;
    document.getElementById("totals").innerHTML = answer.totals;
    document.getElementById("outlook").innerHTML = answer.outlook;
    const waiting = this.rows.filled().length - this.rows.savable().length;
    const back = this.offline ? `${this.words("back")} ` : "";
    this.offline = false;
    this.questions.again();
    if (answer.prices) this.questions.redrawPrices(sent, answer.prices, answer.version);
    const rest = waiting ? ` · ${waiting} ${this.words("rows")}` : "";
    this.say(`${back}${answer.saved} ${new Date().toLocaleTimeString()}${rest}`);
    if (this.firstChange) {
      this.copy.keep(); // typed on while the server answered
      this.say(this.words("unsaved"));
    } else this.copy.settle(waiting);
  }

  refused(answer, sent) {
    this.offline = false;
    for (const { row, cell, message } of answer.rows) {
      sent[row].classList.add("invalid");
      const field = this.rows.field(sent[row], cell);
      if (field && !this.rows.isTyping(field)) field.setAttribute("aria-invalid", "true");
      const out = sent[row].querySelector(`[data-out="error-${cell}"]`);
      if (out) out.textContent = message;
    }
    for (const name of Object.keys(answer.fields)) this.form.elements[name]?.setAttribute("aria-invalid", "true");
    if (answer.rows.length) {
      this.touch(); // the others are saved without them
      this.say(answer.message, "error");
    } else {
      const said = [answer.message, ...Object.values(answer.fields)];
      this.say(said.filter((text, at) => said.indexOf(text) === at).join(" "), "error");
    }
  }

  // Saved elsewhere, unless it was the page before this one: its last save may arrive while this one is opened already.
  async moved(message) {
    await new Promise((done) => setTimeout(done, OWN_MS));
    const own = await this.ownVersion();
    if (!own || own === this.form.elements.version.value) return this.stop(message);
    this.form.elements.version.value = own;
    this.firstChange ||= Date.now();
    this.timer = setTimeout(this.save);
  }

  // Somebody else's version is the saved one now; ours stays on the screen and in this browser.
  stop(message) {
    this.stopped = true;
    if (this.firstChange || this.copy.timer) this.copy.keep();
    const stale = document.getElementById("stale");
    stale.hidden = false;
    stale.querySelector("[data-message]").textContent = message;
    stale.querySelector("[data-kept]").hidden = !this.copy.read();
    this.say(message, "error");
  }

  // The draft in the tab before or after this one; this one is saved first, or kept in the browser.
  openOther = async (step) => {
    const tabs = [...document.querySelectorAll(".draft-tabs [data-draft]")];
    const here = tabs.findIndex((tab) => tab.hasAttribute("aria-current"));
    if (here < 0) return;
    const tab = tabs[(here + step + tabs.length) % tabs.length];
    await this.save();
    location.assign(tab.href);
  };

  // Handing in: what is being saved is saved first, so that the version is the latest.

  submit = () => this.form.requestSubmit(document.querySelector(`button[form=${this.form.id}][value=submit]`));

  bindLeaving() {
    this.form.addEventListener("submit", (event) => {
      if (this.leaving || this.stopped) return;
      clearTimeout(this.timer);
      const part = () => this.form.elements.shown.value;
      if (!this.saving && !this.firstChange && !part()) {
        this.leaving = true;
        return;
      }
      const { submitter } = event;
      event.preventDefault();
      event.stopImmediatePropagation();
      this.save().then(() => {
        if (this.stopped || this.offline || part()) return;
        this.leaving = true;
        this.form.requestSubmit(submitter);
      });
    });
    addEventListener("pagehide", () => {
      if (this.firstChange && !this.leaving) this.copy.keep();
    });
    addEventListener("pageshow", (event) => {
      if (event.persisted) location.reload(); // back from the browser's memory: the draft may have moved on
    });
  }
}
