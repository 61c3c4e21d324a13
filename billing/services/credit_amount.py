from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from billing.events import CreditNotePosted
from billing.machines import INVOICE
from billing.models import Account, Invoice, InvoiceKind, InvoiceLine, InvoiceState
from billing.rules import Entry, base_of, taken_apart
from billing.services import books, receivable
from billing.services.credit_lines import CreditRefused, add_up, settle_note
from billing.services.posting import SERIES, findable, stamp
from billing.services.settling import settle
from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.errors import InvalidInput
from omc.lib.money import CENT, ZERO
from orders.core import eventlog, numbers
from orders.core.models import LineKind
from orders.core.selectors.companies import today
from orders.core.services.search import index


def credit_amount(
    *, invoice: Invoice, amount: Decimal, reason: str, actor: Actor, lines: Sequence[InvoiceLine] | None = None
) -> Invoice:
    """Credit an amount with tax of a posted invoice, or of some of its ``lines``: a price that was too high, not goods.

    A building block: the verb around it checks the permission and holds the customer's lock, and the order's. No
    quantity on the order's ledger moves. Each line's share bears that line's tax. The credit settles the invoice as far as
    it is open; the rest stays on account as the note's own open amount.

    Raises: CreditRefused for more than these lines still bear, InvalidInput
    Events: credit_note_posted; invoice_part_paid or invoice_paid for what it settles
    """
    if amount <= 0 or amount != amount.quantize(CENT):
        raise InvalidInput("The amount is more than nothing, with at most two decimals.", field="amount")
    if not reason.strip():
        raise InvalidInput("Say why it is credited.", field="reason")
    if invoice.kind != InvoiceKind.INVOICE or invoice.invoice_date is None:
        raise CreditRefused(f"{invoice} is no posted invoice.", invoice_id=invoice.pk)
    left = _left(invoice, lines)
    most = min(sum((net + tax for _line, net, tax in left), ZERO), _not_credited(invoice))
    if amount > most:
        raise CreditRefused(
            f"{invoice}: {most:,.2f} {invoice.currency} are not credited yet; {amount:,.2f} cannot be.",
            field="amount",
            most=str(most),
        )
    note = _note(invoice, reason, actor)
    parts = taken_apart(amount, [(net, tax) for _line, net, tax in left])
    rows = [
        _row(note, position, line, *part)
        for position, ((line, _net, _tax), part) in enumerate(zip(left, parts, strict=True), start=1)
        if part != (ZERO, ZERO)
    ]
    add_up(note, rows)
    note.save()
    InvoiceLine.objects.bulk_create(rows)
    settles = min(note.total_amount, invoice.open_amount)
    fallen = settle([invoice], {invoice.pk: settles}, by=note, actor=actor) if settles else ZERO
    note.open_amount = note.total_amount - settles
    Invoice.objects.filter(pk=note.pk).update(open_amount=note.open_amount)
    books.write(
        note,
        [
            Entry(Account.REVENUE, note.net_base),
            Entry(Account.TAX, note.total_base - note.net_base),
            Entry(Account.RECEIVABLE, -fallen),
            Entry(Account.ON_ACCOUNT, -base_of(note.open_amount, note.total_amount, note.total_base)),
        ],
        day=today(invoice.company),
    )
    receivable.publish(invoice.company, [invoice.customer_id])
    year = (note.invoice_date or today(invoice.company)).year
    note.number = numbers.next_gapless(note.company_id, SERIES[InvoiceKind.CREDIT_NOTE], year)
    order_number = (invoice.order.number or "") if invoice.order else ""
    index(note.company_id, [findable(note, invoice.customer.name, order_number)])
    event = CreditNotePosted(
        invoice=note.number,
        original=str(invoice),
        total_amount=note.total_amount,
        currency=note.currency,
        net_base=note.net_base,
        units=ZERO,
        reason=note.reason,
    )
    number = {"number": note.number}
    INVOICE.advance(note, InvoiceState.POSTED, event, actor=actor, record=eventlog.record_many, stamp=number)
    settle_note(note, actor)
    return note


def _not_credited(invoice: Invoice) -> Decimal:
    """What the invoice as a whole still bears: one line's credit may not eat the discount of the others."""
    credits = InvoiceLine.objects.filter(corrects__invoice=invoice).exclude(invoice__state=InvoiceState.VOID)
    credited = credits.aggregate(sum=Coalesce(Sum(F("net_amount") + F("tax_amount")), ZERO))["sum"]
    left: Decimal = invoice.total_amount - credited
    return left


def _left(invoice: Invoice, lines: Sequence[InvoiceLine] | None) -> list[tuple[InvoiceLine, Decimal, Decimal]]:
    """What each line still bears after all credits: net and tax. Discounts (negative) are part of the whole."""
    posted = ~Q(credits__invoice__state=InvoiceState.VOID)
    rows: Any = invoice.lines.exclude(kind__in=[LineKind.TEXT, LineKind.COMPONENT]).annotate(
        credited_net=Coalesce(Sum("credits__net_amount", filter=posted), ZERO),
        credited_tax=Coalesce(Sum("credits__tax_amount", filter=posted), ZERO),
    )
    if lines is not None:
        rows = rows.filter(pk__in=[line.pk for line in lines])
    found = [
        (row, row.net_amount - row.credited_net, row.tax_amount - row.credited_tax) for row in rows.order_by("position")
    ]
    discounts = sum((net + tax for _row, net, tax in found if net + tax < 0), ZERO)
    bearing = [(row, net, tax) for row, net, tax in found if net + tax > 0]
    return _less(bearing, -discounts) if discounts else bearing


def _less(
    rows: list[tuple[InvoiceLine, Decimal, Decimal]], discount: Decimal
) -> list[tuple[InvoiceLine, Decimal, Decimal]]:
    """What the lines bear once the invoice's discounts are taken off them."""
    whole = sum((net + tax for _row, net, tax in rows), ZERO)
    if whole <= discount:
        return []
    taken = taken_apart(discount, [(net, tax) for _row, net, tax in rows])
    return [(row, net - less, tax - off) for (row, net, tax), (less, off) in zip(rows, taken, strict=True)]


def _note(invoice: Invoice, reason: str, actor: Actor) -> Invoice:
    note = Invoice(
        company_id=invoice.company_id,
        kind=InvoiceKind.CREDIT_NOTE,
        customer_id=invoice.customer_id,
        order_id=invoice.order_id,
        original=invoice,
        bill_to_id=invoice.bill_to_id,
        customer_po=invoice.customer_po,
        currency=invoice.currency,
        currency_rate=invoice.currency_rate,
        reason=reason.strip()[:160],
        created_at=clock.now(),
    )
    stamp(note, today(invoice.company), None, actor)
    return note


def _row(note: Invoice, position: int, line: InvoiceLine, net: Decimal, tax: Decimal) -> InvoiceLine:
    """An allowance on a line: one charge of its own, so that nobody takes it for goods that came back."""
    one = Decimal(1)
    return InvoiceLine(
        invoice=note,
        corrects=line,
        quantity=one,
        position=position,
        kind=LineKind.CHARGE,
        description=f"{line.description}: {note.reason}"[:200] if line.description else note.reason,
        typed_quantity=one,
        unit_price=net,
        net_amount=net,
        net_base=base_of(net, line.net_amount, line.net_base),
        tax_code=line.tax_code,
        tax_rate=line.tax_rate,
        tax_amount=tax,
    )
