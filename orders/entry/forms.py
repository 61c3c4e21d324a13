"""Forms of order entry: they check form, never rules."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.core.inputs import LineInput
from orders.core.models import Address, Channel, Contact, DeliveryWay, LineKind, Order, ShipRule, Warehouse
from orders.entry.selectors.grid import Row

CELLS: Final = ("item", "quantity", "unit", "warehouse", "wanted", "price", "kind", "supply", "ship_to", "note", "seen")


class HeaderForm(forms.Form):
    """What is said above the lines."""

    customer_po = forms.CharField(label=gettext_lazy("Customer's order number"), required=False, max_length=60)
    requested_date = forms.DateField(
        label=gettext_lazy("Wanted on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    ship_to_id = forms.TypedChoiceField(label=gettext_lazy("Ship to"), required=False, coerce=int, empty_value=None)
    ship_rule = forms.ChoiceField(label=gettext_lazy("If not all is there"), choices=ShipRule.choices)
    delivery = forms.ChoiceField(label=gettext_lazy("How it leaves"), required=False, choices=DeliveryWay.choices)
    warehouse_id = forms.TypedChoiceField(label=gettext_lazy("Ship from"), required=False, coerce=int, empty_value=None)
    contact_id = forms.TypedChoiceField(label=gettext_lazy("Contact"), required=False, coerce=int, empty_value=None)
    bill_to_id = forms.TypedChoiceField(label=gettext_lazy("Bill to"), required=False, coerce=int, empty_value=None)
    channel = forms.ChoiceField(label=gettext_lazy("Came by"), choices=Channel.choices)
    notes = forms.CharField(
        label=gettext_lazy("Printed for the customer"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = list(Address.objects.filter(customer_id=order.customer_id, is_active=True).order_by("name", "id"))
        shipping = [(place.pk, _place(place)) for place in places if place.use != Address.Use.BILL]
        billing = [(place.pk, _place(place)) for place in places if place.use != Address.Use.SHIP]
        people = Contact.objects.filter(customer_id=order.customer_id, is_active=True).order_by("name")
        warehouses = Warehouse.objects.filter(company_id=order.company_id, is_active=True).order_by("code")
        self.fields["ship_to_id"].choices = [("", _("Choose an address")), *shipping]  # type: ignore[attr-defined]
        self.fields["bill_to_id"].choices = [("", _("The same")), *billing]  # type: ignore[attr-defined]
        self.fields["contact_id"].choices = [("", "–"), *((each.pk, each.name) for each in people)]  # type: ignore[attr-defined]
        self.line_places = [(pk, text) for pk, text in shipping]
        self.warehouses = [(each.pk, each.code) for each in warehouses]
        self.fields["warehouse_id"].choices = [
            ("", _("The company's default")),
            *((each.pk, f"{each.code} {each.name}") for each in warehouses),
        ]  # type: ignore[attr-defined]


def _place(place: Address) -> str:
    return ", ".join(filter(None, [place.name, place.street, f"{place.postal_code} {place.city}".strip()]))


def header_of(order: Order) -> dict[str, Any]:
    return {name: getattr(order, name) for name in HeaderForm.base_fields}


class CustomerForm(forms.Form):
    customer = forms.CharField(
        label=gettext_lazy("Customer"),
        max_length=160,
        help_text=gettext_lazy("Code or part of the name."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


def typed_rows(data: QueryDict) -> list[Row]:
    """The rows of the grid as they were sent; cells that a row lacks are empty."""
    columns = {name: data.getlist(name) for name in CELLS}
    count = len(columns["item"])
    rows = [Row() for _row in range(count)]
    for number, row in enumerate(rows):
        for name, values in columns.items():
            setattr(row, name, values[number].strip() if number < len(values) else "")
        row.kind, row.supply = row.kind or LineKind.GOODS, row.supply or "stock"
    return rows


def line_input(row: Row) -> LineInput | None:
    """A typed row as a line; None, with the row's errors set, when it cannot be read."""
    errors: dict[str, str] = {}
    words = row.has_no_item
    quantity = read_figure(row.quantity, "quantity", errors) if row.kind != LineKind.TEXT else Decimal(0)
    said, reason = read_price(row.price)
    price = read_figure(said, "price", errors) if row.price else None
    wanted = read_day(row.wanted, errors)
    if not row.item:
        errors["item"] = _("Say what it is.") if words else _("Name an item.")
    if row.kind == LineKind.CHARGE and not row.price:
        errors["price"] = _("Say what it costs.")
    if errors or quantity is None:
        row.errors = errors
        return None
    return LineInput(
        sku="" if words else row.item,
        description=row.item if words else "",
        quantity=quantity,
        unit=row.unit,
        unit_price=price,
        price_reason=reason,
        price_seen=read_figure(row.seen, "seen", {}) if row.seen else None,
        kind=row.kind,
        supply=row.supply,
        requested_date=wanted,
        warehouse_id=int(row.warehouse) if row.warehouse.isdigit() else None,
        ship_to_id=int(row.ship_to) if row.ship_to.isdigit() else None,
        note=row.note,
    )


# Which cell of the grid a refusal by the services belongs to.
CELL_OF: Final[Mapping[str, str]] = {
    "sku": "item", "unit_price": "price", "warehouse_id": "warehouse", "requested_date": "wanted",
    "ship_to_id": "ship_to",
}  # fmt: skip


def show_refused(rows: list[Row], lines: Any) -> bool:
    """Put what the services refused at the rows it is about; False when it is about none."""
    shown = False
    for line in lines if isinstance(lines, list) else []:
        position = line.get("position") if isinstance(line, dict) else None
        if isinstance(position, int) and 0 < position <= len(rows):
            name = str(line.get("field", "item"))
            rows[position - 1].errors[CELL_OF.get(name, name)] = str(line.get("message", ""))
            shown = True
    return shown


def read_figure(text: str, name: str, errors: dict[str, str]) -> Decimal | None:
    try:
        value = Decimal(text.replace(" ", ""))
    except InvalidOperation:
        value = Decimal("NaN")
    if not text:
        errors[name] = _("Type a number.")
    elif not value.is_finite():
        errors[name] = _("This is no number; write it like 1234.5.")
    elif abs(value) >= 10**12:
        errors[name] = _("This is too large.")
    return None if name in errors else value


def read_price(text: str) -> tuple[str, str]:
    """A typed price and the reason written behind it.

    >>> read_price("9.80 a competitor offers it"), read_price("1 200.50"), read_price("")
    (('9.80', 'a competitor offers it'), ('1 200.50', ''), ('', ''))
    """
    found = re.match(r"([\d.\s]*\d\.?)\s+([^\d\s].*)$", text)
    return (found[1], found[2]) if found else (text, "")


def read_day(text: str, errors: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        errors["wanted"] = _("Write the day like 2026-12-31.")
        return None
