"""What to offer beside the line that one types: a strip below the grid."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from orders.core.access import allow
from orders.core.models import Order
from orders.entry import forms
from orders.entry.companions.selectors import offers_for
from orders.entry.selectors.grid import draft_of
from orders.entry.selectors.quote_grid import as_order, quote_draft_of
from orders.pricing.selectors import InvalidLines, read_lines

MOST_KNOWN = 1000


@require_POST
@allow("entry.write_order")
def beside(request: HttpRequest, order_id: int) -> HttpResponse:
    """What goes with, or instead of, the item of one typed row of an order. Nothing is written."""
    return _offered(request, draft_of(request.actor, order_id))


@require_POST
@allow("pricing.write_quote")
def beside_quote(request: HttpRequest, quote_id: int) -> HttpResponse:
    """The same for a quote."""
    return _offered(request, as_order(quote_draft_of(request.actor, quote_id)))


def _offered(request: HttpRequest, order: Order) -> HttpResponse:
    row = forms.typed_rows(request.POST)[0]
    if not row.quantity:
        row.quantity = "1"
    typed = forms.line_input(row)
    context: dict[str, Any] = {"order": order, "found": None}
    if typed is not None and typed.sku:
        quantity, sku = Decimal(0), typed.sku
        try:
            item = read_lines(company_id=order.company_id, customer_id=order.customer_id, inputs=[typed])[0]
            quantity, sku = item.quantity, item.product.sku if item.product else typed.sku
        except InvalidLines:
            pass
        besides = set(request.POST.getlist("besides")[:MOST_KNOWN])
        context["found"] = offers_for(order, sku, quantity, request.actor, besides=besides)
    return render(request, "orders/entry/companions/beside.html", context)
