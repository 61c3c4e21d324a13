"""Typed rows of a plan: read, converted, and held against what was agreed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format

from omc.lib import clock
from omc.lib.money import ZERO, plain
from orders.core.inputs import LineInput
from orders.pricing.agreements.models import Agreement
from orders.pricing.agreements.plan_models import PlannedLine
from orders.pricing.agreements.selectors.plan import STILL_OPEN, room_of
from orders.pricing.agreements.services.writing import InvalidAgreement
from orders.pricing.selectors.items import InvalidLines, Item, read_lines


class PlanRefused(InvalidAgreement):
    """Some rows cannot be planned like this; ``data["lines"]`` says which field of which row, and why."""

    code = "plan_refused"


@dataclass(frozen=True, slots=True)
class PlannedInput:
    """One item on one day as typed. ``quantity`` counts in ``unit`` (empty: the item's stock unit)."""

    day: date
    sku: str
    quantity: Decimal
    unit: str = ""


def read_rows(agreement: Agreement, rows: Sequence[PlannedInput]) -> list[Item]:
    """The rows' items and exact quantities. Raises: PlanRefused"""
    typed = [LineInput(sku=row.sku, quantity=row.quantity, unit=row.unit) for row in rows]
    try:
        return read_lines(company_id=agreement.company_id, customer_id=agreement.customer_id, inputs=typed)
    except InvalidLines as refusal:
        named: Any = refusal.data["lines"]
        raise PlanRefused(refusal.message.replace("Line", "Row", 1), field="rows", lines=named) from refusal


def lines_of(
    agreement: Agreement, rows: Sequence[PlannedInput], items: Sequence[Item], *, without: int | None
) -> list[PlannedLine]:
    """The rows as lines without a release yet. Raises: PlanRefused for what was not agreed, is twice, or too much"""
    room = room_of(agreement, without=without)
    of_product = {each.item.product_id: each for each in room.values()}
    taken: dict[int, Decimal] = {}
    seen: set[tuple[date, int]] = set()
    problems: list[dict[str, object]] = []
    lines = []
    for position, (row, item) in enumerate(zip(rows, items, strict=True), start=1):
        found = of_product.get(item.product.pk) if item.product else None
        if found is None or item.product is None:
            problems.append(_problem(position, "sku", f"{agreement} is not about {row.sku}."))
            continue
        if (row.day, found.item.pk) in seen:
            problems.append(_problem(position, "sku", f"{row.sku} is planned for that day in another row."))
        seen.add((row.day, found.item.pk))
        before = taken.get(found.item.pk, ZERO)
        taken[found.item.pk] = before + item.quantity
        if item.quantity > found.unplanned - before:
            free, unit = max(found.unplanned - before, ZERO), item.product.stock_unit
            said = f"At most {plain(free)} {unit} of {item.product.sku} are neither called off nor planned."
            problems.append(_problem(position, "quantity", said))
        lines.append(
            PlannedLine(
                item=found.item,
                unit=item.unit,
                unit_factor=item.factor,
                typed_quantity=row.quantity,
                quantity=item.quantity,
            )
        )
    _refuse(problems)
    return lines


def refuse_days(agreement: Agreement, rows: Sequence[PlannedInput], without: int | None = None) -> None:
    today = clock.today(agreement.company.time_zone)
    standing = agreement.planned.filter(state__in=STILL_OPEN).exclude(pk=without or 0)
    taken = set(standing.values_list("day", flat=True))
    problems: list[dict[str, object]] = []
    for position, row in enumerate(rows, start=1):
        said = ""
        if row.day < today:
            said = "That day has passed."
        elif not agreement.valid_from <= row.day <= agreement.valid_to:
            first, last = (date_format(day, "j M Y") for day in (agreement.valid_from, agreement.valid_to))
            said = f"{agreement} holds from {first} to {last}."
        elif row.day in taken:
            said = "A release is planned for that day already. Change that one."
        if said:
            problems.append(_problem(position, "day", said))
    _refuse(problems)


def _problem(position: int, field: str, message: str) -> dict[str, object]:
    return {"position": position, "field": field, "message": message}


def _refuse(problems: Sequence[dict[str, object]]) -> None:
    if problems:
        first = problems[0]
        raise PlanRefused(f"Row {first['position']}: {first['message']}", field=str(first["field"]), lines=[*problems])
