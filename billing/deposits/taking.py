"""Building block: what of an order's deposit is taken off an invoice that is being drawn up."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from billing.deposits.rules import ZERO, Amounts, Tax, by_tax, spread_over, taken_by_now
from billing.models import Invoice, InvoiceLine, InvoiceState
from billing.rules import slice_of
from omc.lib.money import round_amount
from orders.core.models import LineKind, OrderLine

_SILENT = (LineKind.TEXT, LineKind.COMPONENT)


def wanted_by_tax(lines: Sequence[OrderLine]) -> dict[Tax, Amounts]:
    """Net and tax of what of an order is still wanted, per code and rate. Rounds: each line to cents."""
    return by_tax(
        (line.tax_code, line.tax_rate, _share(line.net_amount, line), _share(line.tax_amount, line))
        for line in lines
        if line.kind not in _SILENT and line.ordered
    )


def deductions(
    invoice: Invoice,
    order_id: int,
    lines: Sequence[OrderLine],
    rows: Sequence[InvoiceLine],
    quantities: Mapping[int, Decimal],
    *,
    rule: str,
) -> list[InvoiceLine]:
    """Negative lines that take the deposit off, tax by tax, as far as the invoice bears it. One query."""
    billed = [line for line in lines if line.kind not in _SILENT and line.ordered]
    is_last = all(line.invoiced + quantities.get(line.pk, ZERO) >= line.ordered - line.cancelled for line in billed)
    whole = sum((amounts.net + amounts.tax for amounts in wanted_by_tax(lines).values()), ZERO)
    total = sum(
        (
            slice_of(amount, done=ZERO, quantity=line.invoiced + quantities.get(line.pk, ZERO), of=line.ordered)
            for line in billed
            for amount in (line.net_amount, line.tax_amount)
        ),
        ZERO,
    )
    deposited = _deposit_lines(order_id)
    deposit = {(row.tax_code, row.tax_rate): Amounts(row.net_amount, row.tax_amount) for row in deposited}
    before = sum((row.taken_net + row.taken_tax for row in deposited), ZERO)
    room = sum((row.net_amount + row.tax_amount for row in rows), ZERO)
    target = min(taken_by_now(deposit, total, whole, rule=rule, is_last=is_last), before + room)
    by_now = spread_over(deposit, target)
    position = max(row.position for row in rows)
    taken = []
    for row in deposited:
        part = by_now[row.tax_code, row.tax_rate]
        off = Amounts(part.net - row.taken_net, part.tax - row.taken_tax)
        if off.net or off.tax:
            position += 1
            taken.append(_row(invoice, position, row, off))
    return taken


def _share(amount: Decimal, line: OrderLine) -> Decimal:
    return round_amount(amount * (line.ordered - line.cancelled) / line.ordered)


def _deposit_lines(order_id: int) -> list[Any]:
    """The lines of the order's deposits, with what posted invoices took off them."""
    posted = Q(deductions__invoice__number__isnull=False)
    return list(
        InvoiceLine.objects.filter(invoice__order_id=order_id, invoice__is_deposit=True, invoice__number__isnull=False)
        .exclude(invoice__state=InvoiceState.VOID)
        .select_related("invoice")
        .annotate(
            taken_net=-Coalesce(Sum("deductions__net_amount", filter=posted), ZERO),
            taken_tax=-Coalesce(Sum("deductions__tax_amount", filter=posted), ZERO),
            taken_base=-Coalesce(Sum("deductions__net_base", filter=posted), ZERO),
        )
        .order_by("id")
    )


def _row(invoice: Invoice, position: int, line: Any, off: Amounts) -> InvoiceLine:
    """What is taken off; the last of it takes the rest in company currency too."""
    left_base = line.net_base - line.taken_base
    is_rest = line.taken_net + off.net == line.net_amount
    base = left_base if is_rest else min(round_amount(off.net * invoice.currency_rate), left_base)
    sign = Decimal(1) if off.net < 0 else Decimal(-1)
    return InvoiceLine(
        invoice=invoice,
        deducts=line,
        position=position,
        kind=LineKind.CHARGE,
        description=f"Less deposit {line.invoice.number}",
        unit=line.unit,
        unit_factor=Decimal(1),
        typed_quantity=sign,
        quantity=sign,
        unit_price=abs(off.net),  # a price is never below nothing; what is taken off is a quantity of minus one
        net_amount=-off.net,
        net_base=-base,
        tax_code=line.tax_code,
        tax_rate=line.tax_rate,
        tax_amount=-off.tax,
    )
