"""Make a locked order what its change wants: checks, lines and prices first, promises and stock last."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from django.db import connection

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import PermissionRefused
from omc.lib.money import ZERO, round_amount
from orders.core import ledger
from orders.core.models import Address, Customer, LineKind, Order, OrderLine, Supply
from orders.entry.changes import rules
from orders.entry.changes.models import ChangeEdit, ChangeReason
from orders.entry.changes.selectors import line_stands, order_stand, promised_units, who_waits
from orders.entry.changes.services.judging import judge_change, refuse_beyond_guidelines
from orders.entry.changes.services.outcome import Credit, LineOutcome, Outcome, line_outcome, to_pick
from orders.entry.changes.services.refusals import ChangeRefused
from orders.entry.changes.services.repricing import AMOUNTS, asked_again, set_amounts, set_price, worth_of
from orders.entry.changes.services.wishes import input_of
from orders.entry.selectors.exposure import exposure_of
from orders.entry.services.checks import Found, check_order, hold_reasons
from orders.entry.services.lines import make_lines
from orders.pricing.services.typed_prices import OVERRIDE
from planning.services import promise_order, release_promises

STOCKED: Final = (LineKind.GOODS, LineKind.COMPONENT)
_WRITTEN: Final = ("typed_quantity", "unit_price", "price_steps", "requested_date", "ship_to", *AMOUNTS)
_TOTALS: Final = ("net_amount", "tax_amount", "total_amount", "net_base", "cost_base")
# What was promised first stays the original promise; a line that is new has none yet.
_PROMISE = """
UPDATE orders_orderline l SET original_promise = COALESCE(l.original_promise, p.day), current_promise = p.day
FROM unnest(%s::bigint[], %s::date[]) AS p(id, day) WHERE l.id = p.id AND l.order_id = %s
"""


@dataclass
class _Work:
    """One change on its way: the lines as they were and as they become, and what to post for it."""

    order: Order
    actor: Actor
    before: dict[int, OrderLine]
    after: dict[int, OrderLine]
    reasons: dict[int, str] = field(default_factory=dict)  # by line
    moves: list[ledger.Move] = field(default_factory=list)
    less: dict[int, Decimal] = field(default_factory=dict)  # promises to give up, by line
    more: set[int] = field(default_factory=set)  # lines to promise
    added: list[OrderLine] = field(default_factory=list)

    def want(self, line_id: int, quantity: Decimal) -> None:
        """So much of a line is wanted from now on; of a kit, of its parts with it. Units: stock unit."""
        line = self.before[line_id]
        parts = [part for part in self.before.values() if part.parent_id == line_id]
        for part in parts:
            self._want(part, quantity * part.ordered / line.ordered)
        self._want(line, quantity)

    def _want(self, line: OrderLine, quantity: Decimal) -> None:
        step = quantity - (line.ordered - line.cancelled)
        if not step:
            return
        # A line that goes altogether stays on the order as cancelled; else the order is for another quantity.
        column, delta = ("cancelled", -step) if quantity == 0 else ("ordered", step)
        self.moves.append((line.pk, column, delta))
        after = self.after[line.pk] = _with(self.after[line.pk], **{column: getattr(line, column) + delta})
        if column == "ordered":
            after.typed_quantity = after.ordered / line.unit_factor
        if line.kind in STOCKED:
            if step < 0:
                self.less[line.pk] = -step
            else:
                self.more.add(line.pk)


def _with(line: OrderLine, **columns: Decimal) -> OrderLine:
    """The line with other quantities, in memory; the ledger's writer changes the row."""
    changed = copy(line)
    changed._state = copy(line._state)
    changed.__dict__.update(columns)
    return changed


def carry_out(
    order: Order, customer: Customer, edits: Sequence[ChangeEdit], actor: Actor, *, preview: bool = False
) -> Outcome:
    """Change a locked order and everything that follows from it, or raise and change nothing. Inside a verb.

    Raises: ChangeRefused naming what may not be changed, InvalidLines, NoPrice, PriceRefused, PermissionRefused,
        ShortStock where the ship rule wants everything
    Events: order_backordered, backorder_filled (planning)
    """
    lines = list(order.lines.select_related("product").order_by("position"))
    work = _Work(order, actor, {line.pk: line for line in lines}, {line.pk: copy(line) for line in lines})
    _refuse(order, lines, edits, actor)
    before = worth_of(lines)
    outcome = Outcome(order, before, before, order.current_promise, order.current_promise)
    order.customer = customer  # with what billing published of it
    credit_before, found_before = _credit(order, customer), _holds(order, lines)
    had = promised_units(order) if preview else {}

    moved, dated = _change_header(order, edits, outcome)
    for edit in edits:
        if edit.what == ChangeEdit.What.LINE:
            _change_line(work, edit)
    _add_lines(work, edits, lines)
    everything = [*work.after.values(), *work.added]
    scheduled = order_stand(order).is_scheduled
    if (moved or dated or _dates_moved(work)) and not scheduled:
        _promise_moved(work, all_of=moved or dated)
    set_amounts(order, everything, elsewhere=_supplied_elsewhere(work, moved=moved))
    _write(work)
    _promise(work)

    now = list(order.lines.select_related("product").order_by("position"))
    outcome.after = worth_of(now)
    _write_order(order, now, outcome)
    outcome.lines = _outcomes(work, now)
    judge_change(outcome, work.before, now, customer, actor)
    if not preview:
        refuse_beyond_guidelines(outcome)
    outcome.open_units = to_pick(now)
    outcome.unreleased_units = to_pick([line for line in now if line.supply != Supply.DROP_SHIP])
    outcome.promise_after = order.current_promise
    outcome.credit = Credit(customer.credit_limit, credit_before, _credit(order, customer))
    known = set(found_before)
    outcome.holds = [
        found
        for found in _holds(order, now)
        if found not in known and not (found[0] == "credit_limit" and outcome.after.net_base <= before.net_base)
    ]
    if preview:
        taken = promised_units(order)
        outcome.waiting = who_waits(order, {key: units - had.get(key, ZERO) for key, units in taken.items()})
    return outcome


def _credit(order: Order, customer: Customer) -> Decimal:
    this = round_amount(order.total_amount * order.currency_rate)
    return exposure_of(customer, without=order.pk, this_order=this).used


def _holds(order: Order, lines: Sequence[OrderLine]) -> list[Found]:
    """What would hold the order if it were handed in as it is."""
    return hold_reasons(check_order(order, lines=lines).findings)


def _refuse(order: Order, lines: Sequence[OrderLine], edits: Sequence[ChangeEdit], actor: Actor) -> None:
    """Raises: ChangeRefused with every edit that may not be, PermissionRefused"""
    stands, here = line_stands(lines), order_stand(order)
    positions = {line.pk: line.position for line in lines}
    factors = {line.pk: line.unit_factor for line in lines}
    found: list[dict[str, object]] = []
    for edit in edits:
        for name, value in edit.fields.items() if edit.what != ChangeEdit.What.ADDED else []:
            why = None
            if edit.what == ChangeEdit.What.ORDER:
                why = rules.why_not_date(here) if name == "requested_date" else _address(lines, stands)
            elif name == "quantity":
                if value == "0":
                    require(actor, "entry.cancel_order")
                why = rules.why_not_quantity(
                    stands[edit.line_id or 0], Decimal(value or 0) * factors[edit.line_id or 0]
                )
            elif name == "unit_price":
                if not actor.can(OVERRIDE):
                    raise PermissionRefused(
                        "You may not change prices. Ask somebody in pricing.", field="unit_price", permission=OVERRIDE
                    )
                why = rules.why_not_price(stands[edit.line_id or 0])
            elif name == "requested_date":
                why = rules.why_not_date(here)
            else:
                why = rules.why_not_line_address(stands[edit.line_id or 0], here)
            if why:
                found.append(
                    {"edit": edit.pk, "position": positions.get(edit.line_id or 0), "field": name, "message": why}
                )
        if edit.what == ChangeEdit.What.ADDED and (why := rules.why_not_added(here)):
            found.append({"edit": edit.pk, "position": None, "field": "added", "message": why})
    if found:
        first = found[0]
        where = f"Line {first['position']}: " if first["position"] else ""
        raise ChangeRefused(f"{where}{first['message']}", field=str(first["field"]), lines=found)


def _address(lines: Sequence[OrderLine], stands: Mapping[int, rules.Stand]) -> str | None:
    there = [stands[line.pk] for line in lines if line.kind in rules.SHIPS and line.ship_to_id is None]
    return rules.why_not_order_address(there)


def _change_header(order: Order, edits: Sequence[ChangeEdit], outcome: Outcome) -> tuple[bool, bool]:
    """Set address and date of the order; answers whether either is another."""
    edit = next((edit for edit in edits if edit.what == ChangeEdit.What.ORDER), None)
    if edit is None:
        return False, False
    outcome.header_reason = edit.reason
    if moved := "ship_to_id" in edit.fields:
        wanted = edit.fields["ship_to_id"]
        place = Address.objects.filter(customer_id=order.customer_id, is_active=True, pk=wanted or 0).first()
        if place is None:
            raise ChangeRefused("An order that is confirmed goes somewhere.", field="ship_to_id")
        order.ship_to = place
        outcome.header.append("another address")
    if dated := "requested_date" in edit.fields:
        text = edit.fields["requested_date"]
        order.requested_date = date.fromisoformat(text) if text else None
        outcome.header.append(f"wanted {order.requested_date:%d %b %Y}" if order.requested_date else "wanted soon")
    return moved, dated


def _change_line(work: _Work, edit: ChangeEdit) -> None:
    pk = edit.line_id or 0
    line = work.before[pk]
    work.reasons[pk] = edit.reason
    if "quantity" in edit.fields:
        work.want(pk, Decimal(edit.fields["quantity"] or 0) * line.unit_factor)
    after = work.after[pk]
    if "unit_price" in edit.fields:
        why = str(ChangeReason(edit.reason).label) if edit.reason else ""
        set_price(after, Decimal(edit.fields["unit_price"] or 0), work.order, work.actor, why)
    family = [after, *(part for part in work.after.values() if part.parent_id == pk)]
    for name in ("requested_date", "ship_to_id"):
        if name in edit.fields:
            text = edit.fields[name]
            value = None if text is None else date.fromisoformat(text) if name == "requested_date" else int(text)
            for each in family:
                setattr(each, name, value)


def _dates_moved(work: _Work) -> bool:
    return any(_elsewhere(work, pk) for pk in work.after)


def _elsewhere(work: _Work, pk: int) -> bool:
    old, new = work.before[pk], work.after[pk]
    return (old.requested_date, old.ship_to_id) != (new.requested_date, new.ship_to_id)


def _supplied_elsewhere(work: _Work, *, moved: bool) -> set[int]:
    """The positions of lines that go to another address: their own, or with the order's."""
    return {
        line.position
        for pk, line in work.after.items()
        if line.ship_to_id != work.before[pk].ship_to_id or (moved and line.ship_to_id is None)
    }


def _promise_moved(work: _Work, *, all_of: bool) -> None:
    """What is wanted for another day or place gives its promise back and gets a new one in the same transaction."""
    for pk, line in work.after.items():
        old = work.before[pk]
        if (all_of or _elsewhere(work, pk)) and line.kind in STOCKED and line.ordered > line.cancelled:
            work.less[pk] = old.ordered - old.cancelled - old.shipped
            work.more.add(pk)


def _add_lines(work: _Work, edits: Sequence[ChangeEdit], lines: Sequence[OrderLine]) -> None:
    wanted = [edit for edit in edits if edit.what == ChangeEdit.What.ADDED]
    if not wanted:
        return
    order = work.order
    work.added = make_lines(order, [input_of(edit) for edit in wanted], [], work.actor)
    last = max((line.position for line in lines), default=0)
    for line in work.added:
        line.position += last
    tops = [line for line in work.added if line.parent is None]
    OrderLine.objects.bulk_create(tops)
    for edit, line in zip(wanted, tops, strict=True):
        work.reasons[line.pk] = edit.reason
    parts = [line for line in work.added if line.parent is not None]
    for part in parts:
        part.parent = part.parent  # Django remembers the parent's id only when the parent has one
    OrderLine.objects.bulk_create(parts)
    ledger.post(order.pk, [(line.pk, "ordered", line.typed_quantity * line.unit_factor) for line in work.added])
    # From here on they are lines like the others, with what the ledger says of them.
    work.added = list(OrderLine.objects.filter(pk__in=[line.pk for line in work.added]).select_related("product"))
    work.more |= {line.pk for line in work.added if line.kind in STOCKED}


def _write(work: _Work) -> None:
    """The lines that differ, by one statement; then what is given up, and the ledger."""
    differ = [line for pk, line in work.after.items() if _differs(work.before[pk], line)]
    OrderLine.objects.bulk_update([*differ, *work.added], _WRITTEN, batch_size=500)
    released = release_promises(order=work.order, line_quantities=work.less, actor=work.actor) if work.less else []
    ledger.post(work.order.pk, [*released, *work.moves])


def _differs(old: OrderLine, new: OrderLine) -> bool:
    return any(getattr(old, name) != getattr(new, name) for name in _WRITTEN if name != "ship_to") or (
        old.ship_to_id != new.ship_to_id
    )


def _promise(work: _Work) -> None:
    """Promise what is wanted more, or otherwise, and set the dates of its lines."""
    if not work.more:
        return
    order = work.order
    lines = list(OrderLine.objects.filter(pk__in=work.more).select_related("product").order_by("position"))
    result = promise_order(order=order, lines=lines, actor=work.actor)
    ledger.post(order.pk, result.moves)
    dates = dict(result.promise_dates)
    for pk, old in work.before.items():
        # More of a line that keeps its promise: the line is complete with the later of the two.
        kept = pk not in work.less and not any(part.parent_id == pk and part.pk in work.less for part in lines)
        if pk in dates and kept and old.current_promise:
            dates[pk] = max(dates[pk], old.current_promise)
    with connection.cursor() as cursor:
        cursor.execute(_PROMISE, [list(dates), list(dates.values()), order.pk])


def _write_order(order: Order, lines: Sequence[OrderLine], outcome: Outcome) -> None:
    worth = outcome.after
    order.net_amount, order.tax_amount, order.total_amount = worth.net_amount, worth.tax_amount, worth.total_amount
    order.net_base, order.cost_base = worth.net_base, worth.cost_base
    order.line_count = sum(line.parent_id is None for line in lines)
    kept = [line.current_promise for line in lines if line.ordered > line.cancelled and line.current_promise]
    order.current_promise = max(kept, default=order.current_promise)
    order.version += 1
    order.updated_at = clock.now()
    order.save(
        update_fields=[
            *_TOTALS, "line_count", "current_promise", "version", "updated_at", "ship_to", "requested_date",
        ]
    )  # fmt: skip


def _outcomes(work: _Work, now: Sequence[OrderLine]) -> list[LineOutcome]:
    counted = {line.pk for line in now if line.pk in work.before and line.ordered != work.before[line.pk].ordered}
    again = asked_again(work.order, now, counted)
    return [
        line_outcome(work.before.get(line.pk), line, work.reasons[line.pk], again.get(line.pk))
        for line in now
        if line.pk in work.reasons
    ]
