"""What the page of a call, and panels elsewhere, show of it: a constant number of queries."""

from collections.abc import Sequence
from typing import Any, Final

from omc.lib.actor import Actor
from omc.lib.errors import DomainError
from orders.core.inputs import LineInput
from orders.core.views.panels import panels_of
from orders.entry.calls.models import Call, CallQuestion
from orders.entry.calls.selectors.answers import Answer, answer
from orders.entry.calls.selectors.calls import last_calls, made_of
from orders.entry.calls.selectors.standing import open_orders
from orders.entry.calls.wording import say_order, say_question
from orders.pricing.selectors import quote_rows, quotes_about
from orders.pricing.selectors.quotes import OPEN

QUOTES: Final = 5


def questions(call: Call, actor: Actor) -> dict[str, Any]:
    """What was asked, the newest first, as it was told; and of the newest what the stock says at this moment."""
    sees = actor.can("orders.view_price")
    asked: Sequence[CallQuestion] = sorted(call.questions.all(), key=lambda one: -one.position)
    now = _now(call, asked[0], actor) if asked else None
    return {
        "call": call,
        "questions": [{"question": one, "said": say_question(one, with_price=sees)} for one in asked],
        "now": now,
        "changed": now is not None and _changed(asked[0], now),
        "may_see_price": sees,
    }


def _now(call: Call, question: CallQuestion, actor: Actor) -> Answer | None:
    line = LineInput(
        product_id=question.product_id,
        quantity=question.typed_quantity,
        unit=question.unit,
        requested_date=question.wanted,
    )
    try:
        return answer(call.company, call.customer, line, actor)
    except DomainError:  # the item or its pack is no longer sold: what was told stays, and nothing stands beside it
        return None


def _changed(question: CallQuestion, now: Answer) -> bool:
    """Whether one would have to tell something else by now."""
    day = now.place.ship_date if now.place else None
    return question.ship_date != day or (now.unit_price is not None and question.unit_price != now.unit_price)


def around(call: Call, actor: Actor) -> dict[str, Any]:
    """The customer at a glance: open orders with the sentence to say, quotes, earlier calls, what other stages know."""
    customer = call.customer
    if customer is None:
        return {"made": made_of(actor, [call]).get(call.pk, [])}
    quotes = []
    if actor.can("pricing.view_quote"):
        quotes = quote_rows(quotes_about(customer, actor).filter(state__in=OPEN)[:QUOTES], actor)
    return {
        "customer": customer,
        "facts": getattr(customer, "facts", None) if actor.can("billing.view_invoice") else None,
        "orders": [{"standing": one, "said": say_order(one)} for one in open_orders(customer, call.company)],
        "quotes": quotes,
        "earlier": {"calls": rows_of(last_calls(actor, customer, but=call.pk), actor)},
        "made": made_of(actor, [call]).get(call.pk, []),
        "panels": panels_of("call", call, actor),
    }


def rows_of(calls: list[Call], actor: Actor) -> list[dict[str, Any]]:
    """Calls with what was said and what came of them, for whoever looks."""
    made, sees = made_of(actor, calls), actor.can("orders.view_price")
    return [
        {
            "call": call,
            "said": [say_question(question, with_price=sees) for question in call.questions.all()],
            "made": made.get(call.pk, []),
        }
        for call in calls
    ]
