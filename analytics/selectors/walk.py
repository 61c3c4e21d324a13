"""The staple walk: one order hop by hop, as if one were stapled to it. Source: SPEC §12.c.

A hop is one event of the order's log. It lies in the lane of the stage that acted; the waiting before it is drawn to
scale in that lane, because that is where the order lay. Beside it stands what the customer had been told by then.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from analytics.selectors.waiting import Hop, Waiting, waiting_of
from omc.lib.actor import Actor
from omc.lib.registry import registry
from orders.core.models import Department, EventLine, Message, Order, OrderLine, OrderState
from orders.core.selectors.orders import order_list
from orders.core.selectors.search import found as search_found

ZERO = Decimal(0)
ENTRY = 4
TELLS_PROMISE: Final = ("order_confirmed", "promise_changed")  # messages that name the delivery date
ARRIVALS: Final = ("order_delivered", "order_closed", "order_cancelled")
SHOWN_CHANGES = 12
MONEY_FIELDS: Final = ("price", "amount", "net", "total", "discount")


@dataclass(frozen=True)
class Change:
    """One line's figure before and after."""

    position: int
    item: str
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Step:
    """One hop of the walk. ``told`` is what left for the customer since the hop before, ``told_so_far`` all by then.

    ``promised`` is the date in our own books, ``promised_told`` the one that the customer knows of; ``days_past`` it the goods
    had not come. ``handed_from`` is
    the department that had the order before, where it changed hands; ``came_back`` says it had been here already.
    """

    number: int
    hop: Hop
    stage: int
    stage_name: str
    department: str
    is_automatic: bool
    handed_from: str = ""
    came_back: bool = False
    changes: Sequence[Change] = ()
    more_changes: int = 0
    told: Sequence[Message] = ()
    last_told: Message | None = None
    told_so_far: int = 0
    promised: date | None = None
    promised_told: date | None = None
    days_past: int = 0

    @property
    def is_now(self) -> bool:
        """The open end: nothing has happened yet."""
        return not self.hop.type

    @property
    def customer_knows(self) -> bool:
        """Whether the customer knows the date that we have in our books."""
        return self.promised is None or self.promised == self.promised_told


@dataclass(frozen=True)
class Walk:
    """An order's walk. Its hops' waiting adds up to ``waiting.elapsed``, the order's cycle time."""

    order: Order
    waiting: Waiting
    steps: list[Step]
    lanes: list[tuple[int, str]] = field(default_factory=list)

    @property
    def handoffs(self) -> int:
        return sum(bool(step.handed_from) for step in self.steps)

    @property
    def returns(self) -> int:
        return sum(step.came_back for step in self.steps)

    @property
    def events(self) -> int:
        return sum(not step.is_now for step in self.steps)

    @property
    def longest_number(self) -> int:
        """The hop that waited longest unattended; the first one where none did."""
        longest = self.waiting.longest
        return next((step.number for step in self.steps if step.hop is longest), 1)

    @property
    def unattended_percent(self) -> int | None:
        elapsed = self.waiting.elapsed
        return round(self.waiting.unattended / elapsed * 100) if elapsed else None


def walk_of(order: Order, actor: Actor) -> Walk:
    """The walk of an order of the actor's company, in a number of queries that does not grow with its hops."""
    waiting = waiting_of(order, actor)
    names = {stage.number: str(stage.name) for stage in registry.stages}
    queues = _queues(actor.company_id)
    messages = list(
        Message.objects.filter(order=order, company_id=actor.company_id).order_by("created_at", "id").defer("body")
    )
    changes = _changes(order, actor)
    steps: list[Step] = []
    stage, department, visited = ENTRY, "", set[str]()
    promised: date | None = None
    promised_told: date | None = None
    told_before, delivered = 0, False
    for number, hop in enumerate(waiting.hops, start=1):
        stage = hop.stage or (order.stage if not hop.type and order.stage else None) or stage
        promised = _promise_after(hop, promised)
        told_by_now = _told_until(messages, told_before, hop.at, is_last=number == len(waiting.hops))
        told = messages[told_before:told_by_now]
        if any(message.template in TELLS_PROMISE for message in told):
            promised_told = promised
        has_it = hop.department or ("" if hop.type else queues.get(stage, ""))
        moved = bool(has_it and department and has_it != department)
        delivered = delivered or hop.type in ARRIVALS
        all_changes = changes.get(hop.event_id or 0, [])
        steps.append(
            Step(
                number=number,
                hop=hop,
                stage=stage,
                stage_name=names.get(stage, ""),
                department=has_it,
                is_automatic=bool(hop.job),
                handed_from=department if moved else "",
                came_back=moved and has_it in visited,
                changes=all_changes[:SHOWN_CHANGES],
                more_changes=max(0, len(all_changes) - SHOWN_CHANGES),
                told=told,
                last_told=messages[told_by_now - 1] if told_by_now else None,
                told_so_far=told_by_now,
                promised=promised,
                promised_told=promised_told,
                days_past=0 if delivered or not promised else max(0, (hop.at.date() - promised).days),
            )
        )
        told_before = told_by_now
        if has_it:
            department = has_it
            visited.add(has_it)
    lanes = sorted({step.stage for step in steps})
    return Walk(order=order, waiting=waiting, steps=steps, lanes=[(number, names.get(number, "")) for number in lanes])


def _told_until(messages: Sequence[Message], start: int, at: datetime, *, is_last: bool) -> int:
    """How many messages had left by then; what left after the last event belongs to it."""
    end = start
    while end < len(messages) and (is_last or messages[end].created_at <= at):
        end += 1
    return end


def _promise_after(hop: Hop, before: date | None) -> date | None:
    """The promised date in our books once the hop has happened."""
    text = {"order_confirmed": hop.data.get("promise"), "promise_changed": hop.data.get("after")}.get(hop.type)
    try:
        return date.fromisoformat(str(text)[:10]) if text else before
    except ValueError:
        return before


def _queues(company_id: int) -> dict[int, str]:
    """The department that a stage's work comes to by default."""
    found: dict[int, str] = {}
    for name, numbers in Department.objects.filter(company_id=company_id).order_by("id").values_list("name", "stages"):
        for number in numbers:
            found.setdefault(number, name)
    return found


def _changes(order: Order, actor: Actor) -> dict[int, list[Change]]:
    """Per event what it changed on which line; money only for those who may see it."""
    lines = {
        pk: (position, sku or description)
        for pk, position, sku, description in OrderLine.objects.filter(order=order).values_list(
            "id", "position", "product__sku", "description"
        )
    }
    rows = (
        EventLine.objects.filter(event__order=order, event__company_id=order.company_id)
        .order_by("event_id", "ordinal")
        .values_list("event_id", "line_id", "field", "before", "after")
    )
    found: dict[int, list[Change]] = {}
    for event_id, line_id, name, before, after in rows:
        if "cost" in name and not actor.can("orders.view_cost"):
            continue
        if any(word in name for word in MONEY_FIELDS) and not actor.can("orders.view_price"):
            continue
        position, item = lines.get(line_id, (0, ""))
        found.setdefault(event_id, []).append(Change(position, item, name, before, after))
    return found


def walkable(actor: Actor, text: str = "", customer_id: int | None = None, limit: int = 20) -> list[Order]:
    """Orders with a history that match the words, the newest first: by number, PO, customer, or all that is found."""
    orders = order_list(actor, {"customer": customer_id}).exclude(state=OrderState.DRAFT)
    if text:
        hits = [entry.object_id for entry in search_found(actor, text, limit) if entry.kind == "order"]
        by_text = order_list(actor, {"text": text, "customer": customer_id}).exclude(state=OrderState.DRAFT)
        chosen = list(by_text.order_by("-id").values_list("pk", flat=True)[:limit])
        orders = orders.filter(pk__in={*hits, *chosen})
    return list(orders.order_by("-id")[:limit])


def random_order(actor: Actor, number: float) -> Order | None:
    """Some order with a history; ``number`` from 0 to 1 says how far along the company's orders."""
    orders = order_list(actor, {}).exclude(state=OrderState.DRAFT)
    ends = (orders.order_by("pk").first(), orders.order_by("-pk").first())
    if ends[0] is None or ends[1] is None:
        return None
    wanted = ends[0].pk + round(number * (ends[1].pk - ends[0].pk))
    return orders.filter(pk__gte=wanted).order_by("pk").first()
