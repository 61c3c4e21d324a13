"""The screen of what an item costs us."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from orders.core import screens
from orders.core.access import allow
from orders.core.selectors.paging import keyset
from orders.pricing import forms, services
from orders.pricing.selectors import costs as selectors


@require_http_methods(["GET", "POST"])
@allow("orders.view_cost")
def costs(request: HttpRequest, product_id: int) -> HttpResponse:
    """An item's costs and how they came about; whoever keeps prices may type two of them."""
    product = selectors.product_of(request.actor, product_id)
    form = forms.CostForm(request.POST or None)
    if request.method == "POST":
        saved = screens.attempt(
            form, lambda **data: services.set_cost(product_id=product_id, actor=request.actor, **data)
        )
        if saved is not None:
            messages.success(request, _("The cost of %(sku)s is saved.") % {"sku": product.sku})
            return redirect("pricing:costs", product_id)
    context = {
        "product": product,
        "costs": selectors.costs_of(product),
        "page": keyset(selectors.cost_changes(product), request.GET, order=("-id",)),
        "form": form,
        "may_edit": request.actor.can("pricing.edit_price_list"),
    }
    return render(request, "orders/pricing/costs.html", context, status=422 if request.method == "POST" else 200)
