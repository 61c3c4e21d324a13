"""Invoicing and receivables as pure arithmetic: what to bill, at which amounts, how payments and postings add up."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Final

from omc.lib.money import QUANTITY_STEP, round_amount, spread

ZERO: Final = Decimal(0)


def slice_of(whole: Decimal, *, done: Decimal, quantity: Decimal, of: Decimal) -> Decimal:
    """The part of an amount that ``quantity`` out of ``of`` bears when ``done`` was billed before.

    All slices of a quantity sum to ``whole`` exactly, in whatever parts it is billed: the last one takes what is left.

    Rounds: each running total half-up to 2 places.

    >>> third = Decimal(1)
    >>> [slice_of(Decimal("10.00"), done=Decimal(n), quantity=third, of=Decimal(3)) for n in range(3)]
    [Decimal('3.33'), Decimal('3.34'), Decimal('3.33')]
    """
    if not of:
        return ZERO
    return round_amount(whole * (done + quantity) / of) - round_amount(whole * done / of)


@dataclass(frozen=True, slots=True)
class Billable:
    """What billing needs of one order line. Units: stock unit; ``net_amount`` is that of all that was ordered."""

    line_id: int
    kind: str
    ordered: Decimal
    cancelled: Decimal
    shipped: Decimal
    invoiced: Decimal
    net_amount: Decimal
    ahead: bool
    parent_id: int | None = None

    @property
    def wanted(self) -> Decimal:
        return self.ordered - self.cancelled

    @property
    def due(self) -> Decimal:
        """What may be billed now: what was shipped, or for what is billed ahead what is wanted."""
        return max((self.wanted if self.ahead else min(self.shipped, self.ordered)) - self.invoiced, ZERO)


def to_invoice(lines: Sequence[Billable], carried: Mapping[int, Decimal], freight: str = "first") -> dict[int, Decimal]:
    """What one invoice bills per order line, for a shipment that carried so much of each line.

    Goods: what the shipment carried. Kits: those that are complete by now. Services: all of them. Charges: all of them,
    so that freight comes once, with the first invoice; or (``freight`` by_value) along with the value of the goods, as
    discounts (negative charges) always do.
    """
    kits = {line.parent_id for line in lines if line.parent_id and line.line_id in carried}
    quantities: dict[int, Decimal] = {}
    for line in lines:
        if line.kind == "goods":
            quantities[line.line_id] = min(carried.get(line.line_id, ZERO), line.due)
        elif line.kind == "kit":
            quantities[line.line_id] = line.due if line.line_id in kits else ZERO
        elif line.kind in ("service", "charge") and line.net_amount >= 0 and not _goes_along(line, freight):
            quantities[line.line_id] = line.due
    return _with_shares(lines, quantities, freight)


def to_invoice_ahead(lines: Sequence[Billable]) -> dict[int, Decimal]:
    """What is billed without a shipment: services, charges and whatever is billed ahead of shipping."""
    quantities = {
        line.line_id: line.due
        for line in lines
        if line.ahead and line.kind not in ("text", "component") and line.net_amount >= 0
    }
    return _with_shares(lines, quantities, "first")


def _goes_along(line: Billable, freight: str) -> bool:
    """Whether a line is billed in the proportion in which the goods are."""
    return (line.kind in ("service", "charge") and line.net_amount < 0) or (
        line.kind == "charge" and freight == "by_value"
    )


def _with_shares(lines: Sequence[Billable], quantities: dict[int, Decimal], freight: str) -> dict[int, Decimal]:
    """Add of what goes along with the goods the share of what will be billed by then; the last invoice takes it all."""
    valued = [
        line for line in lines if line.kind in ("goods", "kit", "service") and line.wanted > 0 and line.net_amount > 0
    ]
    whole = sum((line.net_amount * line.wanted / line.ordered for line in valued), ZERO)
    billed = sum(
        (line.net_amount * (line.invoiced + quantities.get(line.line_id, ZERO)) / line.ordered for line in valued), ZERO
    )
    complete = all(line.invoiced + quantities.get(line.line_id, ZERO) >= line.wanted for line in valued)
    share = Decimal(1) if complete or not whole else min(billed / whole, Decimal(1))
    for line in lines:
        if _goes_along(line, freight):
            target = line.wanted if share == 1 else (line.wanted * share).quantize(QUANTITY_STEP, ROUND_DOWN)
            quantities[line.line_id] = max(min(target - line.invoiced, line.due), ZERO)
    return {line_id: quantity for line_id, quantity in quantities.items() if quantity > 0}


def left_to_invoice(lines: Iterable[Billable], quantities: Mapping[int, Decimal], freight: str = "first") -> Decimal:
    """Units that may be billed and are not, after this invoice; without what is billed along with others."""
    return sum(
        (
            line.due - quantities.get(line.line_id, ZERO)
            for line in lines
            if line.kind not in ("text", "component") and not _goes_along(line, freight)
        ),
        ZERO,
    )


def due_date(invoiced_on: date, net_days: int | None) -> date:
    """When it is to be paid; without terms at once."""
    return invoiced_on + timedelta(days=net_days or 0)


def base_of(amount: Decimal, whole: Decimal, whole_base: Decimal) -> Decimal:
    """A part of a document's amount in company currency, at the document's own rate. Rounds: half-up to 2 places."""
    return round_amount(whole_base * amount / whole) if whole else ZERO


def settled_base(before: Decimal, after: Decimal, whole: Decimal, whole_base: Decimal) -> Decimal:
    """What falls off a document in company currency when its open amount goes from ``before`` to ``after``.

    Settled in any number of steps, the parts sum to ``whole_base`` exactly.
    """
    return base_of(before, whole, whole_base) - base_of(after, whole, whole_base)


def taken_apart(amount: Decimal, lines: Sequence[tuple[Decimal, Decimal]]) -> list[tuple[Decimal, Decimal]]:
    """So much with tax, spread over lines of (net, tax) by what they still bear: (net, tax) of each, exact in sum.

    Rounds: the parts by largest remainder, the net of each half-up to 2 places; its tax is the rest.

    >>> taken_apart(Decimal("60.00"), [(Decimal("100.00"), Decimal("20.00"))])
    [(Decimal('50.00'), Decimal('10.00'))]
    """
    weights = [max(net + tax, ZERO) for net, tax in lines]
    parts = spread(amount, weights)
    nets = [
        round_amount(part * net / (net + tax)) if net + tax > 0 else ZERO
        for part, (net, tax) in zip(parts, lines, strict=True)
    ]
    return [(net, part - net) for net, part in zip(nets, parts, strict=True)]


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An invoice that is not fully paid."""

    invoice_id: int
    number: str
    due: date
    open_amount: Decimal


def numbers_in(reference: str) -> set[str]:
    """Words of a reference that may be numbers of invoices."""
    return set(re.findall(r"[A-Z0-9][A-Z0-9-]*", reference.upper()))


@dataclass(frozen=True, slots=True)
class Early:
    """An invoice that may still be paid less the discount for paying early. Units: its currency."""

    invoice_id: int
    number: str
    total: Decimal
    saved: Decimal

    @property
    def to_pay(self) -> Decimal:
        return self.total - self.saved


def paid_early(amount: Decimal, offers: Sequence[Early], reference: str = "") -> dict[int, Decimal]:
    """The invoices that a payment settles when it is, to the cent, what they come to less their discounts.

    Those that the reference names together; else the one whose amount it is, where there is just one. Else none.

    >>> offers = [Early(1, "INV-1", Decimal(100), Decimal(2)), Early(2, "INV-2", Decimal(50), Decimal(1))]
    >>> paid_early(Decimal(98), offers), paid_early(Decimal(147), offers, "INV-1 INV-2"), paid_early(Decimal(100), offers)
    ({1: Decimal('98')}, {1: Decimal('98'), 2: Decimal('49')}, {})
    """
    named = numbers_in(reference)
    chosen = [offer for offer in offers if offer.number.upper() in named]
    if not chosen:
        alike = [offer for offer in offers if offer.to_pay == amount]
        chosen = alike if len(alike) == 1 else []
    if not chosen or sum((offer.to_pay for offer in chosen), ZERO) != amount:
        return {}
    return {offer.invoice_id: offer.to_pay for offer in chosen}


def allocate(amount: Decimal, items: Iterable[OpenItem], reference: str = "") -> dict[int, Decimal]:
    """Which invoices a payment settles: those its reference names, then the oldest due. The rest stays on account.

    >>> first = OpenItem(1, "INV-1", date(2026, 1, 5), Decimal(50))
    >>> items = [first, OpenItem(2, "INV-2", date(2026, 1, 9), Decimal(30))]
    >>> allocate(Decimal(60), items), allocate(Decimal(40), items, "for INV-2, thanks")
    ({1: Decimal('50'), 2: Decimal('10')}, {2: Decimal('30'), 1: Decimal('10')})
    """
    named = numbers_in(reference)
    queue = sorted(items, key=lambda item: (item.number.upper() not in named, item.due, item.invoice_id))
    given: dict[int, Decimal] = {}
    for item in queue:
        part = min(amount, item.open_amount)
        if part > 0:
            given[item.invoice_id] = part
            amount -= part
    return given


@dataclass(frozen=True, slots=True)
class Entry:
    """One side of a double entry in company currency: debit positive, credit negative."""

    account: str
    amount: Decimal


def balanced(entries: Iterable[Entry]) -> list[Entry]:
    """The entries without empty ones, one per account, and the difference of rounding and rates on its own account.

    >>> sides = [Entry("cash", Decimal("10.01")), Entry("receivable", Decimal("-10.00"))]
    >>> [(entry.account, entry.amount) for entry in balanced(sides)]
    [('cash', Decimal('10.01')), ('receivable', Decimal('-10.00')), ('exchange', Decimal('-0.01'))]
    """
    sums: dict[str, Decimal] = {}
    for entry in entries:
        sums[entry.account] = sums.get(entry.account, ZERO) + entry.amount
    if difference := -sum(sums.values(), ZERO):
        sums["exchange"] = sums.get("exchange", ZERO) + difference
    return [Entry(account, amount) for account, amount in sums.items() if amount]


AGES: Final = ("current", "1-30", "31-60", "61-90", "over 90")


def age_of(due: date, today: date) -> str:
    """The ageing bucket of an open invoice, by days past its due date.

    >>> [age_of(date(2026, 3, 1), date(2026, 3, day)) for day in (1, 2, 31)]
    ['current', '1-30', '1-30']
    """
    days = (today - due).days
    if days <= 0:
        return AGES[0]
    return AGES[min((days - 1) // 30 + 1, 4)]
