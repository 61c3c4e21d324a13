"""An answered price question on the line of the draft that it was asked from.

Who has the draft open in the grid is not written over: the answer waits for them, and they put it there.
"""

from dataclasses import replace

from omc.lib.actor import Actor
from orders.core import lifecycle
from orders.core.models import LineKind, OrderState
from orders.entry.selectors.seats import is_open
from orders.entry.services.lines import typed
from orders.entry.services.save_draft import write_draft
from orders.pricing.questions.models import PriceQuestion
from orders.pricing.questions.services import step_of
from orders.pricing.questions.services.on_quotes import latest_revision, put_on_quote
from orders.pricing.rules import overrides


def put_on_order(question: PriceQuestion, actor: Actor, by_hand: bool) -> str:
    """Empty when the line has the price now; else why not. A draft that somebody writes in is left to them."""
    order = lifecycle.lock(question.order_id, actor)  # type: ignore[arg-type]
    if order.state == OrderState.PENDING:
        return f"{order} is handed in: take it back as a draft to put the price on it."
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
    answered = replace(typed(target), unit_price=question.unit_price, price_reason=question.because)
    lines = [answered if line is target else typed(line) for line in before]
    write_draft(order, {}, lines, actor)
    line = order.lines.get(position=target.position)
    if overrides(line.price_steps):
        line.price_steps[-1] = step_of(question, line.price_steps[-1])
        line.save(update_fields=["price_steps"])
    return ""


def put_on_draft_quote(question: PriceQuestion, actor: Actor, by_hand: bool) -> str:
    """The same on the quote's latest revision, or on a new quote."""
    if question.quote is not None and not by_hand:
        latest = latest_revision(question.quote)
        if is_open(f"quote:{latest.pk}"):
            return f"Somebody has {latest} open; the price can be put on it from here."
    return put_on_quote(question, actor, by_hand)
