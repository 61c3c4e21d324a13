// Measures how long a person really works on the document that is open, and tells the server in small sums.
// Counted: seconds in which the page is visible and focused and somebody typed, moved or scrolled within the last minute.
// The body says what is open: data-subject-type, data-subject-id, data-stage; and where to report: data-touch-url.

const IDLE_AFTER = 60_000;
const REPORT_EVERY = 15_000;
const { touchUrl, subjectType, subjectId, stage } = document.body.dataset;

if (touchUrl && subjectType && subjectId) {
  let here = document.hasFocus() && !document.hidden;
  let lastSign = performance.now();
  let lastCount = lastSign;
  let counted = 0; // milliseconds not yet reported

  const count = () => {
    const now = performance.now();
    const until = Math.min(now, lastSign + IDLE_AFTER); // after the last sign idle time is nobody's work
    if (here && until > lastCount) counted += until - lastCount;
    lastCount = now;
  };
  const sign = () => {
    count();
    lastSign = performance.now();
  };
  const leave = () => {
    count();
    here = false;
  };
  const arrive = () => {
    sign();
    here = document.hasFocus() && !document.hidden;
  };

  for (const type of ["keydown", "pointerdown", "pointermove", "wheel", "input", "focusin"]) {
    addEventListener(type, sign, { passive: true, capture: true });
  }
  addEventListener("blur", leave);
  addEventListener("focus", arrive);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) return arrive();
    leave();
    report(true);
  });

  const csrf = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

  function report(leaving = false) {
    count();
    const seconds = Math.floor(counted / 1000);
    if (!seconds) return;
    counted -= seconds * 1000;
    const body = new FormData();
    const fields = { csrfmiddlewaretoken: csrf(), subject_type: subjectType, subject_id: subjectId, stage: stage ?? "", seconds };
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    if (leaving) {
      navigator.sendBeacon(touchUrl, body);
      return;
    }
    fetch(touchUrl, { method: "POST", body, keepalive: true }).then(
      (answer) => {
        if (answer.status >= 500) counted += seconds * 1000;
      },
      () => (counted += seconds * 1000), // the network failed: report them next time
    );
  }

  setInterval(() => report(), REPORT_EVERY);
  addEventListener("pagehide", () => report(true));
}
