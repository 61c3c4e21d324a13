"""Building blocks of invoicing: fill a draft from the order's ledger, and post it in one go."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from billing.conditions import Conditions, conditions_for
from billing.deposits.taking import deductions
from billing.dues import write_dues
from billing.dues.rules import early_discount, parts_due
from billing.events import InvoicePaid, InvoicePosted
from billing.machines import INVOICE
from billing.models import Account, Invoice, InvoiceKind, InvoiceLine, InvoiceState
from billing.preflight.checks import Judged
from billing.preflight.keeping import hold_back, let_through, passed, stops
from billing.preflight.looking import look_over
from billing.rules import Billable, Entry, due_date, left_to_invoice, slice_of
from billing.services import books, receivable
from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.errors import DomainError
from omc.lib.money import round_amount
from omc.lib.writing import insert
from orders.core import eventlog, ledger, numbers, progress
from orders.core.models import Order, OrderLine
from orders.core.selectors.companies import today
from orders.core.services.search import Findable, index

SERIES = {InvoiceKind.INVOICE: "INV", InvoiceKind.CREDIT_NOTE: "CN"}


class NothingToInvoice(DomainError):
    """All that may be billed is billed already."""

    code = "nothing_to_invoice"


def billable(line: OrderLine) -> Billable:
    return Billable(
        line_id=line.pk,
        kind=line.kind,
        ordered=line.ordered,
        cancelled=line.cancelled,
        shipped=line.shipped,
        invoiced=line.invoiced,
        net_amount=line.net_amount,
        ahead=line.invoice_ahead,
        parent_id=line.parent_id,
    )


def new_draft(order: Order, *, shipment_id: int | None = None) -> Invoice:
    """An invoice of an order that still has to be filled."""
    return Invoice(
        company_id=order.company_id,
        kind=InvoiceKind.INVOICE,
        customer_id=order.customer_id,
        order=order,
        shipment_id=shipment_id,
        bill_to_id=order.bill_to_id,
        customer_po=order.customer_po,
        currency=order.currency,
        currency_rate=order.currency_rate,
        created_at=clock.now(),
    )


def as_mended(invoice: Invoice, order: Order) -> None:
    """What may have been mended on the order since the invoice was drafted; a number written on the invoice stays."""
    invoice.customer_po = order.customer_po or invoice.customer_po
    invoice.bill_to_id = order.bill_to_id


def fill(
    invoice: Invoice, lines: Sequence[OrderLine], quantities: Mapping[int, Decimal], seen: Conditions
) -> list[InvoiceLine]:
    """Give a draft its lines at the order lines' frozen prices, and its totals; saves both.

    Raises: NothingToInvoice when there is no line, or discounts alone
    """
    return keep(invoice, draw_up(invoice, lines, quantities, seen))


def draw_up(
    invoice: Invoice, lines: Sequence[OrderLine], quantities: Mapping[int, Decimal], seen: Conditions
) -> list[InvoiceLine]:
    """The lines of an invoice, less what of a deposit is taken off, and its totals; nothing is saved.

    Raises: NothingToInvoice when there is no line, or discounts alone
    """
    rows = draw_lines(invoice, invoice.order_id or 0, lines, quantities, seen)
    total_up(invoice, rows)
    if not rows or invoice.total_amount < 0:
        raise NothingToInvoice(
            f"There is nothing to invoice on {invoice.order} now; what was shipped is invoiced already.",
            order=str(invoice.order),
        )
    return rows


def draw_lines(
    invoice: Invoice, order_id: int, lines: Sequence[OrderLine], quantities: Mapping[int, Decimal], seen: Conditions
) -> list[InvoiceLine]:
    """What an invoice bills of one order, less what of its deposit is taken off."""
    rows = [_slice(invoice, line, quantities[line.pk]) for line in lines if line.pk in quantities]
    if seen.has_deposit and rows:
        rows += deductions(invoice, order_id, lines, rows, quantities, rule=seen.billing["deposit_rule"])
    return rows


def total_up(invoice: Invoice, rows: Sequence[InvoiceLine]) -> None:
    """Give an invoice the totals of its lines."""
    invoice.net_amount = sum((row.net_amount for row in rows), Decimal(0))
    invoice.tax_amount = sum((row.tax_amount for row in rows), Decimal(0))
    invoice.net_base = sum((row.net_base for row in rows), Decimal(0))
    invoice.total_amount = invoice.net_amount + invoice.tax_amount
    invoice.total_base = invoice.net_base + round_amount(invoice.tax_amount * invoice.currency_rate)


def keep(invoice: Invoice, rows: list[InvoiceLine]) -> list[InvoiceLine]:
    """Save an invoice with the lines that were drawn up for it, in place of those it had."""
    if invoice.pk:
        invoice.lines.all().delete()
        invoice.save()
    else:
        insert([invoice])
    return insert(rows)


def _slice(invoice: Invoice, line: OrderLine, quantity: Decimal) -> InvoiceLine:
    def part(whole: Decimal) -> Decimal:
        return slice_of(whole, done=line.invoiced, quantity=quantity, of=line.ordered)

    return InvoiceLine(
        invoice=invoice,
        order_line=line,
        quantity=quantity,
        position=line.position,
        kind=line.kind,
        product_id=line.product_id,
        description=line.description,
        unit=line.unit,
        unit_factor=line.unit_factor,
        typed_quantity=quantity / line.unit_factor,
        list_price=line.list_price,
        unit_price=line.unit_price,
        net_amount=part(line.net_amount),
        net_base=part(line.net_base),
        unit_cost=line.unit_cost,
        cost_base=None if line.cost_base is None else part(line.cost_base),
        tax_code=line.tax_code,
        tax_rate=line.tax_rate,
        tax_amount=part(line.tax_amount),
        price_steps=line.price_steps,
    )


def post(
    invoice: Invoice,
    order: Order,
    lines: Sequence[OrderLine],
    quantities: Mapping[int, Decimal],
    *,
    actor: Actor,
    seen: Conditions | None = None,
) -> Invoice:
    """Look an invoice over and post it in one go: lines, ledger, books, receivable, then the number, locked for the
    shortest time. What the pre-flight stops is kept unposted with its reasons.

    Raises: NothingToInvoice, IllegalTransition
    Events: invoice_posted; invoice_paid when it is for nothing; invoice_preflight_failed when it is stopped
    """
    seen = seen or conditions_for(order.pk)
    rows = draw_up(invoice, lines, quantities, seen)
    judged = look_over(invoice, order, lines, rows, seen)
    if stops(invoice, judged):
        keep(invoice, rows)
        hold_back(invoice, judged, actor=actor)
        return invoice
    moves = [(line_id, "invoiced", quantity) for line_id, quantity in quantities.items()]
    left = left_to_invoice([billable(line) for line in lines], quantities, seen.billing["freight"])
    return book(invoice, order, rows, seen, moves=moves, left=left, judged=judged, actor=actor)


def book(
    invoice: Invoice,
    order: Order,
    rows: list[InvoiceLine],
    seen: Conditions,
    *,
    moves: Sequence[ledger.Move],
    left: Decimal,
    judged: Sequence[Judged],
    actor: Actor,
) -> Invoice:
    """Post what was drawn up and let through: ``moves`` on the order's ledger, ``left`` units still to be invoiced.

    Events: invoice_posted; invoice_paid when it is for nothing
    """
    book_many(invoice, order, [order.pk], rows, seen, moves=moves, left=left, judged=judged, actor=actor)
    progress.follow(order, actor=actor)
    return invoice


def book_many(
    invoice: Invoice,
    order: Order,
    order_ids: Sequence[int],
    rows: list[InvoiceLine],
    seen: Conditions,
    *,
    moves: Sequence[ledger.Move],
    left: Decimal,
    judged: Sequence[Judged],
    actor: Actor,
) -> None:
    """Post an invoice of these locked orders, of which ``order`` is one; what follows for them is the caller's.

    Events: invoice_posted; invoice_paid when it is for nothing
    """
    day, net_days = today(order.company), seen.terms.net_days if seen.terms else 0
    plan = [] if invoice.is_deposit else seen.billing.instalments
    parts = parts_due(invoice.total_amount, day, net_days, plan)
    stamp(invoice, day, (parts[-1][0] - day).days, actor)
    invoice.open_amount = invoice.total_amount
    if seen.terms:
        invoice.discount_amount, invoice.discount_until = early_discount(
            invoice.total_amount, day, seen.terms.discount_percent, seen.terms.discount_days
        )
    keep(invoice, rows)
    preflight = let_through(invoice, judged, actor=actor)
    write_dues(invoice, parts)
    ledger.post(order_ids, moves)
    books.write(invoice, _entries(invoice, rows), day=day)
    receivable.publish(order.company, [order.customer_id])
    give_number(invoice, order)
    event = InvoicePosted(
        invoice=str(invoice.number),
        total_amount=invoice.total_amount,
        currency=invoice.currency,
        net_base=invoice.net_base,
        due_date=invoice.due_date or day,
        shipment=str(invoice.shipment) if invoice.shipment_id else None,
        left_to_invoice=left,
        preflight=preflight,
    )
    number = {"number": invoice.number, "preflight": preflight}
    INVOICE.advance(invoice, InvoiceState.POSTED, event, actor=actor, record=eventlog.record_many, stamp=number)
    if not invoice.total_amount:
        paid = InvoicePaid(
            invoice=str(invoice.number), amount=Decimal(0), currency=invoice.currency, source="no charge", days_late=0
        )
        INVOICE.advance(invoice, InvoiceState.PAID, paid, actor=actor, record=eventlog.record_many)


def _entries(invoice: Invoice, rows: Sequence[InvoiceLine]) -> list[Entry]:
    """What was billed ahead is owed to the customer in goods, and no revenue before it is taken off an invoice."""
    ahead = sum((row.net_base for row in rows if invoice.is_deposit or row.deducts_id), Decimal(0))
    return [
        Entry(Account.RECEIVABLE, invoice.total_base),
        Entry(Account.REVENUE, ahead - invoice.net_base),
        Entry(Account.DEPOSITS, -ahead),
        Entry(Account.TAX, invoice.net_base - invoice.total_base),
    ]


def look_again(
    invoice: Invoice, order: Order, lines: Sequence[OrderLine], quantities: Mapping[int, Decimal], *, actor: Actor
) -> Invoice:
    """Draw a waiting invoice up anew and look it over, without posting it.

    Raises: NothingToInvoice
    Events: invoice_preflight_passed or invoice_preflight_failed
    """
    seen = conditions_for(order.pk)
    rows = draw_up(invoice, lines, quantities, seen)
    judged = look_over(invoice, order, lines, rows, seen)
    keep(invoice, rows)
    if stops(invoice, judged):
        hold_back(invoice, judged, actor=actor)
    elif invoice.state != InvoiceState.PREFLIGHT_OK:
        let_through(invoice, judged, actor=actor)
        if invoice.state == InvoiceState.DRAFT:
            passed(invoice, actor=actor)
    return invoice


def stamp(invoice: Invoice, day: date, net_days: int | None, actor: Actor) -> None:
    """Date a document that is about to be posted; from then on its open amount counts as receivable."""
    invoice.invoice_date, invoice.due_date = day, due_date(day, net_days)
    invoice.posted_at, invoice.posted_by_id = clock.now(), actor.user_id


def findable(invoice: Invoice, customer_name: str, order_number: str) -> Findable:
    """How search finds an invoice: by its number, its order's and the customer's PO."""
    return Findable(
        kind="invoice",
        object_id=invoice.pk,
        title=f"{invoice.number} · {customer_name}",
        url=f"/billing/invoices/{invoice.pk}/",
        words=[order_number, invoice.customer_po],
        permission="billing.view_invoice",
    )


def give_number(invoice: Invoice, order: Order) -> None:
    """The next number of its series and the search entry; the counter stays locked until the commit that is near.

    The number is written by the statement that posts the document.
    """
    year = (invoice.invoice_date or today(order.company)).year
    invoice.number = numbers.next_gapless(invoice.company_id, SERIES[InvoiceKind(invoice.kind)], year)
    index(
        invoice.company_id, [findable(invoice, order.customer.name, (order.number or "") if invoice.order_id else "")]
    )
