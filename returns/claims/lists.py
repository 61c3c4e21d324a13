"""The list of returns, and where people may write about one."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.forms import Form
from django.utils.translation import gettext_lazy as _

from omc.lib import lists
from omc.lib.actor import Actor
from omc.lib.lists import ListView, Sort
from omc.lib.registry import Document, registry
from orders.core.lists.forms import about_customer
from orders.core.services.search import Findable
from returns.claims.forms import ReturnFilterForm
from returns.claims.models import Return
from returns.claims.selectors import returns_list
from returns.claims.services.opening import findable


def _form(data: Any, actor: Actor) -> Form:
    return about_customer(ReturnFilterForm(data), actor)


def _rows(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Return]:
    asked = {name: value for name, value in filters.items() if name != "customer"}
    rows = returns_list(actor, **asked)
    return rows.filter(customer=filters["customer"]) if filters.get("customer") else rows


RETURNS = ListView(
    key="returns",
    name=_("Claims and returns"),
    unit=_("returns"),
    one=_("return"),
    permission="claims.view_return",
    url="claims:returns",
    subject="return",
    rows=_rows,
    form=_form,
    columns=(
        lists.link("return", _("Return"), "claims:return", "number"),
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.link("order", _("Order"), "core:order", "order", to="order_id"),
        lists.state("state", _("State")),
        lists.text("warehouse", _("To warehouse"), "warehouse"),
        lists.quantity("units", _("Units"), "units"),
        lists.money("net", _("Net value"), "net_amount", "currency"),
        lists.text("credit_note", _("Credit note"), "credit_note", permission="orders.view_price"),
        lists.moment("requested", _("Requested"), "created_at"),
        lists.moment("received", _("Received"), "received_at", missing=_("not yet"), shown=False),
        lists.moment("settled", _("Settled"), "settled_at", missing=_("not yet"), shown=False),
    ),
    sorts={
        "newest": Sort(_("Newest first"), ("-created_at", "-id"), "return"),
        "oldest": Sort(_("Oldest first"), ("created_at", "id"), "return"),
    },
)


def _findables(company_id: int) -> Iterator[Findable]:
    rows = Return.objects.filter(company_id=company_id).select_related("customer", "order")
    return (findable(row, row.customer, row.order) for row in rows.iterator(2000))


def register() -> None:
    registry.lists.add(RETURNS.key, RETURNS)
    registry.documents.add(
        "return",
        Document("return", _("Return"), "returns_claims.Return", "claims.view_return", "claims:return", "order"),
    )
    registry.search.add("return", _findables)
