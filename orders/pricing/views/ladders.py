"""The screen of what one item costs on a list, from which quantity on."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from omc.lib.errors import DomainError
from omc.lib.money import plain
from orders.core.access import allow
from orders.core.models import Product
from orders.generation.forms import with_more_rows
from orders.pricing import forms, services
from orders.pricing.models import PriceBreak
from orders.pricing.selectors import price_lists as selectors


@require_http_methods(["GET", "POST"])
@allow("pricing.edit_price_list")
def ladder(request: HttpRequest, list_id: int) -> HttpResponse:
    """Set the prices of one item on a list."""
    found = selectors.price_list_of(request.actor, list_id)
    sku = (request.GET.get("sku") or "").strip()
    product = Product.objects.filter(company_id=request.actor.company_id, sku__iexact=sku).first()
    if product is None:
        if sku:
            messages.warning(request, _("There is no item %(sku)s.") % {"sku": sku})
        return redirect("pricing:price-list", list_id)
    grows = "more" in request.POST
    data = with_more_rows(request.POST) if grows else request.POST or None
    current = selectors.ladder_of(found, product.sku)
    units = _units(product, current)
    rows = forms.Ladder(data, prefix="lines", initial=[_shown(row) for row in current], form_kwargs={"units": units})
    problems: list[str] = []
    if request.method == "POST" and not grows and rows.is_valid():
        filled = list(rows.filled())
        typed = [row.typed(product.sku) for row in filled]
        try:
            services.set_breaks(list_id=list_id, rows=typed, also=[product.sku], actor=request.actor)
        except services.BadLadder as refusal:
            for problem in refusal.problems:
                filled[problem["row"] - 1].refuse(problem["message"])
        except DomainError as refusal:
            problems.append(refusal.message)
        else:
            messages.success(request, _("The prices of %(sku)s are saved.") % {"sku": product.sku})
            return redirect("pricing:price-list", list_id)
    context = {
        "price_list": found,
        "product": product,
        "rows": rows,
        "problems": problems,
        "has_packs": len(units) > 1,
        "has_groups": found.pools_quantity or any(row.break_group for row in current),
        "replaced": selectors.replaced_breaks(found, product.sku),
    }
    status = 422 if request.method == "POST" and not grows else 200
    return render(request, "orders/pricing/ladder.html", context, status=status)


def _units(product: Product, current: list[PriceBreak]) -> list[tuple[str, str]]:
    """The stock unit, which holds for every line, and the packs; also one that a row still names."""
    packs = {unit.unit: str(unit) for unit in product.units.order_by("factor")}
    named = {row.unit: f"{row.unit} of {plain(row.unit_factor)}" for row in current if row.unit}
    return [("", product.stock_unit), *(named | packs).items()]


def _shown(row: PriceBreak) -> dict[str, object]:
    return {
        "min_quantity": plain(row.min_quantity),
        "unit": row.unit,
        "unit_price": row.unit_price,
        "percent": None if row.percent is None else plain(row.percent),
        "break_group": row.break_group,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
    }
