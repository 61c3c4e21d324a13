"""Amounts of partial invoices, what an invoice bills, how payments are spread, and that postings balance."""

import random
from datetime import date
from decimal import Decimal

from billing.rules import (
    Billable,
    Entry,
    OpenItem,
    age_of,
    allocate,
    balanced,
    left_to_invoice,
    settled_base,
    slice_of,
    to_invoice,
    to_invoice_ahead,
)

D = Decimal


def line(line_id: int, kind: str = "goods", *, net: str = "100.00", **quantities: object) -> Billable:
    values = {
        "ordered": D(10),
        "cancelled": D(0),
        "shipped": D(0),
        "invoiced": D(0),
        "ahead": kind in ("charge", "service"),
    }
    values |= {
        key: D(value) if isinstance(value, int | str) and key != "parent_id" else value
        for key, value in quantities.items()
    }
    return Billable(line_id=line_id, kind=kind, net_amount=D(net), **values)


def test_partial_invoices_sum_to_the_order_line_over_1000_random_splits() -> None:
    chance = random.Random(8)
    for _ in range(1000):
        ordered = D(chance.randint(1, 500_000)) / D(10 ** chance.randint(0, 3))
        net, tax = D(chance.randint(0, 10_000_000)) / 100, D(chance.randint(0, 2_000_000)) / 100
        cuts = sorted(
            {D(chance.randint(1, int(ordered * 1000) or 1)) / 1000 for _ in range(chance.randint(0, 9))} | {ordered}
        )
        cuts = [cut for cut in cuts if cut <= ordered]
        done, nets, taxes = D(0), [], []
        for cut in cuts:
            nets.append(slice_of(net, done=done, quantity=cut - done, of=ordered))
            taxes.append(slice_of(tax, done=done, quantity=cut - done, of=ordered))
            done = cut
        assert sum(nets) == net
        assert sum(taxes) == tax
        assert all(part >= 0 for part in nets + taxes)


def test_whole_orders_in_random_shipments_sum_to_the_order_total_with_freight_and_discount() -> None:
    chance = random.Random(9)
    for _ in range(300):
        ordered = {n: D(chance.randint(1, 20)) for n in range(1, chance.randint(2, 5))}
        nets = {n: D(chance.randint(1, 99_999)) / 100 for n in ordered} | {90: D("12.35"), 91: D("-5.55")}
        shipped = dict.fromkeys(ordered, D(0))
        invoiced = dict.fromkeys(nets, D(0))
        billed = dict.fromkeys(nets, D(0))
        while any(shipped[n] < ordered[n] for n in ordered):
            carried = {n: D(chance.randint(0, int(ordered[n] - shipped[n]))) for n in ordered}
            if not any(carried.values()):
                continue
            for n, units in carried.items():
                shipped[n] += units
            lines = [
                Billable(n, "goods", ordered[n], D(0), shipped[n], invoiced[n], nets[n], False) for n in ordered
            ] + [Billable(n, "charge", D(1), D(0), D(0), invoiced[n], nets[n], True) for n in (90, 91)]
            before = dict(invoiced)
            for n, quantity in to_invoice(lines, carried).items():
                whole = ordered.get(n, D(1))
                billed[n] += slice_of(nets[n], done=invoiced[n], quantity=quantity, of=whole)
                invoiced[n] += quantity
            assert before[90] == 0 or invoiced[90] == before[90]
        assert billed == nets


def test_an_invoice_bills_what_the_shipment_carried_and_no_more_than_was_shipped() -> None:
    lines = [line(1, shipped=8, invoiced=3), line(2, shipped=4)]
    assert to_invoice(lines, {1: D(8), 2: D(4)}) == {1: D(5), 2: D(4)}


def test_kits_are_billed_when_complete_and_their_components_never() -> None:
    kit = line(1, "kit", ordered=4, shipped=2, invoiced=1)
    part = line(2, "component", ordered=8, shipped=5, parent_id=1)
    assert to_invoice([kit, part], {2: D(5)}) == {1: D(1)}
    assert to_invoice([kit, part], {}) == {}


def test_a_discount_goes_with_the_value_of_the_goods_and_ends_with_them() -> None:
    goods = line(1, net="100.00", shipped=3)
    discount = line(2, "charge", ordered=1, net="-10.00")
    assert to_invoice([goods, discount], {1: D(3)}) == {1: D(3), 2: D("0.300000")}
    rest = line(1, net="100.00", shipped=10, invoiced=3)
    assert to_invoice([rest, line(2, "charge", ordered=1, invoiced="0.3", net="-10.00")], {1: D(7)}) == {
        1: D(7),
        2: D("0.7"),
    }


def test_an_order_without_goods_bills_its_services_and_charges() -> None:
    lines = [line(1, "service", ordered=2), line(2, "charge", ordered=1, invoiced=1), line(3, "text", ordered=0)]
    assert to_invoice_ahead(lines) == {1: D(2)}
    assert left_to_invoice(lines, {1: D(2)}) == 0


def test_cancelled_units_are_never_billed() -> None:
    assert line(1, "charge", ordered=5, cancelled=5).due == 0
    assert left_to_invoice([line(1, ordered=10, cancelled=4, shipped=6, invoiced=6)], {}) == 0


def test_a_payment_goes_to_what_its_reference_names_then_to_the_oldest_due() -> None:
    items = [
        OpenItem(1, "INV-2026-000001", date(2026, 2, 1), D(50)),
        OpenItem(2, "INV-2026-000002", date(2026, 1, 1), D(30)),
        OpenItem(3, "INV-2026-000003", date(2026, 3, 1), D(20)),
    ]
    assert allocate(D(60), items) == {2: D(30), 1: D(30)}
    assert allocate(D(25), items, "your inv-2026-000003") == {3: D(20), 2: D(5)}
    assert allocate(D(500), items) == {2: D(30), 1: D(50), 3: D(20)}


def test_random_postings_balance_and_settlements_sum_to_the_base_amount() -> None:
    chance = random.Random(10)
    for _ in range(1000):
        entries = [
            Entry(chance.choice(["cash", "receivable", "tax"]), D(chance.randint(-9999, 9999)) / 100) for _ in range(5)
        ]
        assert sum(entry.amount for entry in balanced(entries)) == 0
        assert len({entry.account for entry in balanced(entries)}) == len(balanced(entries))
        whole, base = D(chance.randint(1, 999_999)) / 100, D(chance.randint(1, 999_999)) / 100
        open_amount, fallen = whole, D(0)
        while open_amount:
            step = min(open_amount, D(chance.randint(1, 500_000)) / 100)
            fallen += settled_base(open_amount, open_amount - step, whole, base)
            open_amount -= step
        assert fallen == base


def test_an_invoice_ages_from_the_day_after_it_is_due() -> None:
    due = date(2026, 1, 1)
    ages = {days: age_of(due, date.fromordinal(due.toordinal() + days)) for days in (0, 1, 30, 31, 61, 90, 91, 400)}
    assert ages == {
        0: "current", 1: "1-30", 30: "1-30", 31: "31-60", 61: "61-90", 90: "61-90", 91: "over 90", 400: "over 90",
    }  # fmt: skip
