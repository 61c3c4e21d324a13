"""Screens of stage 5: the queue, why an order stands where it stands, allocation runs, the rules."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omc.lib.money import plain
from orders.core import screens
from orders.core.access import allow
from orders.core.selectors.paging import keyset
from orders.core.views.lists import show_list
from orders.prioritization import selectors, services
from orders.prioritization.forms import RuleSetForm
from orders.prioritization.models import AllocationRunState, RuleSet
from orders.prioritization.services.rule_sets import EDITABLE


@require_GET
@allow("prioritization.view_rank")
def queue(request: HttpRequest) -> HttpResponse:
    """Open orders in the order in which they get stock and days."""
    rules = selectors.published(request.actor.company_id)
    empty = {
        "title": _("Nobody waits"),
        "hint": _("Orders are ranked here as soon as they are confirmed and have goods to ship."),
    }
    return show_list(
        request,
        "queue",
        "orders/prioritization/queue.html",
        empty=empty,
        rule_set=rules,
        bound_days=selectors.fairness_bound(rules),
        may_rank=request.actor.can("prioritization.rank_orders"),
    )


@require_POST
@allow("prioritization.rank_orders")
def rank_backlog(request: HttpRequest) -> HttpResponse:
    """Rank every open order anew."""

    def run() -> None:
        outcome = services.rank_backlog(actor=request.actor)
        messages.success(request, _("%(count)d open orders are ranked.") % {"count": outcome.ranked})

    return screens.perform(request, run, back_to=reverse("prioritization:queue"))


@require_GET
@allow("prioritization.view_rank")
def explain(request: HttpRequest, order_id: int) -> HttpResponse:
    """Why is this order where it is?"""
    actor = request.actor
    told = selectors.explain(order_id, actor)
    for row in told.ahead:
        row.gap = row.sort_key - told.ranking.sort_key
    context = {"told": told, "order": told.ranking.order, "may_rank": actor.can("prioritization.rank_orders")}
    return render(request, "orders/prioritization/explain.html", context)


@require_POST
@allow("prioritization.rank_orders")
def rank(request: HttpRequest, order_id: int) -> HttpResponse:
    """Rank one order by today's facts."""
    return screens.perform(
        request,
        lambda: services.rank_order(order_id=order_id, actor=request.actor),
        back_to=reverse("prioritization:explain", args=[order_id]),
    )


@require_http_methods(["GET", "POST"])
@allow("prioritization.view_rank")
def runs(request: HttpRequest) -> HttpResponse:
    """Allocation runs, the newest first; POST proposes a new one."""
    actor = request.actor
    if request.method == "POST":
        made: list[int] = []
        answer = screens.perform(
            request,
            lambda: made.append(services.run_allocation(actor=actor).pk),
            back_to=reverse("prioritization:runs"),
        )
        return redirect("prioritization:run", made[0]) if made and not request.htmx else answer
    empty = {
        "title": _("No run yet"),
        "hint": _("Propose a run when promises inside the allocation horizon wait for stock."),
    }
    may_run = actor.can("prioritization.run_allocation")
    return show_list(request, "allocation-runs", "orders/prioritization/runs.html", empty=empty, may_run=may_run)


@require_GET
@allow("prioritization.view_rank")
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """What a run gives whom, and what of it was skipped."""
    found = selectors.allocation_run(run_id, request.actor)
    context = {
        "run": found,
        "totals": selectors.allocation_totals(found),
        "page": keyset(selectors.allocation_rows(found), request.GET, order=("position",), size=100),
        "may_decide": request.actor.can("prioritization.run_allocation") and found.state == AllocationRunState.PROPOSED,
    }
    return render(request, "orders/prioritization/run.html", context)


@require_POST
@allow("prioritization.run_allocation")
def apply(request: HttpRequest, run_id: int) -> HttpResponse:
    """Give what the proposal says, where nothing has changed since."""
    return screens.perform(
        request,
        lambda: services.apply_allocation(run_id=run_id, actor=request.actor),
        back_to=reverse("prioritization:run", args=[run_id]),
    )


@require_POST
@allow("prioritization.run_allocation")
def discard(request: HttpRequest, run_id: int) -> HttpResponse:
    """Throw the proposal away."""
    return screens.perform(
        request,
        lambda: services.discard_allocation(run_id=run_id, actor=request.actor),
        back_to=reverse("prioritization:run", args=[run_id]),
    )


@require_GET
@allow("prioritization.view_rank")
def rule_sets(request: HttpRequest) -> HttpResponse:
    """Every version of the rules."""
    return render(request, "orders/prioritization/rule_sets.html", {"rule_sets": selectors.rule_sets(request.actor)})


@require_GET
@allow("prioritization.view_rank")
def rule_set(request: HttpRequest, rule_set_id: int) -> HttpResponse:
    """One version in words, with the bound on overtaking."""
    return render(request, "orders/prioritization/rule_set.html", _rule_set_context(request, rule_set_id))


def _rule_set_context(request: HttpRequest, rule_set_id: int) -> dict[str, Any]:
    actor = request.actor
    found = selectors.rule_set(rule_set_id, actor)
    editable = found.state in EDITABLE
    return {
        "rule_set": found,
        "book": selectors.book_in_words(found),
        "bound_days": selectors.fairness_bound(found),
        "may_draft": actor.can("orders.manage_rules"),
        "may_edit": editable and actor.can("orders.manage_rules"),
        "may_publish": editable and actor.can("prioritization.publish_rules"),
        "is_author": found.author_id == actor.user_id,
    }


@require_POST
@allow("orders.manage_rules")
def draft(request: HttpRequest, rule_set_id: int) -> HttpResponse:
    """Start a new version from this one."""
    made: RuleSet = services.draft_rule_set(source_id=rule_set_id, actor=request.actor)
    return redirect("prioritization:edit-rule-set", made.pk)


@require_http_methods(["GET", "POST"])
@allow("orders.manage_rules")
def edit_rule_set(request: HttpRequest, rule_set_id: int) -> HttpResponse:
    """Change the numbers of a draft."""
    found = selectors.rule_set(rule_set_id, request.actor)
    initial = {"name": found.name, "points_per_day": plain(found.points_per_day)}
    form = RuleSetForm(request.POST or None, body=found.body, initial=initial)
    if request.method == "POST":
        changed = screens.attempt(form, lambda **data: _change(request, rule_set_id, form))
        if changed is not None:
            return redirect("prioritization:rule-set", rule_set_id)
    return render(
        request,
        "orders/prioritization/edit_rule_set.html",
        {"form": form, "rule_set": found},
        status=422 if request.method == "POST" else 200,
    )


def _change(request: HttpRequest, rule_set_id: int, form: RuleSetForm) -> RuleSet:
    changed: RuleSet = services.change_rule_set(
        rule_set_id=rule_set_id,
        name=form.cleaned_data["name"],
        points_per_day=form.cleaned_data["points_per_day"],
        body=form.new_body(),
        actor=request.actor,
    )
    return changed


@require_POST
@allow("prioritization.publish_rules")
def publish(request: HttpRequest, rule_set_id: int) -> HttpResponse:
    """Put a draft in force."""
    return screens.perform(
        request,
        lambda: services.publish_rule_set(rule_set_id=rule_set_id, actor=request.actor),
        back_to=reverse("prioritization:rule-set", args=[rule_set_id]),
    )
