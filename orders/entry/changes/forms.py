"""The change page's form as wishes. It reads form, never rules; a cell that is no number is refused by the service."""

from decimal import Decimal, InvalidOperation
from itertools import zip_longest
from typing import Any

from django.http import QueryDict

from omc.lib.errors import InvalidInput
from orders.core.inputs import LineInput
from orders.entry.changes.services import AddedWish, LineWish, Wishes

CELLS = ("quantity", "unit_price", "requested_date", "ship_to_id")
NEW = ("new_item", "new_quantity", "new_price", "new_date", "new_reason", "new_supply", "new_ship_to")


def wishes_from(data: QueryDict) -> Wishes:
    """All rows of the page. A row without a reason takes the one for all."""
    for_all = data.get("reason_for_all", "")
    lines = []
    for line_id in data.getlist("line"):
        if not line_id.isdigit():
            raise InvalidInput("There is no such line.", field="line")
        # A cell that may not be changed is not in the form at all, so every cell names its row.
        fields = {name: data[f"{name}-{line_id}"] for name in CELLS if f"{name}-{line_id}" in data}
        lines.append(LineWish(line_id=int(line_id), fields=fields, reason=data.get(f"reason-{line_id}", "") or for_all))
    order = {name: data[f"order_{name}"] for name in ("ship_to_id", "requested_date") if f"order_{name}" in data}
    return Wishes(
        order=order,
        order_reason=data.get("order_reason", "") or for_all,
        lines=lines,
        added=[
            _added(row, for_all)
            for row in zip_longest(*(data.getlist(name) for name in NEW), fillvalue="")
            if row[0].strip()
        ],
    )


def _added(row: tuple[str, ...], for_all: str) -> AddedWish:
    item, quantity, price, day, reason, supply, place = (cell.strip() for cell in row)
    fields: dict[str, Any] = {"sku": item, "quantity": _number(quantity, item)}
    if price:
        fields["unit_price"] = _number(price, item)
    if day:
        fields["requested_date"] = day
    if supply:
        fields["supply"] = supply
    if place.isdigit():
        fields["ship_to_id"] = int(place)
    return AddedWish(line=LineInput(**fields), reason=reason or for_all)


def _number(text: str, item: str) -> Decimal:
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise InvalidInput(f"New line {item}: quantity and price are numbers.", field="quantity")
    return number


def choices_from(data: QueryDict) -> dict[tuple[int, str], str]:
    """What was chosen on the page of a conflict: ``choice-{edit}-{field}`` is "mine" or "theirs"."""
    found = {}
    for name, value in data.items():
        word, _, rest = name.partition("-")
        edit, _, field = rest.partition("-")
        if word == "choice" and edit.isdigit() and field:
            found[int(edit), field] = str(value)
    return found
