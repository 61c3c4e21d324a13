"""What became of the quotes that were sent."""

from collections.abc import Mapping
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from omc.lib.actor import require
from orders.core.access import allow
from orders.pricing.forms import PeriodForm
from orders.pricing.selectors.won_lost import Report, WonLost
from orders.pricing.selectors.won_lost import won_and_lost as report_of


@require_GET
@allow("orders.view_price")
def won_and_lost(request: HttpRequest) -> HttpResponse:
    """Rates and reasons of a period, the last twelve months at first; every number opens its quotes."""
    require(request.actor, "pricing.view_quote")
    form = PeriodForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    report = report_of(request.actor, asked.get("first"), asked.get("last"))
    first, last = report.first, report.last
    if form.is_valid():
        form = PeriodForm({"first": first, "last": last})
    context = {
        "form": form,
        "report": report,
        "whole": _linked(report.whole, first, last),
        "tables": [
            (title, [_linked(row, *_span(report, key, row), only=_only(key, row)) for row in report.by[key]])
            for key, title in (
                ("writer", _("By who wrote them")),
                ("customer_class", _("By class of customer")),
                ("month", _("By month of sending")),
            )
        ],
        "reasons": [
            (words or _("not said"), n, net, _address(first, last, outcome="lost", reason=reason) if reason else "")
            for reason, words, n, net in report.reasons
        ],
    }
    status = 200 if form.is_valid() else 422
    return render(request, "orders/pricing/won_lost.html", context, status=status)


def _span(report: Report, key: str, row: WonLost) -> tuple[date, date]:
    if key != "month":
        return report.first, report.last
    end = (row.key.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return max(row.key, report.first), min(end, report.last)


def _only(key: str, row: WonLost) -> dict[str, str]:
    return {} if key == "month" else {key: str(row.key or "")}


def _linked(
    row: WonLost, first: date, last: date, only: Mapping[str, str] | None = None
) -> tuple[WonLost, dict[str, str]]:
    return row, {
        name: _address(first, last, outcome=name, **(only or {}))
        for name in ("won", "lost", "ran_out", "with_customer")
    }


def _address(first: date, last: date, **only: str) -> str:
    asked = {name: value for name, value in only.items() if value}
    asked |= {"sent_from": first.isoformat(), "sent_to": last.isoformat()}
    return f"{reverse('pricing:quotes')}?{urlencode(asked)}"
