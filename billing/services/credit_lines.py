from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from billing.events import CreditNotePosted, InvoicePaid, InvoicePartPaid
from billing.machines import INVOICE
from billing.models import Account, Invoice, InvoiceKind, InvoiceLine, InvoiceState
from billing.rules import Entry, slice_of
from billing.services import books, receivable
from billing.services.posting import give_number, stamp
from billing.services.settling import settle
from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.errors import DomainError, InvalidInput
from omc.lib.money import round_amount
from orders.core import eventlog, ledger
from orders.core.models import Order, OrderLine
from orders.core.selectors.companies import today


class CreditRefused(DomainError):
    """More would be credited than was invoiced."""

    code = "credit_refused"


@dataclass(frozen=True)
class _Borne:
    """What an invoice line still bears after all its credits."""

    net_amount: Decimal
    net_base: Decimal
    tax_amount: Decimal


@dataclass(frozen=True)
class _Part:
    """So much of one invoice line. Units: stock unit."""

    line: InvoiceLine
    credited: Decimal
    quantity: Decimal
    bears: "_Borne | None" = None  # what is left of the line, where amounts of it were credited without quantity


def credit_lines(
    *,
    order: Order,
    quantities: Sequence[tuple[int, Decimal]],
    reason: str,
    actor: Actor,
    invoice: Invoice | None = None,
) -> Invoice:
    """Credit quantities of a locked order's lines, at the amounts of the invoice lines that billed them; of one
    ``invoice``, where it is named.

    A building block: it is called inside another verb, which checks the permission. That verb takes the customer's
    lock (``lock_customer``) before the order's, since what the customer owes changes. The credit settles the
    invoices it corrects as far as they are open; the rest stays on account as the note's own open amount.

    Units: stock unit, per order line. Raises: CreditRefused naming the line, InvalidInput
    Events: credit_note_posted; invoice_part_paid or invoice_paid for what it settles
    """
    if not reason.strip():
        raise InvalidInput("Say why it is credited.", field="reason")
    customer = receivable.lock_customer(order.customer_id, actor)
    parts = _parts(order, quantities, invoice)
    originals = {part.line.invoice_id: part.line.invoice for part in parts}
    note = _note(order, next(iter(originals.values())), reason, actor)
    rows = [_credit_row(note, position, part) for position, part in enumerate(parts, start=1)]
    add_up(note, rows)
    note.save()
    InvoiceLine.objects.bulk_create(rows)
    ledger.post(order.pk, [(row.order_line_id or 0, "credited", row.quantity) for row in rows])
    amounts = _settles(rows, parts, originals)
    settled_base = settle(list(originals.values()), amounts, by=note, actor=actor)
    note.open_amount = note.total_amount - sum(amounts.values(), Decimal(0))
    Invoice.objects.filter(pk=note.pk).update(open_amount=note.open_amount)
    on_account = (
        round_amount(note.total_base * note.open_amount / note.total_amount) if note.total_amount else Decimal(0)
    )
    books.write(
        note,
        [
            Entry(Account.REVENUE, note.net_base),
            Entry(Account.TAX, note.total_base - note.net_base),
            Entry(Account.RECEIVABLE, -settled_base),
            Entry(Account.ON_ACCOUNT, -on_account),
        ],
        day=today(order.company),
    )
    receivable.publish(customer.company, [customer.pk])
    give_number(note, order)
    event = CreditNotePosted(
        invoice=str(note.number),
        original=", ".join(str(item.number) for item in originals.values()),
        total_amount=note.total_amount,
        currency=note.currency,
        net_base=note.net_base,
        units=sum((row.quantity for row in rows), Decimal(0)),
        reason=note.reason,
    )
    number = {"number": note.number}
    INVOICE.advance(note, InvoiceState.POSTED, event, actor=actor, record=eventlog.record_many, stamp=number)
    settle_note(note, actor)
    return note


def _parts(order: Order, quantities: Sequence[tuple[int, Decimal]], invoice: Invoice | None) -> list[_Part]:
    """From which invoice lines the quantities are taken: the oldest first, never more than they billed."""
    wanted: dict[int, Decimal] = defaultdict(Decimal)
    for line_id, quantity in quantities:
        if quantity <= 0:
            raise InvalidInput("A credit is for more than nothing.", field="quantity", line_id=line_id)
        wanted[line_id] += quantity
    if not wanted:
        raise InvalidInput("Say what is credited.", field="lines")
    # A credit without an order's line is an allowance on the amount; it takes no quantity away.
    posted = ~Q(credits__invoice__state=InvoiceState.VOID)
    of_quantity, allowance = posted & Q(credits__order_line__isnull=False), posted & Q(credits__order_line__isnull=True)
    billed = (
        InvoiceLine.objects.filter(
            order_line_id__in=wanted,
            order_line__order=order,  # an invoice may bill several orders
            invoice__kind=InvoiceKind.INVOICE,
            invoice__state__in=[InvoiceState.POSTED, InvoiceState.PART_PAID, InvoiceState.PAID],
        )
        .select_related("invoice")
        .annotate(
            credited=Coalesce(Sum("credits__quantity", filter=of_quantity), Decimal(0)),
            allowed=Coalesce(Sum("credits__net_amount", filter=allowance), Decimal(0)),
            **{f"credited_{name}": Coalesce(Sum(f"credits__{name}", filter=posted), Decimal(0)) for name in _AMOUNTS},
        )
        .order_by("invoice_id", "position")
    )
    if invoice is not None:
        billed = billed.filter(invoice=invoice)
    invoices: dict[int, Invoice] = {} if invoice is None else {invoice.pk: invoice}
    parts = []
    for line in billed:
        line.invoice = invoices.setdefault(line.invoice_id, line.invoice)  # one object per invoice, as it is settled
        take = min(wanted[line.order_line_id or 0], line.quantity - line.credited)
        if take > 0:
            parts.append(_Part(line, line.credited, take, _borne(line) if line.allowed else None))
            wanted[line.order_line_id or 0] -= take
    for line_id, missing in wanted.items():
        if missing > 0:
            short = OrderLine.objects.filter(pk=line_id, order=order).first()
            name = f"Line {short.position} of {order}" if short else f"Line {line_id}"
            raise CreditRefused(
                f"{name}: {format(missing.normalize(), 'f')} more would be credited than was invoiced.",
                field="quantity",
                line_id=line_id,
                missing=str(missing),
            )
    return parts


_AMOUNTS = ("net_amount", "net_base", "tax_amount")


def _borne(line: Any) -> _Borne:
    return _Borne(**{name: getattr(line, name) - getattr(line, f"credited_{name}") for name in _AMOUNTS})


def _note(order: Order, original: Invoice, reason: str, actor: Actor) -> Invoice:
    note = Invoice(
        company_id=order.company_id,
        kind=InvoiceKind.CREDIT_NOTE,
        customer_id=order.customer_id,
        order=order,
        original=original,
        bill_to_id=original.bill_to_id,
        customer_po=original.customer_po,
        currency=original.currency,
        currency_rate=original.currency_rate,
        reason=reason.strip()[:160],
        created_at=clock.now(),
    )
    stamp(note, today(order.company), None, actor)
    return note


def _credit_row(note: Invoice, position: int, part: _Part) -> InvoiceLine:
    line = part.line

    def share(whole: Decimal) -> Decimal:
        return slice_of(whole, done=part.credited, quantity=part.quantity, of=line.quantity)

    def amount(name: str) -> Decimal:
        if part.bears is None:
            return share(getattr(line, name))
        left = line.quantity - part.credited
        return slice_of(getattr(part.bears, name), done=Decimal(0), quantity=part.quantity, of=left)

    return InvoiceLine(
        invoice=note,
        order_line_id=line.order_line_id,
        corrects=line,
        quantity=part.quantity,
        position=position,
        kind=line.kind,
        product_id=line.product_id,
        description=line.description,
        unit=line.unit,
        unit_factor=line.unit_factor,
        typed_quantity=part.quantity / line.unit_factor,
        list_price=line.list_price,
        unit_price=line.unit_price,
        net_amount=amount("net_amount"),
        net_base=amount("net_base"),
        unit_cost=line.unit_cost,
        cost_base=None if line.cost_base is None else share(line.cost_base),
        tax_code=line.tax_code,
        tax_rate=line.tax_rate,
        tax_amount=amount("tax_amount"),
        price_steps=line.price_steps,
    )


def add_up(note: Invoice, rows: Sequence[InvoiceLine]) -> None:
    """Give a note the totals of its lines."""
    note.net_amount = sum((row.net_amount for row in rows), Decimal(0))
    note.tax_amount = sum((row.tax_amount for row in rows), Decimal(0))
    note.net_base = sum((row.net_base for row in rows), Decimal(0))
    note.total_amount = note.net_amount + note.tax_amount
    note.total_base = note.net_base + round_amount(note.tax_amount * note.currency_rate)


def _settles(rows: Sequence[InvoiceLine], parts: Sequence[_Part], originals: dict[int, Invoice]) -> dict[int, Decimal]:
    """Each original is settled by what is credited of it, as far as it is open."""
    credited: dict[int, Decimal] = defaultdict(Decimal)
    for row, part in zip(rows, parts, strict=True):
        credited[part.line.invoice_id] += row.net_amount + row.tax_amount
    amounts = {key: min(amount, originals[key].open_amount) for key, amount in credited.items()}
    return {key: amount for key, amount in amounts.items() if amount > 0}


def settle_note(note: Invoice, actor: Actor) -> None:
    """A note that settled all or part of what it is for stands like a paid or part paid invoice."""
    if note.open_amount == note.total_amount and note.total_amount:
        return
    applied = note.total_amount - note.open_amount
    number = str(note.number)
    if note.open_amount:
        part = InvoicePartPaid(
            invoice=number, amount=applied, open_amount=note.open_amount, currency=note.currency, source="offset"
        )
        INVOICE.advance(note, InvoiceState.PART_PAID, part, actor=actor, record=eventlog.record_many)
        return
    paid = InvoicePaid(invoice=number, amount=applied, currency=note.currency, source="offset", days_late=0)
    INVOICE.advance(note, InvoiceState.PAID, paid, actor=actor, record=eventlog.record_many)
