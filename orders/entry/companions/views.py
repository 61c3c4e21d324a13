"""What to offer beside the line that one types: a strip below the grid; and substitutes that somebody declares."""

from decimal import Decimal
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from omc.lib.errors import NotFound
from orders.core import screens
from orders.core.access import allow
from orders.core.models import Order, Product
from orders.entry import forms
from orders.entry.companions.forms import SubstituteForm
from orders.entry.companions.selectors import offers_for, substitutes_of
from orders.entry.companions.substitutes import MAY, declare_substitute, withdraw_substitute
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


@require_http_methods(["GET", "POST"])
@allow("orders.view_order")
def substitutes(request: HttpRequest, product_id: int) -> HttpResponse:
    """What may be sold instead of an item; whoever keeps items declares more."""
    product = Product.objects.filter(pk=product_id, company_id=request.actor.company_id).first()
    if product is None:
        raise NotFound(f"There is no item {product_id}.", product_id=product_id)
    form = SubstituteForm(request.POST or None)
    declare = partial(declare_substitute, product_id=product_id, actor=request.actor)
    if request.method == "POST" and screens.attempt(form, declare) is not None:
        return redirect("entry:substitutes", product_id)
    context = {
        "product": product,
        "form": form,
        "substitutes": substitutes_of(request.actor, product_id),
        "may_declare": request.actor.can(MAY),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "orders/entry/companions/substitutes.html", context, status=status)


@require_POST
@allow(MAY)
def withdraw(request: HttpRequest, product_id: int, substitute_id: int) -> HttpResponse:
    """Take a declared substitute back."""
    return screens.perform(
        request,
        lambda: withdraw_substitute(substitute_id=substitute_id, actor=request.actor),
        back_to=reverse("entry:substitutes", args=[product_id]),
    )
