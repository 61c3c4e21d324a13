"""Screens of cost warnings: the open ones, one with all that it reaches, and what is done about it."""

from functools import partial

from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from omc.lib import clock
from orders.core import screens
from orders.core.access import allow
from orders.core.selectors.companies import today
from orders.core.views.lists import show_list
from orders.generation.selectors import history_of
from orders.pricing.warnings import selectors, services
from orders.pricing.warnings.forms import DecisionForm
from orders.pricing.warnings.models import Reach, WarningState

SHOWN = 10


@require_GET
@allow("orders.view_cost")
def cost_warnings(request: HttpRequest) -> HttpResponse:
    """Costs that rose while prices did not; those with most at stake first."""
    empty = {
        "title": _("No cost outran its prices"),
        "hint": _("When costs rise and something falls under the floor, it stands here before it costs money."),
        "calm": True,
    }
    return show_list(request, "cost-warnings", "orders/pricing/warnings/warnings.html", empty=empty)


@require_GET
@allow("orders.view_cost")
def items(request: HttpRequest) -> HttpResponse:
    """Items whose cost rose."""
    empty = {"hint": _("They stand here once a cost warning is raised.")}
    return show_list(request, "cost-warning-items", "orders/pricing/warnings/list.html", empty=empty)


@require_GET
@allow("orders.view_cost")
def rows(request: HttpRequest) -> HttpResponse:
    """Quotes, orders, prices and habits under the floor."""
    empty = {"hint": _("They stand here once a cost warning is raised.")}
    return show_list(request, "cost-warning-rows", "orders/pricing/warnings/list.html", empty=empty)


@require_GET
@allow("orders.view_cost")
def cost_warning(request: HttpRequest, warning_id: int) -> HttpResponse:
    """One warning: what rose, what that reaches, what to do."""
    return _page(request, warning_id, DecisionForm())


def _page(request: HttpRequest, warning_id: int, form: DecisionForm, status: int = 200) -> HttpResponse:
    warning = selectors.warning_of(request.actor, warning_id)
    is_open = warning.state in selectors.OPEN
    kinds = selectors.kinds_of(warning)
    reached = selectors.reached_rows(request.actor, {"warning": warning})
    context = {
        "warning": warning,
        "is_open": is_open,
        "parts": [
            {
                "kind": kind,
                "label": kind.label,
                **kinds[kind],
                "shown": list(reached.filter(kind=kind).order_by("-short_base", "margin_after", "id")[:SHOWN]),
                "url": f"{reverse('pricing:cost-warning-rows')}?warning={warning.pk}&kind={kind}",
            }
            for kind in (Reach.QUOTE, Reach.ORDER, Reach.PRICE, Reach.SALE)
        ],
        "items": selectors.moved_items(request.actor, {"warning": warning}).order_by(F("rise_base").desc(), "id")[
            :SHOWN
        ],
        "items_url": f"{reverse('pricing:cost-warning-items')}?warning={warning.pk}",
        "lists": selectors.lists_reached(warning, today(request.company)),
        "proposals": selectors.proposals_of(warning),
        "year_from": selectors.year_from(warning),
        "duty": selectors.open_duty(warning),
        "history": history_of(warning),
        "until": clock.now() if is_open else None,
        "may_act": is_open and request.actor.can(services.ANSWER),
        "may_propose": warning.state == WarningState.NEW and warning.prices > 0,
        "form": form,
    }
    return render(request, "orders/pricing/warnings/warning.html", context, status=status)


@require_POST
@allow("pricing.edit_price_list")
def propose(request: HttpRequest, warning_id: int) -> HttpResponse:
    """Draft the next version of each list with the margin restored."""
    run = partial(services.propose_prices, warning_id=warning_id, actor=request.actor)
    return screens.perform(request, run, back_to=reverse("pricing:cost-warning", args=[warning_id]))


@require_POST
@allow("pricing.edit_price_list")
def count(request: HttpRequest, warning_id: int) -> HttpResponse:
    """Count anew what it reaches."""
    run = partial(services.count_again, warning_id=warning_id, actor=request.actor)
    return screens.perform(request, run, back_to=reverse("pricing:cost-warning", args=[warning_id]))


@require_POST
@allow("pricing.edit_price_list")
def decide(request: HttpRequest, warning_id: int) -> HttpResponse:
    """Acted on, or set aside; each with words."""
    form = DecisionForm(request.POST)
    run = services.set_aside_warning if request.POST.get("answer") == "set_aside" else services.close_warning
    decided = screens.attempt(form, partial(run, warning_id=warning_id, actor=request.actor))
    if decided is None:
        return _page(request, warning_id, form, status=422)
    said = _("“%(warning)s” is set aside.") if decided.state == "set_aside" else _("“%(warning)s” is acted on.")
    messages.success(request, said % {"warning": decided})
    return redirect("pricing:cost-warning", warning_id)
