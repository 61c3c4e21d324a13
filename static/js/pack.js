// The packing bench by scanner: a code and Enter put one more into the open parcel, F2 opens the next one.
// Without this script the same rows are typed.

const form = document.querySelector("[data-pack]");

if (form) {
  const codes = JSON.parse(document.getElementById("scan-codes").textContent);
  const scan = form.querySelector("#scan");
  const word = form.querySelector("[data-word]");
  const total = form.elements["parcels-TOTAL_FORMS"];
  const rows = form.querySelector("[data-parcels]");
  let counting = false; // the first scan begins to count from nothing

  const parcels = () => [...rows.querySelectorAll("[data-parcel]")];
  const boxes = (line) => [...rows.querySelectorAll(`[data-content="${line}"]`)];
  const value = (box) => Number(box.value) || 0;
  const tidy = (number) => String(Math.round(number * 1e6) / 1e6);
  let open = parcels().at(-1);

  // What was picked of each line: the sum of what the rows hold before anybody counts.
  const wanted = {};
  for (const line of Object.keys(codes)) wanted[line] = boxes(line).reduce((sum, box) => sum + value(box), 0);

  const say = (text, meaning) => {
    word.textContent = text;
    word.className = `scan-word ${meaning}`;
  };
  // A weight that nobody typed follows what lies in the parcel, where the weight of all of it is known.
  const weigh = () => {
    for (const parcel of parcels()) {
      const weight = parcel.querySelector("[data-weight]");
      if (weight.dataset.weight === "typed") continue;
      const inside = [...parcel.querySelectorAll("[data-content]")].filter((box) => value(box));
      const known = inside.length && inside.every((box) => box.dataset.kg);
      const sum = inside.reduce((kg, box) => kg + value(box) * Number(box.dataset.kg), 0);
      weight.value = known ? String(Math.ceil(sum * 1000 - 1e-6) / 1000) : "";
    }
  };
  const choose = (parcel) => {
    open = parcel;
    for (const other of parcels()) other.classList.toggle("open", other === parcel);
  };
  const next = () => {
    const made = form.querySelector("[data-new-parcel]").innerHTML;
    const n = Number(total.value);
    if (n >= 40) return;
    rows.insertAdjacentHTML("beforeend", made.replaceAll("__prefix__", n).replaceAll("__number__", n + 1));
    total.value = n + 1;
    choose(parcels().at(-1));
    open.scrollIntoView({ block: "nearest" });
  };
  const startCounting = () => {
    counting = true;
    for (const line of Object.keys(codes)) for (const box of boxes(line)) box.value = 0;
  };
  const take = (text) => {
    const code = text.trim().toUpperCase();
    if (!code) return;
    const hits = Object.keys(codes).filter((line) => code in codes[line]);
    if (!hits.length) return say(`${form.dataset.unknown}: ${text}`, "broken");
    if (!counting) startCounting();
    const line = hits.find((one) => boxes(one).reduce((sum, box) => sum + value(box), 0) + Number(codes[one][code]) <= wanted[one]);
    if (!line) return say(`${form.dataset.tooMany}: ${text}`, "broken");
    const box = open.querySelector(`[data-content="${line}"]`);
    box.value = tidy(value(box) + Number(codes[line][code]));
    weigh();
    const all = Object.keys(codes).every((one) => boxes(one).reduce((sum, each) => sum + value(each), 0) >= wanted[one]);
    say(all ? form.dataset.done : `${text} ${form.dataset.into} ${parcels().indexOf(open) + 1}`, "ok");
  };

  form.querySelector("[data-scan-part]").hidden = false;
  if (!form.querySelector(".error")) scan.focus();
  choose(open);

  scan.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    take(scan.value);
    scan.value = "";
  });
  form.addEventListener("input", (event) => {
    if (event.target.matches("[data-weight]")) event.target.dataset.weight = "typed";
    else if (event.target.matches("[data-content]")) weigh();
  });
  form.addEventListener("focusin", (event) => {
    const parcel = event.target.closest("[data-parcel]");
    if (parcel) choose(parcel);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "F2") return;
    event.preventDefault();
    next();
    scan.focus();
  });
  form.querySelector("[data-next-parcel]").addEventListener("click", (event) => {
    event.preventDefault();
    next();
    scan.focus();
  });
}
