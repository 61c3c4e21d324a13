// A tour's bar: outlines what its words speak of, and keeps it clear of the bar.

const bar = document.getElementById("tour");

function mark() {
  document.querySelectorAll(".tour-mark").forEach((node) => node.classList.remove("tour-mark"));
  const words = bar.querySelector("[data-tour-mark]");
  if (!words) return;
  const here = words.dataset.tourHere === location.pathname;
  const go = words.querySelector("[data-tour-go]");
  if (go) go.hidden = here;
  if (!here || !words.dataset.tourMark) return;
  const target = [...document.querySelectorAll(words.dataset.tourMark)].find((node) => node.getClientRects().length);
  if (!target) return;
  target.classList.add("tour-mark");
  const box = target.getBoundingClientRect();
  const floor = innerHeight - bar.offsetHeight;
  if (box.top < 0 || box.top > floor || (box.bottom > floor && box.height < floor)) target.scrollIntoView({ block: box.height < floor ? "center" : "start" });
}

if (bar) bar.addEventListener("htmx:afterSettle", mark);
