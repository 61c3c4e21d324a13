"""Building block: look an invoice over before it is posted. It reads nothing that is not in memory already."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from billing.conditions import Conditions
from billing.models import Invoice, InvoiceLine
from billing.preflight.checks import Judged, judge
from billing.preflight.rules import ZERO, About, Billed, findings
from orders.core.models import LineKind, Order, OrderLine
from orders.pricing.rules import overrides

_AGREED = ("contract", "blanket", "promotion")
_BILLED = (LineKind.GOODS, LineKind.KIT)


def look_over(
    invoice: Invoice,
    order: Order,
    lines: Sequence[OrderLine],
    rows: Sequence[InvoiceLine],
    seen: Conditions,
) -> list[Judged]:
    """What differs between a drawn-up invoice and its order, shipments, agreement, customer and terms."""
    of = {line.pk: line for line in lines}
    billed = [_billed(of[row.order_line_id], row) for row in rows if row.order_line_id in of]
    customer = order.customer
    about = About(
        currency=invoice.currency,
        total=invoice.total_amount,
        purchase_order=invoice.customer_po if invoice.order_id else order.customer_po,
        po_required=customer.po_required,
        bill_to=str(seen.bill_to) if seen.bill_to else "default" if seen.bills_elsewhere else "",
        bill_to_usable=seen.bill_to.is_active and seen.bill_to.customer_id == customer.pk if seen.bill_to else True,
        terms=seen.terms.name if seen.terms else "",
        usual_terms=seen.usual.name if seen.usual else "",
        usual_currency=customer.currency,
        tax_exempt=customer.tax_exempt,
        tax_registration=customer.tax_registration,
        reverse_codes=seen.reverse_codes,
        unbilled_freight=_left_behind(lines, {row.order_line_id: row.quantity for row in rows if row.order_line_id}),
        alike=seen.alike,
    )
    return judge(invoice.company_id, findings(about, billed))


def _billed(line: OrderLine, row: InvoiceLine) -> Billed:
    return Billed(
        position=row.position,
        kind=line.kind,
        ordered=line.ordered,
        cancelled=line.cancelled,
        shipped=line.shipped,
        invoiced_before=line.invoiced,
        quantity=row.quantity,
        ahead=line.invoice_ahead,
        order_price=line.unit_price,
        price=row.unit_price,
        order_net=line.net_amount,
        net=row.net_amount,
        tax_code=row.tax_code,
        tax_rate=row.tax_rate,
        tax=row.tax_amount,
        order_tax_rate=line.tax_rate,
        agreed_price=_agreed_price(line),
    )


def _agreed_price(line: OrderLine) -> Decimal | None:
    """The agreement's price where somebody typed another one over it."""
    steps = line.price_steps
    if not steps or not overrides(steps) or steps[-2].get("step") not in _AGREED:
        return None
    return Decimal(str(steps[-2]["price"]))


def _left_behind(lines: Sequence[OrderLine], now: Mapping[int, Decimal]) -> Decimal:
    """Charges that would stay unbilled once all goods are: nobody would look for them any more."""
    open_units = {line.pk: line.ordered - line.cancelled - line.invoiced - now.get(line.pk, ZERO) for line in lines}
    if any(line.kind in _BILLED and open_units[line.pk] > 0 for line in lines):
        return ZERO
    return sum(
        (
            line.net_amount * open_units[line.pk] / line.ordered
            for line in lines
            if line.kind == LineKind.CHARGE and line.net_amount > 0 and line.ordered and open_units[line.pk] > 0
        ),
        ZERO,
    )
