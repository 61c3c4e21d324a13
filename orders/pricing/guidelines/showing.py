"""What the pages of orders and quotes say of the guidelines."""

from typing import Any

from django.urls import reverse

from omc.lib.actor import Actor
from orders.core.models import Order, OrderState
from orders.pricing.guidelines.forms import AskForm
from orders.pricing.guidelines.models import Approval, ApprovalState
from orders.pricing.guidelines.selectors import findings_seen, judge_document, latest_approval
from orders.pricing.models import Quote, QuoteState


def order_panel(order: Order, actor: Actor) -> dict[str, Any] | None:
    """What was asked for its prices, and what came of it."""
    asked = latest_approval(order)
    if asked is None:
        return None
    open_again = asked.state not in (ApprovalState.REQUESTED, ApprovalState.APPROVED)
    may_ask = open_again and order.state == OrderState.PENDING and actor.can("pricing.write_quote")
    return {
        "asked": asked,
        "findings": findings_seen(asked, actor),
        "ask_url": reverse("pricing:ask-order-approval", args=[order.pk]) if may_ask else "",
        "ask_form": AskForm(),
        "shows_cost": actor.can("orders.view_cost"),
    }


def quote_panel(quote: Quote, actor: Actor) -> dict[str, Any] | None:
    """What in a draft goes further than the guidelines now, and who was asked about it."""
    asked = latest_approval(quote)
    if quote.state != QuoteState.DRAFT:
        return _told(asked, actor) if asked else None
    lines = list(quote.lines.select_related("product").order_by("position"))
    judgment = judge_document(quote, lines, quote.customer, actor)
    standing = asked if asked and asked.fingerprint == judgment.fingerprint else None
    if not judgment.findings:
        return _told(asked, actor) if asked else None
    stands = standing is not None and standing.state in (ApprovalState.REQUESTED, ApprovalState.APPROVED)
    may_ask = judgment.mode == "approve" and not stands and actor.can("pricing.write_quote")
    hidden = () if actor.can("orders.view_cost") else ("margin_percent", "min_margin_percent")
    return {
        "asked": asked,
        "mode": judgment.mode,
        "findings": [
            {key: value for key, value in finding.row().items() if key not in hidden} for finding in judgment.findings
        ],
        "ask_url": reverse("pricing:ask-quote-approval", args=[quote.pk]) if may_ask else "",
        "ask_form": AskForm(),
        "shows_cost": actor.can("orders.view_cost"),
    }


def _told(asked: Approval, actor: Actor) -> dict[str, Any]:
    return {"asked": asked, "findings": findings_seen(asked, actor), "shows_cost": actor.can("orders.view_cost")}
