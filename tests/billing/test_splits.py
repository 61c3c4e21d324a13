"""However an order is split into invoices, they sum to it to the cent: net, tax, freight, discount, deposit."""

import random
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import pytest

from billing.deposits.rules import Amounts, by_tax, deposit_of, spread_over, taken_by_now
from billing.rules import Billable, slice_of, to_invoice

D = Decimal
CENT = D("0.01")
FREIGHT = 21
CURRENCIES = {"USD": D(1), "EUR": D("1.0873"), "CHF": D("0.9127")}


def cents(value: D) -> D:
    return value.quantize(CENT, ROUND_HALF_UP)


def random_order(rng: random.Random) -> list[tuple[Billable, str, D, D]]:
    """Lines with (code, rate, tax amount): goods, a service, freight, a discount in the header."""
    rows = []
    for line_id in range(1, rng.randint(2, 8)):
        quantity, price = D(rng.randint(1, 40)), D(rng.randint(1, 99999)) / 1000
        rows.append((line_id, "goods", quantity, cents(quantity * price)))
    if rng.random() < 0.3:
        rows.append((20, "service", D(1), D(rng.randint(100, 9999)) / 100))
    rows.append((FREIGHT, "charge", D(1), D(rng.randint(1, 9999)) / 100))
    goods = sum((net for _, kind, _, net in rows if kind == "goods"), D(0))
    rows.append((22, "charge", D(1), -cents(goods * rng.randint(1, 20) / 100)))
    rates = [("S", D("8.875")), ("R", D(7)), ("Z", D(0))]
    lines = []
    for line_id, kind, quantity, net in rows:
        code, rate = rng.choice(rates) if kind == "goods" else rates[0]
        line = Billable(
            line_id=line_id, kind=kind, ordered=quantity, cancelled=D(0), shipped=D(0), invoiced=D(0), net_amount=net,
            ahead=kind != "goods",
        )  # fmt: skip
        lines.append((line, code, rate, cents(net * rate / 100)))
    return lines


def random_shipments(rng: random.Random, lines: list[Billable]) -> list[dict[int, D]]:
    """The goods in some shipments, in whatever parts, thousandths of a piece too."""
    left = {line.line_id: line.ordered for line in lines if line.kind == "goods"}
    shipments: list[dict[int, D]] = []
    while any(left.values()):
        last = rng.random() < 0.25
        carried = {
            line_id: units if last else min(D(rng.randint(0, 12000)) / 1000, units) for line_id, units in left.items()
        }
        if any(carried.values()):
            shipments.append({line_id: units for line_id, units in carried.items() if units})
            left = {line_id: units - carried[line_id] for line_id, units in left.items()}
    return shipments


def bill_split(
    order: list[tuple[Billable, str, D, D]], shipments: list[dict[int, D]], freight: str, percent: D, rule: str, rate: D
) -> tuple[list[Amounts], D, list[D]]:
    """Invoice shipment by shipment, less the deposit: each invoice's amounts (the deposit's first), all amounts in
    company currency, and the freight of each."""
    taxes = {line.line_id: (code, percents, tax) for line, code, percents, tax in order}
    lines = [line for line, *_ in order]
    whole = by_tax((code, percents, line.net_amount, tax) for line, code, percents, tax in order)
    ordered = sum((part.net + part.tax for part in whole.values()), D(0))
    deposit = deposit_of(whole, percent)
    taken = dict.fromkeys(deposit, Amounts())
    invoices, base, freights = [sum(deposit.values(), Amounts())], D(0), []
    for carried in shipments:
        lines = [replace(line, shipped=line.shipped + carried.get(line.line_id, D(0))) for line in lines]
        bill = to_invoice(lines, carried, freight)
        rows, running = [], []
        for line in lines:
            code, percents, tax = taxes[line.line_id]
            quantity = bill.get(line.line_id, D(0))
            part = {"done": line.invoiced, "quantity": quantity, "of": line.ordered}
            till = {"done": D(0), "quantity": line.invoiced + quantity, "of": line.ordered}
            rows.append((code, percents, slice_of(line.net_amount, **part), slice_of(tax, **part)))
            running.append((code, percents, slice_of(line.net_amount, **till), slice_of(tax, **till)))
            base += slice_of(cents(line.net_amount * rate), **part)
        freights.append(next(row[2] for row, line in zip(rows, lines, strict=True) if line.line_id == FREIGHT))
        lines = [replace(line, invoiced=line.invoiced + bill.get(line.line_id, D(0))) for line in lines]
        is_last = all(line.invoiced == line.ordered for line in lines)
        invoice = sum(by_tax(rows).values(), Amounts())
        billed = sum((net + tax for *_, net, tax in running), D(0))
        before = sum((part.net + part.tax for part in taken.values()), D(0))
        target = taken_by_now(deposit, billed, ordered, rule=rule, is_last=is_last)
        by_now = spread_over(deposit, min(target, before + invoice.net + invoice.tax))
        for key, part in by_now.items():
            invoice += Amounts(taken[key].net - part.net, taken[key].tax - part.tax)
        taken = by_now
        invoices.append(invoice)
    assert all(line.invoiced == line.ordered for line in lines)
    assert taken == deposit
    return invoices, base, freights


@pytest.mark.parametrize("currency", CURRENCIES)
def test_the_invoices_of_random_splits_sum_to_their_orders(currency: str) -> None:
    """1,002 splits in three currencies. The oracle knows nothing of slices: it is the order itself."""
    rng = random.Random(f"splits {currency}")
    for _ in range(334):
        order = random_order(rng)
        freight, rule = rng.choice(["first", "by_value"]), rng.choice(["pro_rata", "first"])
        percent = rng.choice([D(0), D(30), D("33.33"), D(100)])
        shipments = random_shipments(rng, [line for line, *_ in order])
        invoices, base, freights = bill_split(order, shipments, freight, percent, rule, CURRENCIES[currency])
        assert sum(invoices, Amounts()) == sum((Amounts(line.net_amount, tax) for line, _, _, tax in order), Amounts())
        assert all(invoice.net + invoice.tax >= 0 for invoice in invoices)
        assert base == sum((cents(line.net_amount * CURRENCIES[currency]) for line, *_ in order), D(0))
        asked = next(line.net_amount for line, *_ in order if line.line_id == FREIGHT)
        assert sum(freights) == asked
        assert freight == "by_value" or freights[0] == asked
