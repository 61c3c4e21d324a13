"""What order entry shows of its checks on an order's page, and beside the decision of a hold."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.money import ZERO, round_amount
from omc.lib.prepared import Prepared
from omc.lib.registry import Panel, registry
from orders.core.models import Hold, Order, OrderState
from orders.entry.models import CleanScore
from orders.entry.rules.checks import CHECKS, FULL
from orders.entry.selectors.effects import effects_on_others
from orders.entry.selectors.exposure import exposing_orders, exposure_of
from orders.entry.services import check_order
from orders.entry.showing import FAMILY_NAMES, show


def register() -> None:
    registry.panels.add(
        "entry checks",
        Panel("checks", "order", _("Clean order"), "orders/entry/order_checks.html", order_checks, order=12),
    )
    registry.panels.add(
        "entry hold exposure",
        Panel(
            "exposure",
            "hold",
            _("Credit exposure"),
            "orders/entry/exposure.html",
            hold_exposure,
            permission="orders.view_price",
            order=10,
        ),
    )
    registry.panels.add(
        "entry hold checks",
        Panel("checks", "hold", _("What the checks say now"), "orders/entry/order_checks.html", hold_checks, order=20),
    )


_SCORE = Prepared(lambda gaps: CleanScore.objects.filter(order_id=gaps.order))


def order_checks(order: Order, actor: Actor) -> dict[str, Any] | None:
    """Of a draft what is found now; of a submitted order how clean it came in."""
    if order.state == OrderState.DRAFT:
        return found_now(order, actor)
    kept = _SCORE.first(order=order.pk)
    return None if kept is None else {"order": order, "kept": kept_score(kept, actor)}


def found_now(order: Order, actor: Actor) -> dict[str, Any]:
    lines = list(order.lines.select_related("product").order_by("position"))
    return {"order": order, "clean": show(order, check_order(order), actor, effects_on_others(order, lines))}


def kept_score(fact: CleanScore, actor: Actor) -> dict[str, Any]:
    """A score that was kept at submit, without the families that the actor's role may not know."""
    needs = {check.family: check.needs for check in CHECKS.values()}
    parts = {
        family: points for family, points in fact.parts.items() if not needs.get(family) or actor.can(needs[family])
    }
    return {
        "score": FULL - sum(parts.values()),
        "parts": [(FAMILY_NAMES[family], points) for family, points in parts.items() if family in FAMILY_NAMES],
        "first_time": fact.first_score == fact.score,
        "at": fact.checked_at,
    }


def hold_exposure(hold: Hold, actor: Actor) -> dict[str, Any] | None:
    """The computation that a credit hold rests on, opened to the orders behind it."""
    customer = hold.order.customer if hold.order else hold.customer
    if customer is None or not (hold.hold_type.is_credit or hold.customer_id):
        return None
    order = hold.order
    this = round_amount(order.total_amount * order.currency_rate) if order else ZERO
    without = order.pk if order else 0
    return {
        "exposure": exposure_of(customer, without=without, this_order=this),
        "orders": exposing_orders(customer, without=without),
        "order": order,
        "customer": customer,
        "facts": getattr(customer, "facts", None),
        "currency": hold.company.currency,
        "prepaid": bool(order and order.terms and order.terms.prepaid),
    }


def hold_checks(hold: Hold, actor: Actor) -> dict[str, Any] | None:
    if hold.order is None or hold.order.state not in (OrderState.DRAFT, OrderState.PENDING):
        return None
    return found_now(hold.order, actor)
