"""Screens of guidelines and approvals: the rows, the requests, the decision, and what came of it."""

from functools import partial
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omc.lib import clock
from orders.core import screens
from orders.core.access import allow
from orders.core.views.lists import show_list
from orders.generation.selectors import history_of
from orders.pricing.guidelines import forms, outcomes, selectors, services
from orders.pricing.guidelines.lists import document_of
from orders.pricing.guidelines.models import Approval, ApprovalState, DiscountGuideline
from orders.pricing.guidelines.services.approvals import APPROVE


@require_GET
@allow("orders.view_price")
def guidelines(request: HttpRequest) -> HttpResponse:
    """The guidelines in force, and every version of them."""
    versions = list(selectors.versions_of(request.actor.company_id)[:20])
    for version in versions:
        version.rows = _with_words(version.discount_guidelines.all())
    context = {
        "versions": versions,
        "in_force": next((version for version in versions if version.status == "published"), None),
        "may_edit": request.actor.can("pricing.edit_guidelines"),
        "may_publish": request.actor.can("orders.manage_rules"),
        "can_go_back": any(version.status == "retired" for version in versions),
    }
    return render(request, "orders/pricing/guidelines/guidelines.html", context)


def _with_words(rows: Any) -> list[DiscountGuideline]:
    found = sorted(rows, key=lambda row: row.position)
    for row in found:
        row.words = selectors.words_of(row)
    return found


@require_http_methods(["GET", "POST"])
@allow("pricing.edit_guidelines")
def edit_guidelines(request: HttpRequest) -> HttpResponse:
    """Write the next version of the guidelines, from the rows of the latest."""
    latest = selectors.versions_of(request.actor.company_id).first()
    initial = [_initial(row) for row in sorted(latest.discount_guidelines.all(), key=_position)] if latest else []
    choices = {"categories": forms.category_choices(request.actor.company_id)}
    rows = forms.GuidelineRows(request.POST or None, prefix="rows", initial=initial, form_kwargs=choices)
    above = django_forms.Form(request.POST or None)
    if request.method == "POST" and rows.is_valid() and above.is_valid():
        filled = [row for row in rows if row.is_filled]
        try:
            services.draft_guidelines(rows=[row.typed for row in filled], actor=request.actor)
        except services.InvalidGuidelines as refusal:
            for problem in refusal.data["lines"]:  # type: ignore[attr-defined]
                filled[problem["position"] - 1].add_error(problem["field"], problem["message"])
        else:
            messages.success(request, _("The draft is saved. It has no effect until it is published."))
            return redirect("pricing:guidelines")
    status = 422 if request.method == "POST" else 200
    return render(request, "orders/pricing/guidelines/edit.html", {"rows": rows, "form": above}, status=status)


def _position(row: DiscountGuideline) -> int:
    return row.position


def _initial(row: DiscountGuideline) -> dict[str, Any]:
    named = {group["any"][0]["field"]: group["any"][0]["value"] for group in row.tree["all"]}
    return {
        "customer": named.get("customer", ""),
        "customer_class": named.get("class", ""),
        "category": named.get("category", ""),
        "role": named.get("role", ""),
        "max_discount_percent": row.max_discount_percent,
        "min_margin_percent": row.min_margin_percent,
        "mode": row.mode,
    }


@require_POST
@allow("orders.manage_rules")
def publish(request: HttpRequest, version_id: int) -> HttpResponse:
    """Put a version in force."""
    run = partial(services.publish_guidelines, version_id=version_id, actor=request.actor)
    return screens.perform(request, run, back_to=reverse("pricing:guidelines"))


@require_POST
@allow("orders.manage_rules")
def roll_back(request: HttpRequest) -> HttpResponse:
    """Back to the version that was in force before."""
    run = partial(services.rollback_guidelines, actor=request.actor)
    return screens.perform(request, run, back_to=reverse("pricing:guidelines"))


@require_GET
@allow("orders.view_price")
def approvals(request: HttpRequest) -> HttpResponse:
    """Requests to go further than the guidelines; those that wait first."""
    empty = {
        "title": _("Nobody waits for an approval"),
        "hint": _("Prices that go further than the discount guidelines are asked for here."),
    }
    return show_list(request, "discount-approvals", "orders/pricing/guidelines/approvals.html", empty=empty)


@require_GET
@allow("orders.view_price")
def approval(request: HttpRequest, approval_id: int) -> HttpResponse:
    """All that is needed to decide, on one screen."""
    return _page(request, approval_id)


def _page(request: HttpRequest, approval_id: int, status: int = 200, **refused: django_forms.Form) -> HttpResponse:
    actor = request.actor
    found = selectors.approval_of(actor, approval_id)
    document = document_of(found)
    own = actor.user_id in services.authors(found, document)
    waits = found.state == ApprovalState.REQUESTED
    context = {
        "approval": found,
        "document": document,
        "findings": selectors.findings_seen(found, actor),
        "impact": selectors.impact_of(found, actor),
        "customer_history": outcomes.history_with(found),
        "outcome": outcomes.outcomes_of([found]).get(found.pk),
        "outcome_days": outcomes.DAYS,
        "history": history_of(found),
        "until": clock.now() if waits else None,
        "is_own": own,
        "may_decide": waits and actor.can(APPROVE) and not own,
        "may_see_cost": actor.can("orders.view_cost"),
        "decide_form": forms.DecideForm(),
        "delegate_form": forms.DelegateForm(
            company_id=found.company_id, without={actor.user_id or 0, found.requested_by_id or 0}
        ),
    }
    return render(request, "orders/pricing/guidelines/approval.html", context | refused, status=status)


@require_POST
@allow("pricing.approve_discount")
def decide(request: HttpRequest, approval_id: int) -> HttpResponse:
    """Approve or refuse."""
    form = forms.DecideForm(request.POST)
    run = services.refuse_discount if request.POST.get("answer") == "refuse" else services.approve_discount
    decided = screens.attempt(form, partial(run, approval_id=approval_id, actor=request.actor))
    if decided is None:
        return _page(request, approval_id, status=422, decide_form=form)
    document = document_of(decided)
    said = _("The prices of %(document)s are approved.") if decided.state == "approved" else _("Refused: %(document)s.")
    messages.success(request, said % {"document": document})
    return redirect("pricing:approval", approval_id)


@require_POST
@allow("pricing.approve_discount")
def delegate(request: HttpRequest, approval_id: int) -> HttpResponse:
    """Hand a request to a colleague."""
    form = forms.DelegateForm(request.POST, company_id=request.actor.company_id, without=set())
    run = partial(services.delegate_approval, approval_id=approval_id, actor=request.actor)
    if screens.attempt(form, run) is None:
        return _page(request, approval_id, status=422, delegate_form=form)
    return redirect("pricing:approval", approval_id)


@require_POST
@allow("pricing.write_quote")
def ask(request: HttpRequest, kind: str, document_id: int) -> HttpResponse:
    """Ask for the prices of a quote or an order."""
    form = forms.AskForm(request.POST)
    page = reverse("core:order" if kind == "order" else "pricing:quote", args=[document_id])
    named: dict[str, Any] = {f"{kind}_id": document_id}
    asked: Approval | None = screens.attempt(form, partial(services.request_approval, actor=request.actor, **named))
    if asked is None:
        for error in (error for errors in form.errors.values() for error in errors):
            messages.error(request, str(error))
    else:
        messages.success(request, _("Asked for. Whoever may decide sees it now."))
    return redirect(page)


@require_GET
@allow("orders.view_cost")
def exceptions(request: HttpRequest) -> HttpResponse:
    """What approved exceptions led to, per approver and one by one."""
    rows = list(selectors.approval_list(request.actor, {"state": "approved"}).order_by("-decided_at", "-id")[:100])
    found = outcomes.outcomes_of(rows)
    context = {
        "records": outcomes.approver_records(request.actor),
        "rows": [(row, document_of(row), found[row.pk]) for row in rows],
        "days": outcomes.DAYS,
    }
    return render(request, "orders/pricing/guidelines/exceptions.html", context)
