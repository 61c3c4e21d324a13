"""The comparisons of the pre-flight: a sound invoice has no finding, one that is broken in one place has that one."""

from dataclasses import replace
from decimal import Decimal

import pytest

from billing.preflight.checks import CHECKS, sentence
from billing.preflight.rules import About, Billed, findings

D = Decimal
LINE = Billed(
    position=1, kind="goods", ordered=D(10), cancelled=D(0), shipped=D(6), invoiced_before=D(2), quantity=D(4),
    ahead=False, order_price=D("9.9900"), price=D("9.9900"), order_net=D("99.90"), net=D("39.96"), tax_code="S20",
    tax_rate=D(20), tax=D("7.99"), order_tax_rate=D(20),
)  # fmt: skip
ABOUT = About(
    currency="EUR", total=D("47.95"), purchase_order="PO-1", po_required=True, bill_to="Main office",
    bill_to_usable=True, terms="Net 30", usual_terms="Net 30", usual_currency="EUR", tax_exempt=False,
    tax_registration="", reverse_codes=frozenset({"RC"}), unbilled_freight=D(0), alike=(("INV-7", D("47.96")),),
)  # fmt: skip
FREIGHT = replace(
    LINE, position=2, kind="charge", ordered=D(1), shipped=D(0), invoiced_before=D(0), quantity=D(1), ahead=True,
    order_price=D(9), price=D(9), order_net=D("9.00"), net=D("9.00"), tax=D("1.80"),
)  # fmt: skip


def test_a_sound_invoice_has_no_finding() -> None:
    assert findings(ABOUT, [LINE, FREIGHT]) == []


@pytest.mark.parametrize(
    ("code", "about", "line"),
    [
        ("price_differs", {}, {"price": D("9.9901")}),
        ("price_over_agreed", {}, {"agreed_price": D("9.50")}),
        ("more_than_shipped", {}, {"shipped": D(5)}),
        ("more_than_ordered", {}, {"ahead": True, "invoiced_before": D(7)}),
        ("amount_differs", {}, {"net": D("39.98")}),
        ("tax_differs", {}, {"tax": D("8.01")}),
        ("tax_differs", {}, {"order_tax_rate": D(19)}),
        ("tax_on_exempt", {"tax_exempt": True}, {}),
        ("reverse_unregistered", {}, {"tax_code": "RC", "tax_rate": D(0), "order_tax_rate": D(0), "tax": D(0)}),
        ("po_missing", {"purchase_order": " "}, {}),
        ("bill_to_missing", {"bill_to": ""}, {}),
        ("bill_to_retired", {"bill_to_usable": False}, {}),
        ("terms_differ", {"terms": "Net 10"}, {}),
        ("currency_differs", {"usual_currency": "USD"}, {}),
        ("freight_missing", {"unbilled_freight": D("4.90")}, {}),
        ("duplicate", {"alike": (("INV-7", D("47.95")),)}, {}),
    ],
)
def test_what_is_broken_in_one_place_has_that_finding_alone(code: str, about: dict, line: dict) -> None:
    found = findings(replace(ABOUT, **about), [replace(LINE, **line)])
    assert [item.code for item in found] == [code]
    assert "{" not in sentence(code, found[0].expected, found[0].found)


def test_freight_that_differs_is_named_as_such() -> None:
    (found,) = findings(ABOUT, [LINE, replace(FREIGHT, net=D("18.00"), tax=D("3.60"))])
    assert (found.code, found.expected, found.found, found.position) == ("freight_differs", "9.00 EUR", "18.00 EUR", 2)


def test_every_check_says_what_to_do() -> None:
    assert all(check.name and check.sentence and check.remedy for check in CHECKS.values())
