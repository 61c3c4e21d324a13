// Who orders: the field on the page of a new order.

import { Hits } from "./hits.js";

export function pickCustomer(form) {
  const input = form.querySelector("[name=customer]");
  const hits = new Hits(document.getElementById("customer-hits"), form.dataset.pick, () => form.requestSubmit());
  hits.attach(input);
  input.addEventListener("input", () => hits.ask(input));
  input.addEventListener("keydown", (event) => hits.handles(event));
  input.addEventListener("blur", () => hits.close());
}
