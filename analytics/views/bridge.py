"""The profit bridge, and the lines behind it."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from analytics import forms, services
from analytics.selectors import sales, variance
from omc.lib.actor import require
from orders.core import screens
from orders.core.access import allow
from orders.core.models import Customer, JobState, Product
from orders.core.selectors.paging import capped_count, keyset


@require_GET
@allow("analytics.view_insights")
def bridges(request: HttpRequest) -> HttpResponse:
    """Bridges that there are, the newest first, and the months that can be compared."""
    return render(request, "analytics/bridges.html", _bridges(request))


@require_POST
@allow("analytics.run_variance")
def start(request: HttpRequest) -> HttpResponse:
    """Start a bridge from one month to another."""
    form = forms.VarianceForm(request.POST, months=_comparable(request))
    started = screens.attempt(form, lambda **data: services.run_variance(actor=request.actor, **data))
    if started is not None:
        return redirect("analytics:bridges")
    return render(request, "analytics/bridges.html", _bridges(request, form), status=422)


def _comparable(request: HttpRequest) -> list[date]:
    """Months of which at least some cost is known, the newest first."""
    return [total.month for total in sales.month_totals(request.actor) if total.known_lines]


def _bridges(request: HttpRequest, form: forms.VarianceForm | None = None) -> dict[str, Any]:
    actor = request.actor
    if not actor.can("orders.view_cost"):
        return {"shows_cost": False}
    months = _comparable(request)
    return {
        "shows_cost": True,
        "form": form or forms.VarianceForm(months=months),
        "has_sales": bool(months) or sales.has_sales(actor),
        "months": months,
        "may_run": actor.can("analytics.run_variance"),
        "page": keyset(variance.reports(actor), request.GET),
    } | _running(request)


@require_GET
@allow("analytics.run_variance")
def running(request: HttpRequest) -> HttpResponse:
    """How far the bridges on their way are; when none is, the page shows the new one."""
    context = _running(request)
    response = render(request, "analytics/bridges.html#running", context)
    if not context["is_running"]:
        response["HX-Refresh"] = "true"
    return response


def _running(request: HttpRequest) -> dict[str, Any]:
    runs = variance.running_bridges(request.actor)
    return {"runs": runs, "is_running": any(run.status in (JobState.QUEUED, JobState.RUNNING) for run in runs)}


@require_GET
@allow("analytics.view_insights")
def bridge(request: HttpRequest, report_id: int) -> HttpResponse:
    """One bridge: the waterfall, and what drove it."""
    actor = request.actor
    report = variance.one_report(report_id, actor)
    if not actor.can("orders.view_cost"):
        return render(request, "analytics/bridge.html", {"report": report, "shows_cost": False})
    form = forms.DriverFilterForm(request.GET)
    effect = form.cleaned_data["effect"] if form.is_valid() else ""
    here = reverse("analytics:bridge", args=[report.pk])
    steps = [
        {"label": step.label, "value": step.value, "kind": step.kind}
        | ({"url": f"{here}?effect={step.effect}#drivers"} if step.effect else {})
        for step in variance.steps_of(report)
    ]
    rows = variance.drivers_of(report, effect)
    page = keyset(rows, request.GET, order=("-impact", "id"), size=30)
    context = {
        "report": report,
        "shows_cost": True,
        "steps": steps,
        "currency": report.company.currency,
        "filters": form,
        "effect": effect,
        "page": page,
        "drivers": variance.driver_rows(report, page.rows, effect),
        "count_text": capped_count(rows),
        "excluded": variance.excluded_of(report).order_by("-net_base", "id")[:50],
    }
    return render(request, "analytics/bridge.html#drivers" if request.htmx else "analytics/bridge.html", context)


@require_GET
@allow("analytics.view_insights")
def bridge_csv(request: HttpRequest, report_id: int) -> StreamingHttpResponse:
    """Every driver of a bridge as CSV."""
    require(request.actor, "orders.view_cost")
    report = variance.one_report(report_id, request.actor)
    head, rows = variance.driver_table(report)
    response = StreamingHttpResponse(_csv(head, rows), content_type="text/csv; charset=utf-8")
    name = f"bridge-{report.base_month:%Y-%m}-{report.current_month:%Y-%m}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_GET
@allow("analytics.view_insights")
def bridge_lines(request: HttpRequest, report_id: int, customer_id: int, product_id: int = 0) -> HttpResponse:
    """The invoice lines of one customer and item in the two months."""
    actor = request.actor
    report = variance.one_report(report_id, actor)
    owned = {"company_id": actor.company_id}
    context = {
        "report": report,
        "customer": Customer.objects.filter(pk=customer_id, **owned).first(),
        "product": Product.objects.filter(pk=product_id, **owned).first(),
        "shows_cost": actor.can("orders.view_cost"),
        "currency": report.company.currency,
        "lines": variance.invoice_lines_behind(report, customer_id, product_id or None, actor)[:500],
    }
    return render(request, "analytics/bridge_lines.html", context)


class _Echo:
    def write(self, line: str) -> str:
        return line


def _csv(head: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(head)
    for row in rows:
        yield writer.writerow([_safe(value) for value in row])


def _safe(value: str) -> str:
    """A cell that no spreadsheet takes for a formula; negative numbers stay numbers."""
    harmless = value.lstrip("-").replace(".", "", 1).isdigit()
    return value if harmless or value[:1] not in ("=", "+", "-", "@", "\t", "\r") else f"'{value}"
