// Runs before the first paint, so that the page never flashes in the wrong theme. Kept in the browser, per person.
{
  const kept = localStorage.getItem("theme");
  if (kept === "light" || kept === "dark") document.documentElement.dataset.theme = kept;
}
