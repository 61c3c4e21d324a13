"""The staple walk: choose an order, and go with it from hop to hop."""

from secrets import randbelow

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from analytics import drawing
from analytics.selectors.walk import random_order, walk_of, walkable
from analytics.selectors.wall import DAY_MINUTES, longest_unattended
from omc.lib.errors import NotFound
from orders.core.access import allow
from orders.core.models import Customer
from orders.core.selectors.orders import order_of


@require_GET
@allow("orders.view_order")
def choose(request: HttpRequest) -> HttpResponse:
    """Which order to follow: any, the worst, one customer's, or the one that somebody asked about."""
    actor = request.actor
    text, customer_id = request.GET.get("q", "").strip(), request.GET.get("customer", "")
    customer = (
        Customer.objects.filter(pk=customer_id, company_id=actor.company_id).first() if customer_id.isdigit() else None
    )
    orders = walkable(actor, text, customer.pk if customer else None)
    context = {
        "text": text,
        "customer": customer,
        "orders": orders,
        "worst": [] if text or customer else longest_unattended(actor),
        "day_minutes": DAY_MINUTES,
        "shows_price": actor.can("orders.view_price"),
    }
    return render(request, "analytics/walks.html#found" if request.htmx else "analytics/walks.html", context)


@require_GET
@allow("orders.view_order")
def at_random(request: HttpRequest) -> HttpResponse:
    """Some order, so that one does not only look where one expects trouble."""
    order = random_order(request.actor, randbelow(1000) / 999)
    return redirect("analytics:walk", order.pk) if order else redirect("analytics:walks")


@require_GET
@allow("orders.view_order")
def walk(request: HttpRequest, order_id: int, hop: int = 0) -> HttpResponse:
    """One order's walk at one hop; without a hop at the one that waited longest."""
    actor = request.actor
    order = order_of(actor, order_id)
    found = walk_of(order, actor)
    if not found.steps:
        return render(request, "analytics/walk_empty.html", {"order": order})
    if hop > len(found.steps):
        raise NotFound(f"This walk has {len(found.steps)} hops.")
    number = hop or found.longest_number
    drawn = drawing.draw_walk(
        [(step.stage, step.hop.parts) for step in found.steps], [lane for lane, _name in found.lanes]
    )
    most = max((step.hop.wait_minutes for step in found.steps), default=0)
    bars = [
        drawing.split(float(step.hop.wait_minutes / most) * drawing.STRIP_BAR if most else 0.0, step.hop.parts)
        for step in found.steps
    ]
    context = {
        "order": order,
        "walk": found,
        "waiting": found.waiting,
        "step": found.steps[number - 1],
        "drawn": drawn,
        "spots": list(zip(found.steps, drawn.spots, bars, strict=True)),
        "lanes": [(number, name, y) for (number, name), y in zip(found.lanes, drawn.lane_ys, strict=True)],
        "before": number - 1 if number > 1 else None,
        "after": number + 1 if number < len(found.steps) else None,
        "day_minutes": DAY_MINUTES,
        "calendar_minutes": found.waiting.elapsed_calendar.total_seconds() / 60,
        "may_see_sent": actor.can("orders.view_sent"),
        "shows_price": actor.can("orders.view_price"),
    }
    is_swap = request.htmx and not request.htmx.history_restore_request
    return render(request, "analytics/walk.html#walk" if is_swap else "analytics/walk.html", context)
