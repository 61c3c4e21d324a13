"""Screens of stock: what lies where, what it is promised for, what comes in and what was miscounted."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from omc.lib.actor import Actor
from orders.core import screens
from orders.core.access import allow
from orders.core.master.selectors import lacking
from orders.core.models import Product, Warehouse
from orders.core.selectors.paging import keyset
from orders.core.views.lists import show_list
from planning import forms, services
from planning.places.forms import place_of
from planning.places.selectors import shelved
from planning.selectors import stock as reads
from planning.selectors.availability import availability_timeline
from planning.selectors.workdays import default_warehouse_id

SUGGESTIONS = 12
PROMISES_SHOWN = 100


@require_GET
@allow("planning.view_stock")
def stock(request: HttpRequest) -> HttpResponse:
    """Stock by item and warehouse."""
    empty = {"hint": _("Stock appears here with the first receipt.")}
    if request.actor.can("planning.receive_stock"):
        empty |= {"url": reverse("planning:receive"), "action": _("Receive stock")}
    return show_list(request, "stock", "planning/stock.html", empty=empty)


@require_GET
@allow("planning.view_stock")
def item(request: HttpRequest, product_id: int) -> HttpResponse:
    """One item: where it lies, who it is promised to, what can be promised when, and what moved."""
    actor = request.actor
    product = reads.item_of(actor, product_id)
    levels = list(reads.stock_levels(actor).filter(product=product).order_by("warehouse__code"))
    warehouse = _chosen(request, levels)
    movements = keyset(reads.movements_of(actor, product_id), request.GET, size=30)
    if request.htmx and request.htmx.target == "movements":
        template = "planning/item.html#movements"
        return render(request, template, _movements(request, product, movements))
    steps = availability_timeline(request.company, product_id, warehouse.pk) if warehouse else []
    promises = list(reads.promises_of(actor, product_id)[: PROMISES_SHOWN + 1])
    context = {
        "shelves": reads.shelves(actor, levels),
        "warehouse": warehouse,
        "steps": steps,
        "chart": reads.daily(steps),
        "series": _series(steps),
        "here": shelved(actor, product_id, warehouse.pk) if warehouse else None,
        "put_away": _put_away(product, warehouse, actor),
        "has_bins": warehouse is not None and warehouse.bins.exists(),
        "promises": promises[:PROMISES_SHOWN],
        "more_promises": len(promises) > PROMISES_SHOWN,
        **_movements(request, product, movements),
    }
    return render(request, "planning/item.html", context)


def _put_away(product: Product, warehouse: Warehouse | None, actor: Actor) -> str:
    """Where what is not placed is put into a bin, for who may."""
    if warehouse is None or not actor.can("planning.receive_stock"):
        return ""
    return f"{reverse('planning:put-away', args=[product.pk])}?warehouse={warehouse.pk}"


def _movements(request: HttpRequest, product: Product, movements: Any) -> dict[str, Any]:
    return {"product": product, "movements": movements, "may_see_cost": request.actor.can("orders.view_cost")}


def _chosen(request: HttpRequest, levels: list[Any]) -> Warehouse | None:
    """The warehouse whose timeline is shown: the one asked for, else the first that holds the item."""
    asked = request.GET.get("warehouse", "")
    for level in levels:
        if str(level.warehouse_id) == asked:
            return level.warehouse
    return levels[0].warehouse if levels else None


def _series(steps: list[Any]) -> list[dict[str, Any]]:
    found = reads.daily(steps)
    return [
        {"name": _("Projected stock"), "values": found["projected"]},
        {"name": _("Can be promised"), "values": found["available"]},
    ]


@require_GET
@allow("planning.view_stock")
def item_options(request: HttpRequest) -> HttpResponse:
    """Suggestions for an item box: what was typed is under any of the boxes' names."""
    typed = " ".join(str(value) for value in request.GET.dict().values()).strip()
    rows = Product.objects.filter(company_id=request.actor.company_id, is_active=True, kind__in=["goods", "component"])
    if typed:
        rows = rows.filter(Q(sku__istartswith=typed) | Q(name__icontains=typed))
    found = rows.order_by("sku").values_list("sku", "name")[:SUGGESTIONS] if typed else []
    return render(request, "planning/options.html", {"options": found})


@require_http_methods(["GET", "POST"])
@allow("planning.receive_stock")
def receive(request: HttpRequest) -> HttpResponse:
    """Take in goods that no supply order announced."""

    def run(product: Product, warehouse: Warehouse, **data: Any) -> Any:
        return services.receive_stock(
            product_id=product.pk, warehouse_id=warehouse.pk, actor=request.actor, **place_of(data)
        )

    return _stock_form(request, forms.ReceiveForm, run, "planning/receive.html", _("%(sku)s received."))


@require_http_methods(["GET", "POST"])
@allow("planning.adjust_stock")
def adjust(request: HttpRequest) -> HttpResponse:
    """Bring the books to what was counted."""

    def run(product: Product, warehouse: Warehouse, **data: Any) -> Any:
        return services.adjust_stock(
            product_id=product.pk, warehouse_id=warehouse.pk, actor=request.actor, **place_of(data)
        )

    return _stock_form(request, forms.AdjustForm, run, "planning/adjust.html", _("%(sku)s adjusted."))


def _stock_form(request: HttpRequest, form_class: Any, run: Any, template: str, done: str) -> HttpResponse:
    actor = request.actor
    product = Product.objects.filter(company_id=actor.company_id, pk=number_of(request.GET.get("product")) or 0).first()
    form = form_class(
        request.POST or None,
        company_id=actor.company_id,
        may_see_cost=actor.can("orders.view_cost"),
        initial={
            "product": product.sku if product else "",
            "warehouse": number_of(request.GET.get("warehouse")) or default_warehouse_id(actor.company_id),
        },
    )
    if request.method == "POST":
        level = screens.attempt(form, run)
        if level is not None:
            messages.success(request, done % {"sku": form.cleaned_data["product"].sku})
            return redirect("planning:item", level.product_id)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "product": product, "lacking": lacking(actor, "warehouse", "product")}
    return render(request, template, context, status=status)


def number_of(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() and len(text) < 18 else None


@require_GET
@allow("planning.view_stock")
def backorders(request: HttpRequest) -> HttpResponse:
    """What was promised from stock that was not there, the earliest ship date first."""
    empty = {
        "title": _("Nothing is back-ordered"),
        "hint": _("An order that is confirmed for more than there is appears here."),
    }
    return show_list(request, "back-orders", "planning/backorders.html", empty=empty)
