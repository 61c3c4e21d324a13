// The entry grid by keyboard. The page is a plain form that works without this; here it gets quick: type-ahead, prices on
// commit, saving by itself. What a line costs and what is there is always the server's answer, drawn by the server.

import { Again } from "./entry/again.js";
import { Questions } from "./entry/asking.js";
import { Beside } from "./entry/beside.js";
import { LocalCopy } from "./entry/copy.js";
import { pickCustomer } from "./entry/customer.js";
import { Hits } from "./entry/hits.js";
import { bindKeys } from "./entry/keys.js";
import { fetchRest } from "./entry/rest.js";
import { Rows } from "./entry/rows.js";
import { Draft } from "./entry/saving.js";
import { takeSeat } from "./entry/seat.js";

function grid(form) {
  const status = document.getElementById("save-status");
  const undoBar = document.getElementById("undo");
  const words = (name) => form.dataset[`say${name[0].toUpperCase()}${name.slice(1)}`];
  const say = (text, state = "") => {
    status.textContent = text;
    status.dataset.state = state;
  };
  const post = (url, data, options = {}) => {
    const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value, ...options.headers };
    return fetch(url, { method: "POST", body: data, ...options, headers });
  };

  const hits = new Hits(document.getElementById("item-hits"), form.dataset.itemsUrl, (input) => {
    questions.changed(rows.of(input), { now: true });
    rows.go(rows.of(input), "quantity");
  });
  const rows = new Rows(form, (input) => hits.attach(input));
  const draft = new Draft(form, rows, { post, say, words });
  const questions = new Questions(form, rows, { post, say, words, touch: draft.touch });
  const again = new Again(form, rows, { post, take: (lines) => questions.take(lines) });
  again.beforeKeeping = () => draft.save();
  const beside = new Beside(form, rows, { post, take: (row, values) => questions.addBelow(row, values) });
  const copy = new LocalCopy(form, rows);
  form.elements.editor.value = copy.read()?.editor ?? crypto.randomUUID?.() ?? String(Math.random()).slice(2);
  Object.assign(draft, { questions, copy });

  const undone = () => {
    undoBar.hidden = !rows.deleted.length;
    undoBar.querySelector("[data-message]").textContent = words("deleted");
    undoBar.querySelector("[data-do=undo]").textContent = words("undo");
  };
  const verbs = {
    duplicate: (row) => {
      const made = rows.duplicate(row);
      if (made) questions.changed(made, { now: true });
    },
    delete: (row) => {
      if (!rows.remove(row)) return;
      undone();
      draft.touch();
      say(`${words("deleted")} ${words("undo")}`);
    },
    undo: () => {
      if (!rows.bringBack()) return;
      undone();
      draft.touch();
    },
    way: (row) => rows.openWay(row),
    charge: () => rows.addWords("charge"),
    text: () => rows.addWords("text"),
    bought: again.bought,
    templates: again.templates,
    closeSheet: again.close,
    offer: (number) => beside.offer(number),
    takeOver: () => again.takeOver(),
    keepPrice: (row) => {
      const now = row.querySelector("[data-seen]")?.dataset.seen;
      if (!now) return;
      rows.field(row, "seen").value = now;
      questions.changed(row, { now: true });
    },
    takePrice: (row) => {
      if (!row.querySelector("[data-do=takePrice]")) return;
      rows.field(row, "price").value = "";
      questions.changed(row, { now: true });
    },
    otherDraft: (step) => draft.openOther(step),
    restore: () => restore(copy.read()),
    forget: () => {
      copy.forget();
      document.getElementById("kept").hidden = true;
    },
  };

  bindKeys(form, { rows, hits, questions, verbs, save: draft.save, submit: draft.submit });
  draft.bindLeaving();
  for (const type of ["input", "change"]) {
    form.addEventListener(type, (event) => {
      if (rows.holds(event.target)) return;
      event.target.removeAttribute("aria-invalid");
      draft.touch();
    });
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) verbs[button.dataset.do]?.(button.dataset.offer ?? button.closest("tr[data-row]"));
  });

  // What was typed and not saved, in this browser, at an earlier time

  function restore(kept) {
    const fresh = copy.bringBack(kept);
    document.getElementById("kept").hidden = true;
    draft.touch();
    fresh.filter((row) => rows.value(row, "item")).forEach((row) => questions.about(row));
    say(words("restored"));
  }

  async function lookForCopy() {
    const kept = copy.read();
    if (!kept) return;
    const { version } = form.elements;
    if (!copy.differs(kept)) copy.forget();
    else if (kept.version === version.value || (await draft.ownVersion()) === version.value) restore(kept);
    else {
      const place = document.getElementById("kept");
      place.querySelector("[data-at]").textContent = new Date(kept.at).toLocaleString();
      place.hidden = false;
    }
  }

  // Begin

  for (const row of rows.all().filter(rows.isBlank).slice(1)) row.remove();
  rows.all().forEach((row) => rows.ready(row));
  for (const part of form.querySelectorAll("[data-needs-script]")) part.hidden = false;
  rows.keepOneBlank();
  if (form.elements.shown.value) say(words("coming"));
  draft.whole = fetchRest(form, rows);
  draft.whole.then((whole) => {
    if (!whole) {
      draft.stopped = true;
      say(words("part"), "error");
    } else if (!document.querySelector("[data-refusal]")) lookForCopy();
  });
  const first = rows.all().find((row) => row.classList.contains("invalid")) ?? rows.all().at(-1);
  const narrow = matchMedia("(max-width: 700px)").matches; // there the top of the page comes first
  if (!narrow || first.classList.contains("invalid")) rows.go(first, first.querySelector("[aria-invalid]")?.name ?? "item");
  if (form.dataset.seatUrl) takeSeat(form, draft, { post });
}

const picker = document.querySelector("form[data-pick]");
if (picker) pickCustomer(picker);
const form = document.querySelector("form[data-grid]");
if (form) grid(form);
