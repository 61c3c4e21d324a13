// A letter in its frame is as tall as its words; without this it scrolls.

for (const frame of document.querySelectorAll("iframe[data-letter]")) {
  const fit = () => {
    const body = frame.contentDocument?.body;
    if (body) frame.style.height = `${Math.ceil(body.getBoundingClientRect().height)}px`;
  };
  frame.addEventListener("load", fit);
  addEventListener("resize", fit);
  fit();
}
