// Runs before the first paint, so that the page never flashes in the wrong look. Kept in the browser, per person.
{
  const { dataset } = document.documentElement;
  const kept = localStorage.getItem("theme");
  if (kept === "light" || kept === "dark") dataset.theme = kept;
  dataset.cycle = localStorage.getItem("cycle") === "whole" ? "whole" : "part"; // without a script, the whole line shows
}
