"""Invoice many shipments of a customer together, each invoice in a transaction of its own."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from decimal import Decimal

from billing.conditions import conditions_of, with_conditions
from billing.events import InvoicePaid, InvoicePosted
from billing.models import BilledShipment, Invoice, InvoiceKind, InvoiceLine
from billing.preflight.checks import Judged, sentence
from billing.preflight.events import InvoicePreflightFailed, InvoicePreflightPassed
from billing.preflight.keeping import WAITING, hold_back, stops
from billing.preflight.looking import look_over
from billing.rules import left_to_invoice, to_invoice
from billing.services.posting import NothingToInvoice, billable, book_many, draw_lines, keep, total_up
from billing.services.receivable import lock_customer
from billing.together.events import OrderInvoiced
from billing.together.selectors import Group, Key, waiting_groups
from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError
from omc.lib.service import verb
from orders.core import eventlog, ledger, lifecycle, progress
from orders.core.models import Order, OrderLine
from orders.core.selectors.holds import holds_blocking
from orders.fulfillment.models import ShipmentLine


@verb(events=(InvoicePosted, InvoicePaid, OrderInvoiced, InvoicePreflightFailed, InvoicePreflightPassed))
def invoice_together(*, key: Key, shipment_ids: Sequence[int], actor: Actor) -> Invoice:
    """One invoice over these shipments of a customer: those that still wait, of orders that no hold keeps from it.

    What the pre-flight stops is kept unposted with its reasons, as one; the next run looks it over again.

    Raises: NothingToInvoice, NotFound
    Events: invoice_posted and an order_invoiced for each order, or invoice_preflight_failed
    """
    require(actor, "billing.post_invoice")
    customer = lock_customer(key.customer_id, actor)
    groups = [group for group in waiting_groups(actor, customer.pk) if group.key == key]
    waiting = {pk for group in groups for pk in group.all} & set(shipment_ids)
    carried: dict[int, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    billed: dict[int, set[int]] = defaultdict(set)
    for shipment_id, order_id, line_id, units in (
        ShipmentLine.objects.filter(shipment_id__in=waiting)
        .order_by("id")
        .values_list("shipment_id", "shipment__order_id", "order_line_id", "shipped")
    ):
        carried[order_id][line_id] += units
        billed[order_id].add(shipment_id)
    orders = {order.pk: order for order in lifecycle.lock_many(sorted(carried), actor)}
    held = holds_blocking(list(orders), "invoice")
    orders = {pk: order for pk, order in orders.items() if pk not in held}
    if not orders:
        raise NothingToInvoice(f"Nothing of {customer} waits to be invoiced together.", customer_id=customer.pk)
    lines = _lines_of(list(orders))
    seen = {row.pk: conditions_of(row, row) for row in with_conditions(Order.objects.filter(pk__in=orders))}
    invoice = _draft(key, next(iter(orders.values())), len(orders))
    rows: list[InvoiceLine] = []
    judged: list[Judged] = []
    moves: list[ledger.Move] = []
    facts: list[OrderInvoiced] = []
    for order in orders.values():
        own, freight = lines[order.pk], seen[order.pk].billing["freight"]
        bill = to_invoice([billable(line) for line in own], carried[order.pk], freight)
        added = draw_lines(invoice, order.pk, own, bill, seen[order.pk])
        judged += look_over(invoice, order, own, added, seen[order.pk])
        rows += added
        moves += [(line_id, "invoiced", quantity) for line_id, quantity in bill.items()]
        facts.append(_fact(order, own, bill, added, freight))
    for position, row in enumerate(rows, start=1):
        row.position = position
    total_up(invoice, rows)
    if not rows or invoice.total_amount < 0:
        raise NothingToInvoice(f"Nothing of {customer} is left to invoice.", customer_id=customer.pk)
    if stops(invoice, judged):
        keep(invoice, rows)
        hold_back(invoice, judged, actor=actor)
        return invoice
    left = sum((fact.left_to_invoice for fact in facts), Decimal(0))
    first = next(iter(orders.values()))
    book_many(invoice, first, list(orders), rows, seen[first.pk], moves=moves, left=left, judged=judged, actor=actor)
    BilledShipment.objects.bulk_create(
        BilledShipment(invoice=invoice, shipment_id=pk) for order_id in orders for pk in sorted(billed[order_id])
    )
    named = [_named(fact, invoice) for fact in facts]
    eventlog.record_many(list(orders.values()), named, actor=actor)
    for order in orders.values():
        progress.follow(order, actor=actor)
    return invoice


def invoice_groups(
    *, actor: Actor, due_only: bool = True, report: Callable[[int, int], None] | None = None
) -> list[tuple[str, str | None]]:
    """Invoice together everything whose period is over; answers (customer, refusal or None) per invoice.

    Each invoice is a transaction of its own, and what is invoiced no longer waits: the run may be broken off at any
    moment and begun again, or run twice at once, and bills nothing twice and leaves nothing out.
    """
    require(actor, "billing.post_invoice")
    groups = [(group, group.due if due_only else group.all) for group in waiting_groups(actor)]
    groups = [(group, shipments) for group, shipments in groups if shipments]
    outcome: list[tuple[str, str | None]] = []
    for group, shipments in groups:
        outcome.append((group.customer, _one(group, shipments, actor)))
        if report:
            report(len(outcome), len(groups))
    return outcome


def _one(group: Group, shipments: Sequence[int], actor: Actor) -> str | None:
    try:
        invoice = invoice_together(key=group.key, shipment_ids=shipments, actor=actor)
    except DomainError as refusal:
        return refusal.message
    first = invoice.findings.filter(severity="block").order_by("id").first() if invoice.number is None else None
    return sentence(first.code, first.expected, first.found) if first else None


def _lines_of(order_ids: list[int]) -> dict[int, list[OrderLine]]:
    found: dict[int, list[OrderLine]] = defaultdict(list)
    for line in OrderLine.objects.select_for_update().filter(order_id__in=order_ids).order_by("id"):
        found[line.order_id].append(line)
    return found


def _draft(key: Key, first: Order, orders: int) -> Invoice:
    """The invoice of this kind that was stopped before, else a new one."""
    waiting = Invoice.objects.select_for_update(of=("self",)).filter(
        customer_id=key.customer_id,
        bill_to_id=key.bill_to_id,
        currency=key.currency,
        order__isnull=True,
        shipment__isnull=True,
        kind=InvoiceKind.INVOICE,
        state__in=WAITING,
        customer_po=key.customer_po or "",
    )
    return waiting.order_by("pk").first() or Invoice(
        company_id=first.company_id,
        kind=InvoiceKind.INVOICE,
        customer_id=key.customer_id,
        bill_to_id=key.bill_to_id,
        customer_po=key.customer_po or "",
        currency=key.currency,
        currency_rate=key.rate,
        created_at=clock.now(),
    )


def _fact(
    order: Order, lines: list[OrderLine], bill: dict[int, Decimal], rows: list[InvoiceLine], freight: str
) -> OrderInvoiced:
    return OrderInvoiced(
        invoice="",
        net_amount=sum((row.net_amount for row in rows), Decimal(0)),
        currency=order.currency,
        left_to_invoice=left_to_invoice([billable(line) for line in lines], bill, freight),
    )


def _named(fact: OrderInvoiced, invoice: Invoice) -> OrderInvoiced:
    return OrderInvoiced(
        invoice=str(invoice.number),
        net_amount=fact.net_amount,
        currency=fact.currency,
        left_to_invoice=fact.left_to_invoice,
    )
