// Picking by a scanner that types and presses Enter. What is scanned is judged here at once and kept in this browser until
// the server has it: each take has an id of its own, so that one which is sent again is taken once.

import { Kept } from "./scan/kept.js";
import { left, judge } from "./scan/judging.js";

const AGAIN_MS = 2000; // between attempts without a connection
const root = document.querySelector("[data-scan]");
const part = (name) => root.querySelector(`[data-${name}]`);
const field = part("field");
const kept = new Kept(`takes-${root.dataset.key}`);
const state = { tasks: JSON.parse(root.dataset.tasks), bin: null, item: null, asked: null };
let sending = false;
let timer = 0;

function current() {
  return state.tasks.find((task) => left(task, kept.all()) > 0);
}

// Where one stands belongs to one task: the next one begins at its bin, unless it lies in the same.
function step() {
  const task = current();
  if (!task) return "done";
  const name = `${task.line_id} ${task.bin} ${task.lot}`;
  if (state.task !== name) Object.assign(state, { task: name, item: null, asked: null });
  if (task.bin && state.bin !== task.bin) return "bin";
  if (state.asked) return task.asks;
  return state.item ? "more" : "item";
}

function say(kind, text) {
  const said = part("said");
  said.className = `scan-said ${kind}`;
  said.textContent = text;
  said.hidden = false;
}

function draw() {
  const at = step();
  const task = current();
  const waiting = kept.all().length;
  part("waiting").hidden = !waiting;
  part("waiting-count").textContent = waiting;
  part("finish").hidden = at !== "done";
  const finish = part("finish-button");
  if (finish) finish.disabled = waiting > 0;
  const form = part("scan-form");
  form.hidden = at === "done";
  if (part("next")) part("next").hidden = at === "done";
  const keyed = part("keyed");
  if (keyed) keyed.hidden = at === "done";
  if (part("short")) part("short").hidden = at === "done";
  if (part("short-button")) part("short-button").disabled = waiting > 0; // what is kept comes first
  if (!task) return;
  const much = left(task, kept.all());
  part("ask").textContent = root.dataset[{ bin: "saysBin", item: "saysItem", more: "saysMore", serial: "saysSerial", lot: "saysLot" }[at]];
  part("bin").textContent = task.bin || root.dataset.noBin;
  part("sku").textContent = task.sku;
  part("name").textContent = task.name;
  part("lot").textContent = task.lot;
  part("left").textContent = much;
  part("unit").textContent = task.unit;
  if (part("tote")) part("tote").textContent = task.tote ?? "–";
  part("rest").hidden = at !== "more" || Boolean(task.asks);
  part("rest-count").textContent = much;
  for (const line of root.querySelectorAll("details [name=line_id]")) line.value = task.line_id;
  const short = root.querySelector("[data-short] [name=bin]");
  if (short) short.value = task.bin;
  const much_box = root.querySelector("[data-keyed] [name=quantity]");
  if (much_box && document.activeElement !== much_box) much_box.value = much;
}

function take(task, quantity, more) {
  kept.add({ line_id: task.line_id, bin: task.bin, lot: task.lot, serial: "", quantity: String(quantity), ...more });
  say("right", `${root.dataset.right} · ${quantity} ${task.unit}`);
  draw();
  if (!current()) say("right", root.dataset.done);
  send();
}

function scanned(text) {
  const task = current();
  if (!task || !text) return;
  const at = step();
  const found = judge(at, text, task, { item: state.item, much: left(task, kept.all()), taken: kept.all(), asked: state.asked });
  if (found.wrong) return say("wrong", `${root.dataset[found.wrong]}: ${found.shown}`);
  if (found.bin) {
    state.bin = found.bin;
    say("right", `${root.dataset.rightBin}: ${found.bin}`);
    return draw();
  }
  state.item = found.item;
  state.asked = found.ask ? { item: found.item, quantity: found.quantity } : null;
  if (found.ask) return draw();
  take(task, found.quantity, { item: found.item, ...found.more });
}

// One after the other, in the order in which they were scanned. Without a connection they stay, and are tried again.
async function send() {
  clearTimeout(timer);
  if (sending) return;
  sending = true;
  try {
    for (let entry = kept.all()[0]; entry; entry = kept.all()[0]) await sendOne(entry);
  } catch {
    timer = setTimeout(send, AGAIN_MS);
  } finally {
    sending = false;
    draw();
  }
}

async function sendOne(entry) {
  const body = new FormData();
  for (const [name, value] of Object.entries(entry)) body.append(name, value);
  body.append("csrfmiddlewaretoken", root.querySelector("[name=csrfmiddlewaretoken]").value);
  const answer = await fetch(root.dataset.url, { method: "POST", body, headers: { Accept: "application/json" } });
  if (!answer.headers.get("Content-Type")?.includes("json") || ![200, 422].includes(answer.status)) throw new Error("not sent");
  const { tasks, said } = await answer.json();
  kept.remove(entry);
  state.tasks = tasks; // what is kept still is taken off them
  if (answer.status === 422) say("wrong", `${root.dataset.refused}: ${said}`);
  draw();
}

function start() {
  part("scan-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    field.value = "";
    scanned(text);
  });
  part("rest").addEventListener("click", () => {
    const task = current();
    take(task, left(task, kept.all()), { item: state.item });
    field.focus();
  });
  part("keys").addEventListener("click", () => { // a phone shows its keys only when asked
    field.inputMode = "text";
    field.blur();
    field.focus();
  });
  // A scanner types wherever one last touched: unless that is a field, what it types belongs in the scan field.
  document.addEventListener("keydown", (event) => {
    const here = document.activeElement;
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (here?.matches("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
    field.focus();
  }, true);
  addEventListener("online", send);
  part("keyed")?.removeAttribute("open");
  draw();
  if (!document.activeElement || document.activeElement === document.body) field.focus();
  send();
}

if (!part("scan-form").hasAttribute("data-never") || kept.all().length) start();
