// What a scan means at the step where one stands. Quantities may have six places; counting goes in millionths.

const MILLION = 1_000_000;
const parts = (text) => Math.round(Number(text) * MILLION);

export function left(task, taken) {
  const gone = taken
    .filter((one) => one.line_id === task.line_id && one.bin === task.bin && (task.asks || one.lot === task.lot))
    .reduce((sum, one) => sum + parts(one.quantity), 0);
  return (parts(task.quantity) - gone) / MILLION;
}

export function judge(at, text, task, { item, much, taken, asked }) {
  const upper = text.toUpperCase();
  if (at === "bin") {
    const right = upper === task.bin || (task.check_digits && upper === task.check_digits);
    return right ? { bin: task.bin } : { wrong: "wrongBin", shown: text };
  }
  if (at === "serial" || at === "lot") return judgeAsked(at, text, taken, asked);
  const factor = task.codes[text.toLowerCase()];
  if (factor === undefined && item && /^\d{1,4}$/.test(text)) return enough(text, item, task, much);
  if (factor === undefined) return { wrong: "wrongItem", shown: text };
  return enough(factor, text, task, much);
}

function enough(quantity, item, task, much) {
  if (parts(quantity) <= 0 || parts(quantity) > parts(much)) return { wrong: "tooMuch", shown: `${much} ${task.unit}` };
  if (task.asks === "serial" && Number(quantity) !== 1) return { item, quantity: 1, ask: true };
  return { item, quantity, ask: Boolean(task.asks) };
}

function judgeAsked(at, text, taken, { item, quantity }) {
  if (at === "serial" && taken.some((one) => one.serial === text)) return { wrong: "again", shown: text };
  return { item, quantity, more: { [at]: text } };
}
