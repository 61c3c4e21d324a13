"""An answered price question on the line of the draft that it was asked from."""

from dataclasses import replace

from omc.lib.actor import Actor
from orders.core import lifecycle
from orders.core.models import LineKind, OrderState
from orders.entry.selectors.seats import is_open
from orders.entry.services.lines import typed
from orders.entry.services.save_draft import write_draft
from orders.pricing.questions.models import PriceQuestion
from orders.pricing.questions.services import step_of
from orders.pricing.rules import overrides


def put_on_order(question: PriceQuestion, actor: Actor, by_hand: bool) -> str:
    """Empty when the line has the price now; else why not. A draft that somebody writes in is left to them."""
    order = lifecycle.lock(question.order_id, actor)  # type: ignore[arg-type]
    if order.state != OrderState.DRAFT:
        return f"{order} is {order.get_state_display().lower()}: its prices change by a change order."
    if not by_hand and is_open(f"order:{order.pk}"):
        return f"Somebody has {order} open; the price can be put on it from here."
    before = [line for line in order.lines.order_by("position") if line.kind != LineKind.COMPONENT]
    target = next(
        (
            line
            for line in before
            if line.product_id == question.product_id and line.typed_quantity * line.unit_factor == question.quantity
        ),
        None,
    )
    if target is None:
        return f"{order} has no line of {question.quantity.normalize():f} {question.product.sku} any more."
    lines = [replace(typed(line), unit_price=question.unit_price) if line is target else typed(line) for line in before]
    write_draft(order, {}, lines, actor)
    line = order.lines.get(position=target.position)
    if overrides(line.price_steps):
        line.price_steps[-1] = step_of(question, line.price_steps[-1])
        line.save(update_fields=["price_steps"])
    return ""
