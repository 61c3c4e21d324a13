"""The order list and the order page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.registry import registry
from orders.core import forms, screens
from orders.core.access import allow
from orders.core.models import HoldScope, Order, OrderState
from orders.core.selectors.duties import duty_url
from orders.core.selectors.holds import open_holds
from orders.core.selectors.orders import duties_of, hops, lines_of, order_of, sent_about
from orders.core.services import holds
from orders.core.views.lists import show_list
from orders.core.views.panels import panels_of

PAGE = "orders/core/order.html"


def offered(subject: str, thing: Any, actor: Actor) -> list[dict[str, Any]]:
    """The registered actions that the actor may do on a thing as it stands; one is primary at most."""
    found: list[dict[str, Any]] = []
    for action in registry.actions:
        if action.subject == subject and actor.can(action.permission) and action.when(thing):
            primary = action.primary and not any(item["primary"] for item in found)
            found.append({"action": action, "url": action.url(thing), "primary": primary})
    return found


@require_GET
@allow("orders.view_order")
def orders(request: HttpRequest) -> HttpResponse:
    """Orders by filter and sort; everything that was asked stays in the address."""
    actions = offered("order_list", None, request.actor)
    empty = {"hint": _("Orders appear here once the order desk enters them.")}
    if actions:
        empty = {
            "hint": _("The first order starts the cycle."),
            "url": actions[0]["url"],
            "action": actions[0]["action"].label,
        }
    return show_list(request, "orders", actions=actions, empty=empty)


@require_GET
@allow("orders.view_order")
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    """Everything about one order on one page."""
    found = order_of(request.actor, order_id)
    return render(request, PAGE, _order_context(request, found))


def _order_context(request: HttpRequest, found: Order) -> dict[str, Any]:
    actor = request.actor
    lines = lines_of(found)
    marks = [mark(found, actor) for mark in registry.line_marks]
    for line in lines:
        line.actions = offered("order_line", line, actor)
        line.marks = [each[line.pk] for each in marks if line.pk in each]
    duties: list[Any] = duties_of(found)
    for duty in duties:
        duty.url = duty_url(duty)
    return {
        "order": found,
        "lines": lines,
        "holds": open_holds(found),
        "duties": duties,
        "hops": hops(found, actor),
        "is_open": found.state not in (OrderState.CLOSED, OrderState.CANCELLED, OrderState.ABANDONED),
        "now": clock.now(),
        "panels": panels_of("order", found, actor),
        "actions": offered("order", found, actor),
        "messages_sent": sent_about(found),
        "may_see_price": actor.can("orders.view_price"),
        "may_see_cost": actor.can("orders.view_cost"),
    }


@require_http_methods(["GET", "POST"])
@allow("orders.place_hold")
def place_hold(request: HttpRequest, order_id: int) -> HttpResponse:
    """Stop an order, saying why."""
    found = order_of(request.actor, order_id)
    form = forms.HoldForm(request.POST or None, company_id=request.actor.company_id, scope=HoldScope.ORDER)
    if request.method == "POST" and None is not screens.attempt(
        form, lambda **data: holds.place_hold(order_id=order_id, actor=request.actor, **data)
    ):
        return redirect("core:order", order_id)
    return render(
        request,
        "orders/core/hold_form.html",
        {"form": form, "order": found},
        status=422 if request.method == "POST" else 200,
    )
