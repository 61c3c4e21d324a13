"""Screens of bins, and of putting things into them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from orders.core import screens
from orders.core.access import allow
from orders.core.master.selectors import lacking
from orders.core.models import Warehouse
from orders.core.views.lists import show_list
from planning.places import forms, selectors, services
from planning.selectors import stock as reads
from planning.selectors.workdays import default_warehouse_id


@require_GET
@allow("planning.view_stock")
def bins(request: HttpRequest) -> HttpResponse:
    """The bins of the warehouses."""
    empty: dict[str, Any] = {"hint": _("Without bins everything is picked from its warehouse as a whole.")}
    if request.actor.can("planning.adjust_stock"):
        empty |= {"url": reverse("planning:new-bins"), "action": _("Enter bins")}
    return show_list(request, "bins", "planning/places/bins.html", empty=empty)


@require_http_methods(["GET", "POST"])
@allow("planning.adjust_stock")
def new_bins(request: HttpRequest) -> HttpResponse:
    """Many bins at once, one a line."""
    actor = request.actor
    start = {"warehouse": default_warehouse_id(actor.company_id)}
    form = forms.NewBinsForm(request.POST or None, company_id=actor.company_id, initial=start)

    def run(warehouse: Warehouse, bins: list[Any]) -> Any:
        return services.save_bins(warehouse_id=warehouse.pk, bins=bins, actor=actor)

    if request.method == "POST" and (made := screens.attempt(form, run)) is not None:
        messages.success(request, _("%(count)s bins are entered.") % {"count": len(made)})
        return redirect("planning:bins")
    context = {"form": form, "lacking": lacking(actor, "warehouse")}
    status = 422 if request.method == "POST" else 200
    return render(request, "planning/places/new_bins.html", context, status=status)


@require_http_methods(["GET", "POST"])
@allow("planning.view_stock")
def bin(request: HttpRequest, bin_id: int) -> HttpResponse:
    """One bin: what lies there, and what it is."""
    found = selectors.bin_of(request.actor, bin_id)
    names = ("zone", "pick_sequence", "check_digits", "is_active")
    form = forms.BinForm(request.POST or None, initial={name: getattr(found, name) for name in names})

    def run(**data: Any) -> Any:
        said = [services.BinInput(found.code, **data)]
        return services.save_bins(warehouse_id=found.warehouse_id, bins=said, actor=request.actor)

    if request.method == "POST" and screens.attempt(form, run) is not None:
        messages.success(request, _("%(bin)s is changed.") % {"bin": found})
        return redirect("planning:bin", bin_id)
    context = {"bin": found, "form": form, "units": list(selectors.units_in(found)[:500])}
    status = 422 if request.method == "POST" else 200
    return render(request, "planning/places/bin.html", context, status=status)


@require_http_methods(["GET", "POST"])
@allow("planning.receive_stock")
def put_away(request: HttpRequest, product_id: int) -> HttpResponse:
    """Put what is not placed, or lies elsewhere, into a bin."""
    product = reads.item_of(request.actor, product_id)
    asked = request.GET.get("warehouse", "")
    warehouses = Warehouse.objects.filter(company_id=request.actor.company_id)
    wanted = int(asked) if asked.isdigit() and len(asked) < 18 else default_warehouse_id(request.actor.company_id)
    warehouse = get_object_or_404(warehouses, pk=wanted)
    here = selectors.shelved(request.actor, product_id, warehouse.pk)
    form = forms.PutAwayForm(request.POST or None, units=[unit for unit in here.units if unit.quantity > unit.picked])

    def run(**data: Any) -> Any:
        return services.put_away(
            product_id=product_id, warehouse_id=warehouse.pk, actor=request.actor, **forms.place_of(data)
        )

    if request.method == "POST" and screens.attempt(form, run) is not None:
        messages.success(request, _("%(sku)s is put away.") % {"sku": product.sku})
        return redirect(f"{reverse('planning:item', args=[product_id])}?warehouse={warehouse.pk}")
    context = {"form": form, "product": product, "warehouse": warehouse, "here": here}
    status = 422 if request.method == "POST" else 200
    return render(request, "planning/places/put_away.html", context, status=status)
