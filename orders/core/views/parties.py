"""Customers and items: lists and pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from omc.lib.errors import NotFound
from orders.core import forms, screens
from orders.core.access import allow
from orders.core.models import Change, Customer, HoldScope, LineKind, Product
from orders.core.selectors.buying import open_demand, open_orders, open_units
from orders.core.selectors.parties import open_orders_of
from orders.core.services import holds
from orders.core.services.parties import change_customer
from orders.core.views.lists import show_list
from orders.core.views.orders import offered
from orders.core.views.panels import panels_of


@require_GET
@allow("orders.view_order")
def customers(request: HttpRequest) -> HttpResponse:
    """Customers by code or name."""
    empty = {"hint": _("Customers come with an imported history: whoever runs the installation starts the import.")}
    return show_list(request, "customers", empty=empty)


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
        "addresses": row.addresses.filter(is_active=True).order_by("id"),
        "contacts": row.contacts.order_by("-is_primary", "id"),
        "sent": row.messages.order_by("-id")[:5],
        "changes": Change.objects.filter(table="customer", row_id=row.pk).select_related("user").order_by("-id")[:10],
        "figures": panels_of("customer", row, actor, head=True),
        "panels": panels_of("customer", row, actor),
        "actions": offered("customer", row, actor),
        "may_see_price": actor.can("orders.view_price"),
        "may_see_cost": actor.can("orders.view_cost"),
    }
    return render(request, "orders/core/customer.html", context)


@require_http_methods(["GET", "POST"])
@allow("orders.manage_customer")
def edit_customer(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Change what is agreed with a customer."""
    row = _customer(request, customer_id)
    form = forms.CustomerForm(request.POST or None, instance=row)
    form.fields["terms"].queryset = form.fields["terms"].queryset.filter(company_id=request.actor.company_id)
    if request.method == "POST" and None is not screens.attempt(
        form, lambda **data: change_customer(customer_id=customer_id, values=data, actor=request.actor)
    ):
        return redirect("core:customer", customer_id)
    return render(
        request,
        "orders/core/customer_form.html",
        {"form": form, "customer": row},
        status=422 if request.method == "POST" else 200,
    )


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
    empty = {"hint": _("Items come with an imported history: whoever runs the installation starts the import.")}
    return show_list(request, "products", empty=empty)


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
            "units": row.units.order_by("factor"),
            "aliases": row.aliases.select_related("customer").order_by("alias")[:50],
            "components": row.components.select_related("product").order_by("id"),
            "costs": row.cost_history.order_by("-id")[:10] if may_see_cost else None,
            "panels": panels_of("product", row, actor),
            "demand": open_demand(row),
            "orders_of": f"{reverse('core:orders')}?product={row.pk}&state=open",
            "open_units": open_units(row),
            "may_see_price": actor.can("orders.view_price"),
            "may_see_cost": may_see_cost,
        },
    )
