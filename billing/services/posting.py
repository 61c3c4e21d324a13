"""Building blocks of invoicing: fill a draft from the order's ledger, and post it in one go."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from billing.dues import write_dues
from billing.dues.rules import early_discount, parts_due
from billing.events import InvoicePaid, InvoicePosted
from billing.machines import INVOICE
from billing.models import Account, Invoice, InvoiceKind, InvoiceLine, InvoiceState
from billing.rules import Billable, Entry, due_date, left_to_invoice, slice_of
from billing.services import books, receivable
from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.errors import DomainError
from omc.lib.money import round_amount
from omc.lib.writing import insert
from orders.core import eventlog, ledger, numbers, progress
from orders.core.models import Order, OrderLine, PaymentTerms
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


def fill(
    invoice: Invoice, lines: Sequence[OrderLine], quantities: Mapping[int, Decimal], terms: PaymentTerms | None = None
) -> list[InvoiceLine]:
    """Give a draft its lines at the order lines' frozen prices, and its totals; saves both.

    Raises: NothingToInvoice when there is no line, or discounts alone
    """
    rows = [_slice(invoice, line, quantities[line.pk]) for line in lines if line.pk in quantities]
    invoice.net_amount = sum((row.net_amount for row in rows), Decimal(0))
    invoice.tax_amount = sum((row.tax_amount for row in rows), Decimal(0))
    invoice.net_base = sum((row.net_base for row in rows), Decimal(0))
    invoice.total_amount = invoice.net_amount + invoice.tax_amount
    invoice.total_base = invoice.net_base + round_amount(invoice.tax_amount * invoice.currency_rate)
    if not rows or invoice.total_amount < 0:
        raise NothingToInvoice(
            f"There is nothing to invoice on {invoice.order} now; what was shipped is invoiced already.",
            order=str(invoice.order),
        )
    if invoice.invoice_date:
        invoice.open_amount = invoice.total_amount
        if terms:
            invoice.discount_amount, invoice.discount_until = early_discount(
                invoice.total_amount, invoice.invoice_date, terms.discount_percent, terms.discount_days
            )
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
    invoice: Invoice, order: Order, lines: Sequence[OrderLine], quantities: Mapping[int, Decimal], *, actor: Actor
) -> Invoice:
    """Fill and post in one go: lines, ledger, books, receivable, then the number, locked for the shortest time.

    Raises: NothingToInvoice, IllegalTransition
    Events: invoice_posted; invoice_paid when it is for nothing
    """
    INVOICE.check(invoice, InvoiceState.POSTED)
    terms_id = order.terms_id or order.customer.terms_id
    terms = PaymentTerms.objects.filter(pk=terms_id).first() if terms_id else None
    day = today(order.company)
    stamp(invoice, day, terms.net_days if terms else None, actor)
    fill(invoice, lines, quantities, terms)
    write_dues(invoice, parts_due(invoice.total_amount, day, terms.net_days if terms else 0))
    ledger.post(order.pk, [(line_id, "invoiced", quantity) for line_id, quantity in quantities.items()])
    books.write(
        invoice,
        [
            Entry(Account.RECEIVABLE, invoice.total_base),
            Entry(Account.REVENUE, -invoice.net_base),
            Entry(Account.TAX, invoice.net_base - invoice.total_base),
        ],
        day=today(order.company),
    )
    receivable.publish(order.company, [order.customer_id])
    give_number(invoice, order)
    event = InvoicePosted(
        invoice=str(invoice.number),
        total_amount=invoice.total_amount,
        currency=invoice.currency,
        net_base=invoice.net_base,
        due_date=invoice.due_date or today(order.company),
        shipment=str(invoice.shipment) if invoice.shipment_id else None,
        left_to_invoice=left_to_invoice([billable(line) for line in lines], quantities),
    )
    number = {"number": invoice.number}
    INVOICE.advance(invoice, InvoiceState.POSTED, event, actor=actor, record=eventlog.record_many, stamp=number)
    if not invoice.total_amount:
        paid = InvoicePaid(
            invoice=str(invoice.number), amount=Decimal(0), currency=invoice.currency, source="no charge", days_late=0
        )
        INVOICE.advance(invoice, InvoiceState.PAID, paid, actor=actor, record=eventlog.record_many)
    progress.follow(order, actor=actor)
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
    index(invoice.company_id, [findable(invoice, order.customer.name, order.number or "")])
