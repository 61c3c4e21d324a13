// A long draft comes in parts: the page opens with the first lines, the others follow behind it. Until all are there nothing
// is saved, because a draft is saved whole.

export async function fetchRest(form, rows) {
  const { shown } = form.elements;
  if (!shown.value) return true;
  const marker = document.createElement("tr"); // the lines that follow go before it, what is typed stays behind it
  marker.hidden = true;
  rows.all()[shown.value - 1].after(marker);
  try {
    for (;;) {
      const response = await fetch(`${shown.dataset.url}?from=${shown.value}&version=${form.elements.version.value}`);
      if (!response.ok || response.redirected) return false;
      const holder = document.createElement("template");
      holder.innerHTML = `<table><tbody>${await response.text()}</tbody></table>`;
      const fresh = [...holder.content.querySelectorAll("tr[data-row]")];
      if (!fresh.length) break;
      for (const row of fresh) rows.ready(row);
      marker.before(...fresh);
      shown.value = Number(shown.value) + fresh.length;
    }
  } catch {
    return false;
  }
  marker.remove();
  shown.value = "";
  rows.holdColumns();
  rows.number();
  return true;
}
