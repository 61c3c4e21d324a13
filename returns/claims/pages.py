"""What the pages of customers and items show of returns."""

from typing import Any

from django.db.models import Count, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.registry import Panel, registry
from orders.core.models import Customer, Product
from returns.claims.models import ReturnLine, ReturnReason, ReturnState
from returns.claims.selectors import returns_list

SHOWN = 10


def _of_customer(customer: Customer, actor: Actor) -> dict[str, Any] | None:
    rows = list(returns_list(actor).filter(customer=customer).order_by("-id")[:SHOWN])
    return {"returns": rows, "shows_money": actor.can("orders.view_price")} if rows else None


def _of_product(product: Product, actor: Actor) -> dict[str, Any] | None:
    """Why it came back, over all time, and from how many returns."""
    void = (ReturnState.REJECTED, ReturnState.CANCELLED)
    rows = (
        ReturnLine.objects.filter(product=product, return_order__company_id=actor.company_id)
        .exclude(return_order__state__in=void)
        .order_by()
        .values("reason")
        .annotate(units=Sum("quantity"), returns=Count("return_order_id", distinct=True))
        .order_by("-units")
    )
    words = dict(ReturnReason.choices)
    found = [{**row, "word": words[row["reason"]]} for row in rows]
    return {"reasons": found, "unit": product.stock_unit} if found else None


def register() -> None:
    registry.panels.add(
        "customer returns",
        Panel(
            "returns",
            "customer",
            _("Returns"),
            "returns/claims/order_panel.html",
            _of_customer,
            "claims.view_return",
            order=90,
            flush=True,
            more=lambda customer: f"{reverse('claims:returns')}?customer={customer.pk}",
        ),
    )
    registry.panels.add(
        "product returns",
        Panel(
            "returns",
            "product",
            _("Why it came back"),
            "returns/claims/product_panel.html",
            _of_product,
            "claims.view_return",
            order=90,
            flush=True,
        ),
    )
