// "@" in a note offers colleagues: arrows choose, Enter or Tab takes, Escape closes.

const BEFORE = /(?:^|[^\w@])@([\w.+-]*)$/;
const list = document.createElement("ul");
list.className = "mention-list";
list.id = "mention-list";
list.setAttribute("role", "listbox");
list.hidden = true;
let field = null;
let asked = 0;

const options = () => [...list.children];
const chosen = () => options().findIndex((item) => item.getAttribute("aria-selected") === "true");

function close() {
  list.hidden = true;
  field?.removeAttribute("aria-activedescendant");
}

function choose(index) {
  const items = options();
  items.forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
  field.setAttribute("aria-activedescendant", items[index].id);
}

function take(item) {
  const at = field.selectionStart;
  const before = field.value.slice(0, at).replace(/@[\w.+-]*$/, `@${item.dataset.username} `);
  field.value = before + field.value.slice(at);
  field.setSelectionRange(before.length, before.length);
  close();
  field.focus();
}

async function offer(box) {
  const found = field.value.slice(0, field.selectionStart).match(BEFORE);
  if (!found) return close();
  const mine = ++asked;
  const answer = await fetch(`${box.dataset.mentions}?q=${encodeURIComponent(found[1])}`, { headers: { Accept: "application/json" } });
  if (!answer.ok || mine !== asked) return;
  const { people } = await answer.json();
  list.replaceChildren(
    ...people.map((person, at) => {
      const item = document.createElement("li");
      item.id = `mention-${at}`;
      item.setAttribute("role", "option");
      item.dataset.username = person.username;
      item.textContent = `${person.name} @${person.username}`;
      return item;
    }),
  );
  if (!people.length) return close();
  box.append(list);
  list.hidden = false;
  choose(0);
}

document.addEventListener("input", (event) => {
  const box = event.target.closest?.("[data-mentions]");
  if (!box || event.target.tagName !== "TEXTAREA") return;
  field = event.target;
  field.setAttribute("aria-controls", list.id);
  offer(box);
});

document.addEventListener("keydown", (event) => {
  if (list.hidden || event.target !== field) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) choose((chosen() + step + options().length) % options().length);
  else if (event.key === "Enter" || event.key === "Tab") take(options()[chosen()]);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
});

list.addEventListener("mousedown", (event) => {
  event.preventDefault();
  const item = event.target.closest("li");
  if (item) take(item);
});
document.addEventListener("focusout", (event) => event.target === field && close());
