"""Changes as pages read them: what they want, where they clash with others, who waits for what they take."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from omc.lib.prepared import Prepared
from orders.core.models import Address, LineKind, Order, OrderFacts, OrderLine, Supply
from orders.core.selectors.companies import default_department
from orders.entry.changes.machines import STANDING
from orders.entry.changes.models import ChangeEdit, ChangeSet
from orders.entry.changes.rules import Difference, OrderStand, Stand, differences
from orders.entry.rules import kits_begun
from planning.models import FROM_SUPPLIER, Promise

Key = tuple[int, int]  # item, warehouse
MOST_WAITING: Final = 20
SCHEDULING: Final = 6


def change_of(change_id: int, actor: Actor) -> ChangeSet:
    """Raises: NotFound"""
    found = (
        ChangeSet.objects.select_related(
            "order__customer", "order__company", "order__ship_to", "order__terms", "opened_by"
        )
        .filter(pk=change_id, company_id=actor.company_id)
        .first()
    )
    if found is None:
        raise NotFound(f"There is no change order {change_id}.", change_id=change_id)
    return found


_STANDING = Prepared(
    lambda gaps: (
        ChangeSet.objects.filter(order_id=gaps.order, state__in=STANDING).select_related("opened_by").order_by("pk")
    )
)


def standing_changes(order: Order) -> list[ChangeSet]:
    return _STANDING.rows(order=order.pk)


def differences_of(change: ChangeSet, now: Mapping[str, Any]) -> list[tuple[ChangeEdit, list[Difference]]]:
    """Every edit with the three ways of its fields: as seen, as wanted, and as it is ``now`` (a snapshot)."""
    found = []
    for edit in change.edits.order_by("id"):
        if edit.what == ChangeEdit.What.ORDER:
            rows = differences(change.seen["order"], edit.fields, now["order"])
        elif edit.what == ChangeEdit.What.LINE:
            key = str(edit.line_id)
            rows = differences(change.seen["lines"][key], edit.fields, now["lines"].get(key, {}))
        else:
            rows = []
        found.append((edit, rows))
    return found


@dataclass(frozen=True)
class Elsewhere:
    """A field that others changed and this change leaves alone."""

    position: int | None
    field: str
    then: str | None
    theirs: str | None


def changed_elsewhere(change: ChangeSet, now: Mapping[str, Any]) -> list[Elsewhere]:
    """What others saved meanwhile that this change does not touch; a line of theirs has no "then"."""
    mine = {str(edit.line_id or edit.what): edit.fields for edit in change.edits.all()}
    found = [
        Elsewhere(None, name, change.seen["order"][name], value)
        for name, value in now["order"].items()
        if value != change.seen["order"][name] and name not in mine.get("order", {})
    ]
    for key, fields in now["lines"].items():
        then = change.seen["lines"].get(key, {"quantity": None})
        found += [
            Elsewhere(now["positions"][key], name, value, fields[name])
            for name, value in then.items()
            if value != fields[name] and name not in mine.get(key, {})
        ]
    return found


def order_stand(order: Order) -> OrderStand:
    """How far a locked order has come, as scheduling published it."""
    frozen = OrderFacts.objects.filter(order=order).values_list("is_frozen", flat=True).first()
    desk = default_department(order.company_id, SCHEDULING)
    return OrderStand(
        state=order.state, ship_rule=order.ship_rule, frozen=frozen, schedulers=desk.name if desk else _("scheduling")
    )


def line_stands(lines: Sequence[OrderLine]) -> dict[int, Stand]:
    """How far each line has come; of a kit that is begun, what its picked parts need."""
    parts: dict[int, list[OrderLine]] = {}
    for line in lines:
        if line.parent_id:
            parts.setdefault(line.parent_id, []).append(line)
    return {
        line.pk: Stand(
            kind=line.kind,
            wanted=line.ordered - line.cancelled,
            kept=_kept(line, parts.get(line.pk, [])),
            packed=max([line.packed, *(part.packed for part in parts.get(line.pk, []))]),
            shipped=max([line.shipped, *(part.shipped for part in parts.get(line.pk, []))]),
            invoiced=line.invoiced,
            supplier_sends=line.supply == Supply.DROP_SHIP,
        )
        for line in lines
    }


def _kept(line: OrderLine, parts: Sequence[OrderLine]) -> Decimal:
    if line.kind != LineKind.KIT or not line.ordered:
        picked: Decimal = line.picked
        return picked
    per_kit = {part.pk: part.ordered / line.ordered for part in parts}
    kept: Decimal = max(kits_begun(per_kit, {part.pk: part.picked for part in parts}), line.picked)
    return kept


def promised_units(order: Order) -> dict[Key, Decimal]:
    """What an order has been promised of our stock and supply, and not got yet. Units: stock unit."""
    rows = (
        Promise.objects.filter(order=order, is_open=True)
        .exclude(source__in=FROM_SUPPLIER)
        .values("product_id", "warehouse_id")
        .annotate(units=Sum("quantity"))
    )
    return {(row["product_id"], row["warehouse_id"]): row["units"] for row in rows}


@dataclass(frozen=True)
class Waiting:
    """Another order that waits for an item which a change takes more of. Units: stock unit."""

    order_id: int
    number: str
    customer: str
    customer_class: str
    sku: str
    unit: str
    taken: Decimal
    waits_for: Decimal
    ship_date: date


def who_waits(order: Order, taken: Mapping[Key, Decimal]) -> list[Waiting]:
    """Orders that lack stock of what is taken, the highest ranked first. One query."""
    wanted = {key: units for key, units in taken.items() if units > 0}
    if not wanted:
        return []
    rows = (
        Promise.objects.filter(
            company_id=order.company_id,
            is_open=True,
            quantity__gt=F("allocated"),
            product_id__in={product for product, _warehouse in wanted},
            warehouse_id__in={warehouse for _product, warehouse in wanted},
        )
        .exclude(order=order)
        .exclude(source__in=FROM_SUPPLIER)
        .select_related("order__customer", "product")
        .order_by(F("order__facts__rank_score").desc(nulls_last=True), "ship_date", "id")
    )
    return list(_waiting(rows.iterator(200), wanted))[:MOST_WAITING]


def _waiting(rows: Iterable[Promise], wanted: Mapping[Key, Decimal]) -> Iterable[Waiting]:
    for row in rows:
        if (row.product_id, row.warehouse_id) in wanted:
            yield Waiting(
                order_id=row.order_id,
                number=str(row.order),
                customer=row.order.customer.name,
                customer_class=row.order.customer.customer_class,
                sku=row.product.sku,
                unit=row.product.stock_unit,
                taken=wanted[row.product_id, row.warehouse_id],
                waits_for=row.quantity - row.allocated,
                ship_date=row.ship_date,
            )


def places_of(customer_id: int) -> dict[str, str]:
    """The customer's addresses that goods go to, by id as text."""
    rows = Address.objects.filter(customer_id=customer_id, is_active=True).exclude(use=Address.Use.BILL)
    return {str(place.pk): ", ".join(filter(None, [place.name, place.city])) for place in rows.order_by("name", "id")}
