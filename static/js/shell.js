// The shell's behavior: theme, keys, menus and dialogs, one answer per submit, polling that costs nothing when nothing changed.
// Everything works without it except what only a script can do.

const root = document.documentElement;
const byId = (id) => document.getElementById(id);
const isTyping = (node) => node.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName);

// Theme -----------------------------------------------------------------------------------------------------------

function toggleTheme() {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
}

// Where one is stands in sight, also where the stages or the tabs scroll sideways on a telephone.
for (const here of document.querySelectorAll(".stage-line [aria-current], .tabs [aria-current]")) {
  here.scrollIntoView({ inline: "center", block: "nearest", behavior: "instant" });
}

// Keys ------------------------------------------------------------------------------------------------------------

const openPalette = () => document.dispatchEvent(new Event("palette:open"));
const singleKeys = () => localStorage.getItem("single-keys") !== "off"; // a person may turn them off (on the sheet)
const KEYS = {
  "/": () => document.querySelector("[data-search]")?.select(),
  "?": showKeys,
  w: toggleCycle,
  j: () => step(1),
  k: () => step(-1),
};
let goes = 0; // until when a key after g says where to go

document.addEventListener("keydown", (event) => {
  const chord = event.ctrlKey || event.metaKey;
  if (event.key === "F8" && !chord && !event.altKey && !event.shiftKey && !document.querySelector("dialog[open]")) {
    const call = document.querySelector("[data-call]"); // also while one types: the telephone does not wait
    if (call) event.preventDefault();
    call?.click();
    return;
  }
  if (chord && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
    return;
  }
  if (chord || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]") || !singleKeys()) return;
  const going = Date.now() < goes;
  goes = event.key === "g" && !going ? Date.now() + 1500 : 0;
  const run = going ? () => document.querySelector(`[data-go="${event.key === "0" ? 10 : CSS.escape(event.key)}"]`)?.click() : KEYS[event.key];
  if (!run) return;
  event.preventDefault();
  run();
});

// A page lists its own keys in <template id="shortcuts"> as <dt><kbd>…</kbd></dt><dd>…</dd>.
function showKeys() {
  const own = byId("shortcuts");
  if (own) byId("page-keys").replaceChildren(own.content.cloneNode(true));
  byId("page-keys-part").hidden = !own;
  document.querySelector("[data-single-keys]").checked = singleKeys();
  byId("keys").showModal();
}
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-single-keys]")) localStorage.setItem("single-keys", event.target.checked ? "on" : "off");
});

// From row to row of the page's tables, by the first thing in a row that can be pressed.
function step(by) {
  const rows = [...document.querySelectorAll("main table.data tbody tr")].filter((row) => row.querySelector("a") && row.offsetParent);
  const here = rows.indexOf(document.activeElement?.closest("tr"));
  const next = rows[here < 0 ? (by > 0 ? 0 : rows.length - 1) : here + by];
  next?.querySelector("a").focus();
}

// The line shows the stages one acts in, or the whole cycle.
function toggleCycle() {
  root.dataset.cycle = root.dataset.cycle === "whole" ? "part" : "whole";
  localStorage.setItem("cycle", root.dataset.cycle);
  sayCycle();
}
function sayCycle() {
  document.querySelector("[data-whole-cycle]")?.setAttribute("aria-expanded", String(root.dataset.cycle === "whole"));
}
sayCycle();

// Menus, dialogs, dismissals --------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const near = (selector) => event.target.closest(selector);
  if (near("[data-theme-toggle]")) toggleTheme();
  const opener = near("[data-open]");
  if (near("[data-whole-cycle]")) toggleCycle();
  if (opener?.dataset.open === "keys") showKeys();
  else if (opener?.dataset.open === "palette") openPalette();
  else if (opener) byId(opener.dataset.open).showModal();
  if (near("[data-close]")) near("dialog").close();
  if (event.target.tagName === "DIALOG") event.target.close();
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target) || near(".menu-items a, .menu-items button")) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest("details[data-menu][open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (event.target.matches("[data-search]")) {
    byId("search-hits").replaceChildren();
    event.target.blur();
  }
});

// The arrow keys walk through the hits of the search, and through a menu; down opens one.
function stopsAround(target) {
  const search = target.closest(".search");
  if (search) return [search.querySelector("[data-search]"), ...search.querySelectorAll("#search-hits a")];
  const menu = target.closest("details[data-menu]");
  if (!menu || target.matches("select, textarea, input:not([type='checkbox'])")) return []; // these have their own arrows
  const items = menu.querySelectorAll(".menu-items :is(a[href], button, select, input:not([type='hidden']))");
  return [menu.querySelector("summary"), ...items].filter((stop) => stop.checkVisibility());
}

document.addEventListener("keydown", (event) => {
  if (!["ArrowDown", "ArrowUp"].includes(event.key) || event.defaultPrevented) return;
  if (event.key === "ArrowDown" && event.target.matches("details[data-menu] > summary")) event.target.parentElement.open = true;
  const stops = stopsAround(event.target);
  const next = stops[stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
  if (next) {
    event.preventDefault();
    next.focus();
  }
});

// A button with data-fill puts its values into the fields of its form: data-fill='{"username": "…"}'.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill]");
  if (!button) return;
  const form = button.form ?? document.querySelector(button.dataset.form ?? "form");
  for (const [name, value] of Object.entries(JSON.parse(button.dataset.fill))) form.elements[name].value = value;
  form.querySelector("[type=submit]").focus();
});

// A select or checkbox with data-submit sends its form as soon as it changes.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

// One answer per submit -------------------------------------------------------------------------------------------

const underWay = new Set();
const viaHtmx = (form) => form.matches("[hx-post], [hx-put], [hx-patch], [hx-delete]");

function hold(place, busy) {
  if (busy) underWay.add(place);
  else underWay.delete(place);
  const buttons = place.matches("button") ? [place] : place.querySelectorAll("button[type=submit], button:not([type])");
  for (const button of buttons) {
    button.disabled = busy;
    if (busy) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || viaHtmx(form) || form.hasAttribute("data-repeatable")) return;
  if (event.submitter?.formTarget === "_blank") return; // the answer opens elsewhere, and this page stays
  if (underWay.has(form)) {
    event.preventDefault();
    return;
  }
  underWay.add(form);
  setTimeout(() => hold(form, !event.defaultPrevented)); // a button disabled at once would not be sent with its form
});
addEventListener("pageshow", (event) => {
  if (event.persisted) [...underWay].forEach((form) => hold(form, false)); // back from the browser's memory
});

const asks = ({ requestConfig }) => (requestConfig.verb === "get" ? null : (requestConfig.elt.closest("form") ?? requestConfig.elt));
document.addEventListener("htmx:beforeRequest", ({ detail }) => asks(detail) && hold(asks(detail), true));
document.addEventListener("htmx:afterRequest", ({ detail }) => asks(detail) && hold(asks(detail), false));

// Polling: an element with data-poll asks with the tag of what it shows; 304 or the same tag changes nothing -------

const tags = new Map();

document.addEventListener("htmx:configRequest", ({ detail }) => {
  const tag = detail.elt.matches("[data-poll]") && tags.get(detail.path);
  if (tag) detail.headers["If-None-Match"] = tag;
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.detail.elt.matches("[data-poll]")) event.preventDefault();
});
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { elt, path } = detail.requestConfig;
  const tag = elt.matches("[data-poll]") && detail.xhr.getResponseHeader("ETag");
  if (tag && tags.get(path) === tag) detail.shouldSwap = false;
  else if (tag) tags.set(path, tag);
});

// Tables ----------------------------------------------------------------------------------------------------------

// One that fits its place needs no scroller of its own, so its head can stay in sight while the page scrolls.
// The table is watched too: it may grow in a place that does not, as when the letters of the page arrive late.
const fitting = new ResizeObserver((entries) => {
  for (const place of new Set(entries.map(({ target }) => target.closest(".table-wrap")))) {
    place?.classList.toggle("fits", place.firstElementChild?.scrollWidth <= place.clientWidth);
  }
});
const watchTables = () => document.querySelectorAll(".table-wrap, .table-wrap > table").forEach((part) => fitting.observe(part));
document.addEventListener("htmx:afterSettle", watchTables);
watchTables();

// Refusals and failures --------------------------------------------------------------------------------------------------------

// A refusal that belongs to no form (components/refusal.html) goes to the page's notices, whatever the button's target was.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status < 400 || !detail.serverResponse.includes("data-refusal=")) return;
  Object.assign(detail, { shouldSwap: true, isError: false, target: byId("messages"), swapOverride: "innerHTML", selectOverride: "unset" });
  byId("messages").scrollIntoView({ block: "nearest" });
});

function toast(name, code = "") {
  const message = byId(`toast-${name}`).content.cloneNode(true);
  const place = message.querySelector("[data-code]");
  if (place) place.textContent = code;
  byId("toasts").replaceChildren(message);
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => byId("toasts").replaceChildren(), 8000);
}

const quiet = (detail) => detail.elt.matches("[data-poll], [data-search]"); // they try again by themselves
document.addEventListener("htmx:sendError", ({ detail }) => quiet(detail) || toast("offline"));
document.addEventListener("htmx:timeout", ({ detail }) => quiet(detail) || toast("offline"));
document.addEventListener("htmx:responseError", ({ detail }) => {
  const status = detail.xhr.status;
  if (!quiet(detail)) toast(status === 401 || status === 403 ? "login" : "refused", status);
});

// A refusal that came back moves the reader to the first field that is wrong.
document.addEventListener("htmx:afterSettle", ({ target, detail }) => {
  if (detail.xhr?.status === 422) target.querySelector("[aria-invalid=true]")?.focus();
});
