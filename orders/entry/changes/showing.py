"""A change as its page shows it: what can still be typed where, what is typed, and both sides of a conflict."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from omc.lib.actor import Actor
from orders.core.models import OrderLine
from orders.entry.changes import rules
from orders.entry.changes.models import ChangeEdit, ChangeSet
from orders.entry.changes.rules import Difference
from orders.entry.changes.selectors import (
    changed_elsewhere,
    differences_of,
    line_stands,
    order_stand,
    places_of,
)
from orders.entry.changes.services import snapshot
from orders.pricing.services.typed_prices import OVERRIDE


@dataclass(slots=True)
class Cell:
    """One thing that may be changed. ``locked`` says why it may not; ``was`` is what stands on the order."""

    name: str
    value: str
    was: str
    locked: str = ""

    @property
    def is_changed(self) -> bool:
        return self.value != self.was


@dataclass(slots=True)
class Row:
    """One line of the order on the page of its change."""

    line: OrderLine
    quantity: Cell
    unit_price: Cell
    requested_date: Cell
    ship_to_id: Cell
    reason: str = ""

    @property
    def is_changed(self) -> bool:
        cells = (self.quantity, self.unit_price, self.requested_date, self.ship_to_id)
        return any(cell.is_changed for cell in cells)

    @property
    def is_cancelled(self) -> bool:
        return self.quantity.is_changed and self.quantity.value == "0"


@dataclass(slots=True)
class Page:
    rows: list[Row]
    ship_to_id: Cell
    requested_date: Cell
    order_reason: str
    added: list[dict[str, str]]
    no_added: str
    places: Mapping[str, str] = field(default_factory=dict)


def page_of(change: ChangeSet, actor: Actor, typed: Mapping[str, str] | None = None) -> Page:
    """The lines of the order with what the change wants of them, or with what was ``typed`` and refused.

    A constant number of queries.
    """
    order = change.order
    lines = list(order.lines.select_related("product").order_by("position"))
    stands, here = line_stands(lines), order_stand(order)
    edits = list(change.edits.order_by("id"))
    of_line = {edit.line_id: edit for edit in edits if edit.line_id}
    header = next((edit for edit in edits if edit.what == ChangeEdit.What.ORDER), None)
    seen = change.seen
    rows = []
    for line in lines:
        if str(line.pk) not in seen["lines"]:
            continue
        stand, was, edit = stands[line.pk], seen["lines"][str(line.pk)], of_line.get(line.pk)
        wanted = edit.fields if edit else {}
        price_locked = rules.why_not_price(stand)
        if not price_locked and not actor.can(OVERRIDE):
            price_locked = _("You may not change prices.")
        locks = {
            "quantity": rules.why_not_quantity(stand, stand.wanted),
            "unit_price": price_locked,
            "requested_date": rules.why_not_date(here),
            "ship_to_id": rules.why_not_line_address(stand, here),
        }
        cells = {name: _cell(name, wanted, was, locks[name]) for name in locks}
        row = Row(line, reason=edit.reason if edit else "", **cells)
        if typed:
            _retype(row, typed)
        rows.append(row)
    wanted = header.fields if header else {}
    return Page(
        rows=rows,
        ship_to_id=_cell("ship_to_id", wanted, seen["order"], _address_locked(rows, stands)),
        requested_date=_cell("requested_date", wanted, seen["order"], rules.why_not_date(here)),
        order_reason=header.reason if header else "",
        added=[
            {
                "item": edit.fields.get("sku") or edit.fields.get("description") or "",
                "quantity": edit.fields.get("quantity", ""),
                "price": edit.fields.get("unit_price", ""),
                "date": edit.fields.get("requested_date", ""),
                "supply": edit.fields.get("supply", ""),
                "ship_to": edit.fields.get("ship_to_id", ""),
                "reason": edit.reason,
            }
            for edit in edits
            if edit.what == ChangeEdit.What.ADDED
        ],
        no_added=rules.why_not_added(here) or "",
        places=places_of(order.customer_id),
    )


def _cell(name: str, wanted: Mapping[str, str | None], was: Mapping[str, str | None], locked: str | None) -> Cell:
    old = was[name] or ""
    value = (wanted[name] or "") if name in wanted else old
    return Cell(name, value, old, locked or "")


def _address_locked(rows: list[Row], stands: Mapping[int, rules.Stand]) -> str | None:
    there = [stands[row.line.pk] for row in rows if row.line.kind in rules.SHIPS and row.line.ship_to_id is None]
    return rules.why_not_order_address(there)


def _retype(row: Row, typed: Mapping[str, str]) -> None:
    """What somebody typed stays on the page, also where it was refused."""
    for cell in (row.quantity, row.unit_price, row.requested_date, row.ship_to_id):
        cell.value = typed.get(f"{cell.name}-{row.line.pk}", cell.value)
    row.reason = typed.get(f"reason-{row.line.pk}", row.reason)


@dataclass(frozen=True)
class Clash:
    """One edited field with its three sides in words."""

    edit_id: int
    what: str
    field: str
    label: str
    then: str
    mine: str
    theirs: str
    is_conflict: bool
    is_same: bool


def clashes_of(change: ChangeSet) -> tuple[list[Clash], list[dict[str, str]]]:
    """What both changed or only this one did, and what only others did; in words."""
    now = snapshot(change.order, list(change.order.lines.order_by("position")))
    positions = {**change.seen["positions"], **now["positions"]}
    places = places_of(change.order.customer_id)
    found = []
    for edit, rows in differences_of(change, now):
        what = (
            _("The order")
            if edit.what == ChangeEdit.What.ORDER
            else _("Line %(n)s") % {"n": positions.get(str(edit.line_id), "")}
        )
        found += [_clash(edit, what, row, places) for row in rows]
    others = [
        {
            "what": _("Line %(n)s") % {"n": row.position} if row.position else _("The order"),
            "label": label_of(row.field),
            "then": _("not there")
            if row.then is None and row.field == "quantity"
            else words_of(row.field, row.then, places),
            "theirs": words_of(row.field, row.theirs, places),
        }
        for row in changed_elsewhere(change, now)
    ]
    return found, others


def _clash(edit: ChangeEdit, what: str, row: Difference, places: Mapping[str, str]) -> Clash:
    return Clash(
        edit_id=edit.pk,
        what=what,
        field=row.field,
        label=label_of(row.field),
        then=words_of(row.field, row.then, places),
        mine=words_of(row.field, row.mine, places),
        theirs=words_of(row.field, row.theirs, places),
        is_conflict=row.is_conflict,
        is_same=row.mine == row.theirs,
    )


def label_of(name: str) -> str:
    return {
        "quantity": _("Quantity"),
        "unit_price": _("Price"),
        "requested_date": _("Wanted on"),
        "ship_to_id": _("Ship to"),
    }[name]


def words_of(name: str, value: str | None, places: Mapping[str, str]) -> str:
    """A value as a person reads it."""
    if value is None:
        return _("as the order")
    if name == "ship_to_id":
        return places.get(value, _("another address"))
    if name == "requested_date":
        return f"{date.fromisoformat(value):%d %b %Y}"
    if name == "quantity" and not Decimal(value):
        return _("cancelled")
    return value


def wanted_of(change: ChangeSet) -> dict[str, Any]:
    """What the change wants, for the API: values as text."""
    edits = list(change.edits.order_by("id"))
    header = next((edit for edit in edits if edit.what == ChangeEdit.What.ORDER), None)
    return {
        "order": header.fields if header else {},
        "order_reason": header.reason if header else "",
        "lines": [
            {"line_id": edit.line_id, "fields": edit.fields, "reason": edit.reason} for edit in edits if edit.line_id
        ],
        "added": [{**edit.fields, "reason": edit.reason} for edit in edits if edit.what == ChangeEdit.What.ADDED],
    }
