"""Hold rules: when a kind of hold places itself, in versions that are published and rolled back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omc.lib.errors import DomainError, NotFound
from orders.core import conditions, screens
from orders.core.access import allow
from orders.core.conditions import builder
from orders.core.models import HoldType, Order, RuleVersion, Touched
from orders.core.selectors.companies import today
from orders.core.selectors.orders import OPEN_STATES
from orders.core.services import rules


@require_GET
@allow("orders.manage_rules")
def rule_list(request: HttpRequest) -> HttpResponse:
    """Every kind of hold with what it blocks, and the rule in force that places it."""
    company_id = request.actor.company_id
    versions = RuleVersion.objects.filter(company_id=company_id).select_related("created_by", "published_by")
    by_key: dict[str, list[RuleVersion]] = {}
    for version in versions.order_by("-number"):
        version.words = conditions.sentence(conditions.parse(version.tree, conditions.FIELDS), conditions.FIELDS)
        by_key.setdefault(version.key, []).append(version)
    kinds = list(HoldType.objects.filter(company_id=company_id).select_related("after").order_by("name"))
    touched = dict(Touched.choices)
    for kind in kinds:
        kind.changes = ", ".join(str(touched[word]).lower() for word in kind.on_change)
        kind.versions = by_key.get(f"hold:{kind.code}", [])
    return render(request, "orders/core/rules.html", {"kinds": kinds})


@require_http_methods(["GET", "POST"])
@allow("orders.manage_rules")
def edit_rule(request: HttpRequest, code: str) -> HttpResponse:
    """Write a new version of the condition that places a hold; see which open orders it would catch."""
    actor = request.actor
    kind = HoldType.objects.filter(company_id=actor.company_id, code=code).first()
    if kind is None:
        raise NotFound(f"There is no hold type {code}.")
    key = f"hold:{code}"
    latest = RuleVersion.objects.filter(company_id=actor.company_id, key=key).order_by("-number").first()
    data = builder.read(request.POST) if request.method == "POST" else (latest.tree if latest else {"all": []})
    context = {"kind": kind, "error": "", **builder.choices()}
    status = 200
    try:
        tree = conditions.parse(data, conditions.FIELDS)
        context["words"] = conditions.sentence(tree, conditions.FIELDS)
        if request.method == "POST" and "save" in request.POST:
            rules.draft_hold_rule(code=code, tree=data, actor=actor)
            return redirect("core:rules")
        caught = conditions.orders_matching(
            conditions.literal(tree, today(request.company)),
            Order.objects.filter(company_id=actor.company_id, state__in=OPEN_STATES).select_related("customer"),
        )
        context["caught"] = caught.order_by("-id")[:20] if tree.groups else None
    except DomainError as refusal:
        context["error"], status = refusal.message, 422
    context["groups"] = builder.rows(data)
    template = "orders/core/rule_form.html"
    return render(request, f"{template}#builder" if request.htmx else template, context, status=status)


@require_POST
@allow("orders.manage_rules")
def publish(request: HttpRequest, version_id: int) -> HttpResponse:
    """Put a version in force (or, for a retired one, go back to it)."""
    return screens.perform(
        request,
        lambda: rules.publish_rule(version_id=version_id, actor=request.actor),
        back_to=reverse("core:rules"),
    )


@require_POST
@allow("orders.manage_rules")
def rollback(request: HttpRequest, code: str) -> HttpResponse:
    """Back to the version that was in force before."""
    return screens.perform(
        request,
        lambda: rules.rollback_rule(key=f"hold:{code}", actor=request.actor),
        back_to=reverse("core:rules"),
    )
