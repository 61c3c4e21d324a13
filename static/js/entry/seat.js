// Who else has this draft open, and whether it was saved elsewhere: asked at the start, every few seconds, and said in words.

const ASK_MS = 8000;

export function takeSeat(form, draft, { post }) {
  const place = document.getElementById("others");
  const tab = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
  const about = (leave = "") => {
    const data = new FormData();
    data.append("tab", tab);
    data.append("leave", leave);
    data.append("editor", form.elements.editor.value);
    return data;
  };

  // The saved version if this page made it, or the page it follows after a reload; otherwise null.
  draft.ownVersion = async () => {
    const response = await post(form.dataset.seatUrl, about()).catch(() => null);
    if (!response?.ok || response.redirected) return null;
    const answer = await response.json();
    return answer.own ? String(answer.version) : null;
  };

  async function ask() {
    if (document.hidden && place.hidden && asked) return; // nobody looks
    asked = true;
    const { saves, saving } = draft;
    try {
      const response = await post(form.dataset.seatUrl, about());
      if (!response.ok || response.redirected) return;
      const answer = await response.json();
      if (place.dataset.said !== answer.words) {
        place.dataset.said = answer.words;
        place.querySelector("[data-message]").textContent = answer.words;
        place.hidden = !answer.words;
      }
      const behind = answer.version > Number(form.elements.version.value);
      if (!behind || saving || draft.saves !== saves || // our own save made it, or may have
        draft.saving || draft.stopped || draft.leaving) return;
      if (answer.own) form.elements.version.value = answer.version; // saved while this page was being left
      else draft.stop(answer.moved);
    } catch {
      // no connection: saving says so
    }
  }

  let asked = false;
  ask();
  setInterval(ask, ASK_MS);
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  addEventListener("pagehide", () => post(form.dataset.seatUrl, about("yes"), { keepalive: true }).catch(() => {}));
}
