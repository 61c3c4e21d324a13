"""Customers and items: lists and pages."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from orders.core import forms, screens
from orders.core.access import allow
from orders.core.master.kinds import KINDS
from orders.core.master.selectors import history_of, parts_of
from orders.core.master.views.records import empty_list, new_buttons
from orders.core.models import Customer, HoldScope, LineKind, Product
from orders.core.selectors.buying import open_demand, open_orders, open_units
from orders.core.selectors.parties import open_orders_of
from orders.core.services import holds
from orders.core.views.lists import show_list
from orders.core.views.orders import offered
from orders.core.views.panels import panels_of


@require_GET
@allow("orders.view_order")
def customers(request: HttpRequest) -> HttpResponse:
    """Customers by code or name."""
    return show_list(request, "customers", **_entering("customer", request.actor))


def _entering(kind: str, actor: Actor) -> dict[str, Any]:
    """How the first, and every other, comes into a list of master data."""
    declared = KINDS[kind]
    return {"empty": empty_list(declared, actor), "actions": new_buttons(declared, actor)}


def _master(kind: str, row: Any, actor: Actor) -> dict[str, Any]:
    """Parts and history of a record, and whether the actor may change it."""
    declared = KINDS[kind]
    return {
        "kind": declared,
        "record": row,
        "parts": parts_of(declared, row, actor),
        "told": history_of(declared, row, actor),
        "may_edit": bool(declared.writable(actor)),
    }


def _customer(request: HttpRequest, customer_id: int) -> Customer:
    row = (
        Customer.objects.filter(pk=customer_id, company_id=request.actor.company_id)
        .select_related("terms", "facts", "default_warehouse", "salesperson", "csr")
        .first()
    )
    if row is None:
        raise NotFound(f"There is no customer {customer_id}.")
    return row


@require_GET
@allow("orders.view_order")
def customer(request: HttpRequest, customer_id: int) -> HttpResponse:
    """What we know of a customer, and their latest orders."""
    actor = request.actor
    row = _customer(request, customer_id)
    count, net = open_orders_of([row.pk]).get(row.pk, (0, None))
    context = {
        "customer": row,
        "facts": getattr(row, "facts", None),
        "orders": open_orders(row),
        "open_count": count,
        "orders_of": f"{reverse('core:orders')}?customer={row.pk}",
        "open_net": net,
        "holds": row.holds.exclude(status="resolved").select_related("hold_type"),
        "sent": row.messages.order_by("-id")[:5],
        **_master("customer", row, actor),
        "figures": panels_of("customer", row, actor, head=True),
        "panels": panels_of("customer", row, actor),
        "actions": offered("customer", row, actor),
        "may_see_price": actor.can("orders.view_price"),
        "may_see_cost": actor.can("orders.view_cost"),
    }
    return render(request, "orders/core/customer.html", context)


@require_http_methods(["GET", "POST"])
@allow("orders.place_hold")
def hold_customer(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Stop everything a customer has open."""
    row = _customer(request, customer_id)
    form = forms.HoldForm(request.POST or None, company_id=request.actor.company_id, scope=HoldScope.CUSTOMER)
    if request.method == "POST" and None is not screens.attempt(
        form, lambda **data: holds.place_customer_hold(customer_id=customer_id, actor=request.actor, **data)
    ):
        return redirect("core:customer", customer_id)
    return render(
        request,
        "orders/core/hold_form.html",
        {"form": form, "customer": row},
        status=422 if request.method == "POST" else 200,
    )


@require_GET
@allow("orders.view_order")
def products(request: HttpRequest) -> HttpResponse:
    """Items by SKU, name, barcode or another name."""
    return show_list(request, "products", **_entering("product", request.actor))


@require_GET
@allow("orders.view_order")
def product(request: HttpRequest, product_id: int) -> HttpResponse:
    """What an item is, and where it stands."""
    actor = request.actor
    row = Product.objects.filter(pk=product_id, company_id=actor.company_id).select_related("category").first()
    if row is None:
        raise NotFound(f"There is no item {product_id}.")
    may_see_cost = actor.can("orders.view_cost")
    return render(
        request,
        "orders/core/product.html",
        {
            "product": row,
            "is_shipped": row.kind in (LineKind.GOODS, LineKind.KIT, LineKind.COMPONENT),
            **_master("product", row, actor),
            "costs": row.cost_history.order_by("-id")[:10] if may_see_cost else None,
            "panels": panels_of("product", row, actor),
            "demand": open_demand(row),
            "orders_of": f"{reverse('core:orders')}?product={row.pk}&state=open",
            "open_units": open_units(row),
            "may_see_price": actor.can("orders.view_price"),
            "may_see_cost": may_see_cost,
        },
    )
