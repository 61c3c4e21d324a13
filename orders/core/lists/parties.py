"""The lists of customers and items."""

import functools
from typing import Any

from django.utils.translation import gettext_lazy as _

from omc.lib import lists
from omc.lib.lists import ListView, Look, Sort
from orders.core.lists.forms import CustomerFilterForm, ProductFilterForm
from orders.core.master.countries import name_of
from orders.core.selectors.parties import MainParts, customer_list, open_orders_of, product_list

_MONEY = "billing.view_invoice"


def _prepare(rows: list[Any], look: Look) -> None:
    found = open_orders_of([row.pk for row in rows])
    main = MainParts([row.pk for row in rows])
    for row in rows:
        row.main = main
        row.open_orders, row.open_value_base = found.get(row.pk, (0, None))


def _main(name: str, row: Any) -> Any:
    """A field of the main address or contact; read for all rows of a page once a column asks for it."""
    what, _dot, field = name.partition(".")
    found = getattr(row.main, f"{what}s").get(row.pk)
    return name_of(found.country) if found and field == "country" else found and getattr(found, field)


def _yes_no(value: bool) -> str:
    return str(_("yes") if value else _("no"))


def _name(row: Any) -> str:
    return "" if row.is_active else str(_("inactive"))


CUSTOMERS = ListView(
    key="customers",
    name=_("Customers"),
    unit=_("customers"),
    one=_("customer"),
    permission="orders.view_order",
    url="core:customers",
    subject="customer",
    rows=customer_list,
    form=CustomerFilterForm,
    prepare=_prepare,
    columns=(
        lists.link("name", _("Customer"), "core:customer", "name", sub=_name, css="clip"),
        lists.text("code", _("Code"), "code"),
        lists.text("class", _("Class"), "customer_class"),
        lists.quantity("open_orders", _("Open orders"), "open_orders"),
        lists.money("open_value", _("Open orders, net"), "open_value_base"),
        lists.text("ship_rule", _("Ship rule"), "get_ship_rule_display", css="clip"),
        lists.text("terms", _("Terms"), "terms", shown=False),
        lists.money("limit", _("Credit limit"), "credit_limit", missing=_("no limit"), permission=_MONEY, shown=False),
        lists.money(
            "receivable",
            _("Open receivable"),
            "facts.open_receivable_base",
            missing=_("nothing invoiced"),
            permission=_MONEY,
        ),
        lists.money("overdue", _("Overdue"), "facts.overdue_base", permission=_MONEY),
        lists.quantity(
            "days_late", _("Pays late by"), "facts.average_days_late", _("days"), permission=_MONEY, shown=False
        ),
        lists.text("csr", _("Customer service"), "csr", shown=False),
        lists.text("salesperson", _("Sales"), "salesperson", shown=False),
        lists.text("currency", _("Currency"), "currency", shown=False),
        lists.text("language", _("Language"), "language", shown=False),
        lists.text("tax", _("Tax number"), "tax_registration", shown=False),
        lists.text("price_group", _("Price group"), "price_group", shown=False),
        lists.text("warehouse", _("Ships from"), "default_warehouse", shown=False),
        lists.text("po_required", _("Needs their number"), lambda row: _yes_no(row.po_required), shown=False),
        lists.text("in_use", _("In use"), lambda row: _yes_no(row.is_active), shown=False),
        *(
            lists.text(key, label, functools.partial(_main, name), shown=False)
            for key, label, name in (
                ("street", _("Street"), "place.street"),
                ("postal_code", _("Postal code"), "place.postal_code"),
                ("city", _("City"), "place.city"),
                ("region", _("State or region"), "place.region"),
                ("country", _("Country"), "place.country"),
                ("contact", _("Contact"), "person.name"),
                ("email", _("E-mail"), "person.email"),
                ("phone", _("Phone"), "person.phone"),
            )
        ),
    ),
    sorts={
        "name": Sort(_("By name"), ("name", "id"), "name"),
        "name_back": Sort(_("By name, backwards"), ("-name", "-id"), "name"),
        "code": Sort(_("By code"), ("code", "id"), "code"),
    },
)

PRODUCTS = ListView(
    key="products",
    name=_("Items"),
    unit=_("items"),
    one=_("item"),
    permission="orders.view_order",
    url="core:products",
    subject="product",
    rows=product_list,
    form=ProductFilterForm,
    columns=(
        lists.link("sku", _("SKU"), "core:product", "sku", sub=_name),
        lists.text("name", _("Name"), "name", css="clip"),
        lists.text("kind", _("Kind"), "get_kind_display"),
        lists.text("category", _("Category"), "category"),
        lists.text("unit", _("Stock unit"), "stock_unit"),
        lists.text("barcode", _("Barcode"), "barcode", shown=False),
        lists.quantity("lead_time", _("Lead time"), "lead_time_days", _("days")),
        lists.money("list_price", _("List price"), "list_price", places=4, missing=_("no list price")),
        lists.money(
            "cost", _("Cost"), "cost", places=4, permission="orders.view_cost", missing=_("unknown"), shown=False
        ),
        *(
            lists.money(name, label, name, places=4, permission="orders.view_cost", missing=_("unknown"), shown=False)
            for name, label in (("standard_cost", _("Standard cost")), ("replacement_cost", _("Replacement cost")))
        ),
        lists.text("tax_class", _("Tax class"), "tax_class", shown=False),
        lists.quantity("weight", _("Weight"), "weight_kg", "kg", missing=_("unknown"), shown=False),
        lists.text("in_use", _("In use"), lambda row: _yes_no(row.is_active), shown=False),
    ),
    sorts={
        "sku": Sort(_("By SKU"), ("sku", "id"), "sku"),
        "sku_back": Sort(_("By SKU, backwards"), ("-sku", "-id"), "sku"),
        "name": Sort(_("By name"), ("name", "id"), "name"),
        "newest": Sort(_("Newest first"), ("-id",)),
    },
)
