"""Reads of stage 9: the list of returns, one return, and how much of an order may still come back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from omc.lib.events import sentence_of, way_of
from omc.lib.prepared import Prepared
from orders.core.models import Event, LineKind, Order, OrderLine, Subject, Supplier, Warehouse
from planning.models import SupplyLine
from returns.claims import rules
from returns.claims.models import Return, ReturnLine, ReturnState

RETURNABLE_KINDS = (LineKind.GOODS, LineKind.KIT)
SHOWN_WITH_ORDER = 20
ENDED = (ReturnState.REJECTED, ReturnState.CLOSED, ReturnState.CANCELLED)


@dataclass(frozen=True)
class Returnable:
    """An order line and how much of it may still be asked back. Units: stock unit."""

    line: OrderLine
    quantity: Decimal


def _rows() -> QuerySet[Return]:
    related = Return.objects.select_related("customer", "order", "warehouse", "supplier", "credit_note")
    return related.annotate(units=Sum("lines__quantity"))


def returns_list(actor: Actor, *, state: str = "", text: str = "") -> QuerySet[Return]:
    """Returns of the company. ``state`` may be ``open``; ``text`` finds number, order number or customer."""
    rows = _rows().filter(company_id=actor.company_id)
    if state == "open":
        rows = rows.exclude(state__in=ENDED)
    elif state:
        rows = rows.filter(state=state)
    if text := text.strip():
        rows = rows.filter(
            Q(number__icontains=text)
            | Q(order__number__icontains=text)
            | Q(customer__name__icontains=text)
            | Q(customer__code__iexact=text)
        )
    return rows


def one_return(return_id: int, actor: Actor) -> Return:
    """A return of the actor's company. Raises: NotFound"""
    found = (
        Return.objects.filter(pk=return_id, company_id=actor.company_id)
        .select_related("customer", "order", "warehouse", "supplier", "credit_note", "company")
        .first()
    )
    if found is None:
        raise NotFound(f"There is no return {return_id}.")
    return found


def lines_of(document: Return) -> list[ReturnLine]:
    return list(document.lines.select_related("product", "order_line").order_by("position"))


_OF_ORDER = Prepared(
    lambda gaps: _rows().filter(company_id=gaps.company, order_id=gaps.order).order_by("-id")[:SHOWN_WITH_ORDER]
)


def returns_of_order(order: Order, actor: Actor) -> list[Return]:
    """The latest returns of an order."""
    return _OF_ORDER.rows(company=actor.company_id, order=order.pk)


def claimed_quantities(order_id: int, *, but_not: int | None = None) -> dict[int, Decimal]:
    """What open returns claim of each order line beyond the ledger's ``returned``."""
    rows = ReturnLine.objects.filter(return_order__order_id=order_id, order_line__isnull=False)
    if but_not is not None:
        rows = rows.exclude(return_order_id=but_not)
    claimed: dict[int, Decimal] = {}
    for row in rows.values_list(
        "order_line_id", "return_order__state", "quantity", "received", "accepted", "disposition"
    ):
        line_id, state, quantity, received, accepted, disposition = row
        claimed[line_id] = claimed.get(line_id, Decimal(0)) + rules.still_claimed(
            state, quantity=quantity, received=received, accepted=accepted, disposition=disposition
        )
    return claimed


def returnable_lines(order: Order, *, but_not: int | None = None) -> list[Returnable]:
    """Each line of goods of an order with what may still be asked back, in two queries."""
    claimed = claimed_quantities(order.pk, but_not=but_not)
    lines = order.lines.filter(kind__in=RETURNABLE_KINDS).select_related("product").order_by("position")
    return [
        Returnable(
            line=line,
            quantity=rules.returnable(
                shipped=line.shipped, returned=line.returned, claimed=claimed.get(line.pk, Decimal(0))
            ),
        )
        for line in lines
    ]


def senders_of(document: Return) -> list[Supplier]:
    """The suppliers who sent all that this return asks back to the customer themselves; it may go back to them."""
    sold = [line.order_line for line in document.lines.select_related("order_line") if line.order_line]
    parts = {part.pk for shares in stock_shares(sold).values() for part, _per_unit in shares}
    sent = SupplyLine.objects.filter(order_line_id__in=parts, received__gt=0, supply__ship_to__isnull=False)
    who: dict[int, set[int]] = {part: set() for part in parts}
    for part, supplier_id in sent.values_list("order_line_id", "supply__supplier_id"):
        who[part].add(supplier_id)
    everything = set.intersection(*who.values()) if who else set()
    return list(Supplier.objects.filter(pk__in=everything).order_by("name"))


def costs_of_sent(line_ids: Sequence[int]) -> dict[int, Decimal]:
    """What we paid the supplier for order lines that it sent to the customer itself, by line; the latest where they differ.

    Units: company currency per stock unit.
    """
    bought = SupplyLine.objects.filter(
        order_line_id__in=line_ids, received__gt=0, supply__ship_to__isnull=False, unit_cost__isnull=False
    )
    paid = bought.order_by("id").values_list("order_line_id", "unit_cost")
    return {line_id: cost for line_id, cost in paid if line_id and cost is not None}


def stock_shares(lines: Sequence[OrderLine]) -> Mapping[int, list[tuple[OrderLine, Decimal]]]:
    """Which stocked lines stand behind each line, and how many of them one unit is made of.

    Goods stand for themselves; a kit stands for its components.
    """
    kits = [line.pk for line in lines if line.kind == LineKind.KIT]
    shares: dict[int, list[tuple[OrderLine, Decimal]]] = {
        line.pk: [(line, Decimal(1))] for line in lines if line.kind != LineKind.KIT
    }
    if kits:
        per_kit = {line.pk: line.ordered for line in lines}
        for part in OrderLine.objects.filter(parent_id__in=kits).order_by("id"):
            kit_id = part.parent_id or 0
            shares.setdefault(kit_id, []).append((part, part.ordered / per_kit[kit_id]))
    return shares


@dataclass(frozen=True)
class Happening:
    """One event of a document as its timeline tells it."""

    at: datetime
    sentence: str
    by: str
    type: str


def history_of(document: Subject) -> list[Happening]:
    """What happened to a document itself, oldest first."""
    events = (
        Event.objects.filter(subject_type=document._meta.model_name, subject_id=document.pk)
        .select_related("user", "department")
        .order_by("seq")
    )
    return [
        Happening(
            at=event.at,
            sentence=sentence_of(event.type, event.data),
            by=" · ".join(
                str(who) for who in (event.user or event.job, event.department, way_of(event.channel)) if who
            ),
            type=event.type,
        )
        for event in events
    ]


def return_warehouses(actor: Actor) -> QuerySet[Warehouse]:
    return Warehouse.objects.filter(company_id=actor.company_id).order_by("-is_default", "code")


def open_returns_by_customer(customer_id: int) -> int:
    return Return.objects.filter(customer_id=customer_id).exclude(state__in=ENDED).count()
