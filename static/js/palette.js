// The command palette: Ctrl-K, or Menu on a telephone. Commands come once from the server and are narrowed here as one
// types; things (orders, customers, documents) are found by the site's search. Arrows walk, Enter opens.

const palette = document.getElementById("palette");

if (palette) {
  const find = palette.querySelector("[data-palette-find]");
  const commands = document.getElementById("palette-commands");
  const found = document.getElementById("palette-hits");
  const none = palette.querySelector(".palette-none");
  const stops = () => [...palette.querySelectorAll(".palette-body a, .palette-body button")].filter((one) => one.offsetParent);

  async function fill() {
    if (commands.childElementCount) return;
    const answer = await fetch(palette.dataset.url, { headers: { "X-Requested-With": "fetch" } });
    if (answer.ok && !answer.redirected) commands.innerHTML = await answer.text();
    narrow();
  }

  function narrow() {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const one of commands.querySelectorAll("[data-words]")) {
      const own = one.dataset.words.toLowerCase().split(/\s+/);
      one.hidden = !words.every((word) => own.some((start) => start.startsWith(word)));
    }
    for (const list of commands.querySelectorAll("ul")) list.hidden = !list.querySelector("li:not([hidden])");
    if (!words.length) found.replaceChildren();
    none.hidden = Boolean(found.childElementCount || commands.querySelector("li:not([hidden])"));
    mark();
  }

  // What Enter would open while one is still typing.
  function mark() {
    palette.querySelector(".first")?.classList.remove("first");
    stops()[0]?.classList.add("first");
  }

  document.addEventListener("palette:open", () => {
    if (palette.open) return;
    find.value = "";
    palette.showModal();
    find.focus();
    fill();
    narrow();
  });

  find.addEventListener("input", narrow);
  found.addEventListener("htmx:afterSettle", narrow);
  palette.addEventListener("keydown", (event) => {
    const all = stops();
    const at = all.indexOf(document.activeElement);
    if (event.key === "Escape") {
      event.preventDefault(); // else it only empties the field
      palette.close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = at + (event.key === "ArrowDown" ? 1 : -1);
      (next < 0 ? find : all[Math.min(next, all.length - 1)])?.focus();
    } else if (event.key === "Enter" && event.target === find && all.length) {
      event.preventDefault();
      all[0].click();
    } else if (event.key.length === 1 && event.target !== find && !event.ctrlKey && !event.metaKey && event.key !== " ") {
      find.focus(); // goes on typing
    }
  });
  palette.addEventListener("click", (event) => {
    if (event.target.closest(".palette-body :is(a, [data-theme-toggle], [data-open])")) palette.close();
  });
}
