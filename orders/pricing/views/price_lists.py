"""Screens of price lists and their prices."""

import csv
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from omc.lib.errors import DomainError
from orders.core import screens
from orders.core.access import allow
from orders.core.selectors.companies import as_of
from orders.core.selectors.exports import safe_cell
from orders.core.selectors.paging import capped_count, keyset
from orders.core.views.lists import show_list
from orders.pricing import forms, services
from orders.pricing.files.selectors import price_files
from orders.pricing.models import PriceList
from orders.pricing.selectors import price_lists as selectors

FILES_SHOWN = 8


@require_GET
@allow("orders.view_price")
def price_lists(request: HttpRequest) -> HttpResponse:
    """Price lists by filter."""
    if request.actor.can("pricing.edit_price_list"):
        empty = {
            "hint": _("Until there is one, every item costs its own list price."),
            "url": reverse("pricing:new-price-list"),
            "action": _("New price list"),
        }
    else:
        empty = {"hint": _("Until somebody in pricing makes one, every item costs its own list price.")}
    return show_list(request, "price-lists", "orders/pricing/price_lists.html", empty=empty)


@require_http_methods(["GET", "POST"])
@allow("pricing.edit_price_list")
def new_price_list(request: HttpRequest) -> HttpResponse:
    """Open a price list."""
    form = forms.NewPriceListForm(
        request.POST or None,
        company_id=request.actor.company_id,
        initial={"currency": request.company.currency, "kind": "base"},
    )
    if request.method == "POST":
        made = screens.attempt(form, lambda **data: _create(request, data))
        if made is not None:
            return redirect("pricing:price-list", made.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "orders/pricing/price_list_form.html", {"form": form}, status=status)


def _create(request: HttpRequest, data: dict[str, Any]) -> PriceList:
    customer = data.pop("customer")
    try:
        return services.create_price_list(customer_id=customer.pk if customer else None, actor=request.actor, **data)
    except DomainError as refusal:
        if refusal.field == "customer_id":
            refusal.field = "customer"
        raise


@require_GET
@allow("orders.view_price")
def price_list(request: HttpRequest, list_id: int) -> HttpResponse:
    """One list with its prices."""
    found = selectors.price_list_of(request.actor, list_id)
    text = request.GET.get("text", "").strip()
    breaks = selectors.breaks_of(found, text)
    today = as_of(request.company)
    template = "orders/pricing/price_list.html"
    return render(
        request,
        f"{template}#rows" if request.htmx else template,
        {
            "price_list": found,
            "page": keyset(breaks, request.GET, order=("product__sku", "min_quantity", "id")),
            "count_text": capped_count(breaks),
            "text": text,
            "versions": selectors.versions_of(found),
            "begins_later": bool(found.valid_from and found.valid_from > today),
            "has_ended": bool(found.valid_to and found.valid_to < today),
            "files": price_files(request.actor).filter(price_list__code=found.code).order_by("-id")[:FILES_SHOWN],
            "may_edit": request.actor.can("pricing.edit_price_list"),
        },
    )


@require_http_methods(["GET", "POST"])
@allow("pricing.edit_price_list")
def edit_price_list(request: HttpRequest, list_id: int) -> HttpResponse:
    """Rename a list, or change when it is in force."""
    found = selectors.price_list_of(request.actor, list_id)
    form = forms.PriceListForm(
        request.POST or None,
        initial={
            name: getattr(found, name)
            for name in ("name", "valid_from", "valid_to", "reference", "is_active", "pools_quantity", "best_of")
        },
        kind=found.kind,
    )
    if request.method == "POST":
        changed = screens.attempt(
            form, lambda **data: services.change_price_list(list_id=list_id, actor=request.actor, **data)
        )
        if changed is not None:
            return redirect("pricing:price-list", list_id)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "price_list": found}
    return render(request, "orders/pricing/price_list_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
@allow("pricing.edit_price_list")
def next_version(request: HttpRequest, list_id: int) -> HttpResponse:
    """Write the version of a list that follows it from a day on."""
    found = selectors.price_list_of(request.actor, list_id)
    form = forms.NextVersionForm(request.POST or None)
    if request.method == "POST":
        made = screens.attempt(
            form, lambda **data: services.write_next_version(list_id=list_id, actor=request.actor, **data)
        )
        if made is not None:
            return redirect("pricing:price-list", made.pk)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "price_list": found}
    return render(request, "orders/pricing/next_version.html", context, status=status)


@require_GET
@allow("orders.view_price")
def export_file(request: HttpRequest, list_id: int) -> StreamingHttpResponse:
    """The list as a CSV file that can be taken back."""
    found = selectors.price_list_of(request.actor, list_id)
    response = StreamingHttpResponse(_lines(selectors.price_file(found)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="prices-{found.pk}.csv"'
    return response


class _Line:
    """Where the writer puts a line so that it can go out at once."""

    def write(self, line: str) -> str:
        return line


def _lines(rows: Iterator[list[Any]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    for row in rows:
        yield writer.writerow([safe_cell(cell) for cell in row])
