"""A small made-up file becomes a company's history: every kind of line, twice, grown, and refused."""

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from analytics.models import MonthlySales
from billing.models import Invoice, InvoiceLine
from omc.history.importing import ImportRunning, import_history
from omc.history.matching import CHARGE, NO_SALE, NOTHING_OPEN
from omc.lib.errors import InvalidInput
from orders.core.models import Address, Company, Customer, Delivery, Duty, Event, Order, OrderLine, Product, SearchEntry
from orders.core.rules import LineFacts, facets
from orders.core.selectors.companies import as_of
from orders.core.selectors.orders import ledger_of
from orders.core.selectors.verification import flaws
from planning.models import StockLevel, StockMovement
from planning.selectors.reconcile import stock_differences
from returns.claims.models import Return, ReturnLine
from tests.factories import make_company, make_user
from tests.omc.history.samples import PROFILE, ROWS, row, write_csv, write_parquet, write_xlsx

pytestmark = pytest.mark.django_db
NAME = "Old Trade"
TABLES = (
    Customer, Address, Product, Order, OrderLine, Invoice, InvoiceLine, Return, ReturnLine, StockMovement, StockLevel,
    Event, SearchEntry, MonthlySales,
)  # fmt: skip


@pytest.fixture
def bring(tmp_path: Path) -> Callable[..., Any]:
    """Import rows (all samples unless said) as the company's history."""

    def bring(rows=ROWS, write=write_csv, **options: Any) -> Any:
        company, outcome = import_history(
            write(tmp_path, rows), PROFILE, options.pop("name", NAME), say=lambda words: None, **options
        )
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert list(flaws([company.pk])) == []
        assert stock_differences(company.pk) == []
        for order in Order.objects.filter(company=company):
            lines = [LineFacts(ledger_of(line), line.kind == "goods", bills=True) for line in order.lines.all()]
            assert all(not line.ledger.violations() for line in lines)
            assert facets(lines) == {"shipping": order.shipping, "billing": order.billing, "claims": order.claims}
        return outcome

    return bring


def everything() -> dict[str, list[Any]]:
    return {model.__name__: list(model.objects.order_by("pk").values_list()) for model in TABLES}


def line(number: str, position: int) -> OrderLine:
    return OrderLine.objects.get(order__number=number, position=position)


@pytest.mark.parametrize("write", [write_csv, write_xlsx, write_parquet])
@pytest.mark.slow
def test_rows_and_money_are_all_accounted_for(bring, write):
    outcome = bring(write=write)

    assert {kind: (found.rows, found.booked_rows) for kind, found in outcome.by_kind.items()} == {
        "sale": (8, 8),
        "return": (5, 5),
        "stock": (1, 1),
        "adjustment": (1, 1),
    }
    assert outcome.money_read == D("-101.225")
    assert (outcome.money_booked, outcome.rounding, outcome.money_refused) == (D("-101.22"), D("0.005"), 0)
    assert outcome.reconciles
    assert outcome.repairs == {
        "item code in capitals": 11,
        "negative charge: a discount, its price made negative": 1,
        "no customer: booked to the cash customer": 2,
    }


def test_sales_become_closed_orders_that_were_shipped_and_invoiced(bring):
    bring()

    order = Order.objects.get(number="1001")
    assert (order.state, order.shipping, order.billing, order.claims) == ("closed", "done", "done", "done")
    assert (order.net_amount, order.line_count, order.customer.name) == (D("392.53"), 4, "Alfreds")
    assert order.submitted_at == datetime.fromisoformat("2024-03-01T00:00+01:00")
    assert (order.cost_base, order.original_promise, order.ship_to.country) == (None, None, "DE")
    tofu = line("1001", 3)
    assert (tofu.unit_price, tofu.net_amount, tofu.shipped, tofu.invoiced) == (D("9.805"), D("49.03"), 5, 5)
    post = line("1001", 4)
    assert (post.kind, post.ordered, post.shipped, post.invoiced, post.invoice_ahead) == ("charge", 1, 0, 1, True)
    invoice = Invoice.objects.get(number="1001")
    assert (invoice.kind, invoice.state, invoice.order, invoice.total_amount) == (
        "invoice",
        "posted",
        order,
        D("392.53"),
    )
    assert (invoice.invoice_date, invoice.due_date, invoice.open_amount) == (date(2024, 3, 1), None, 0)
    assert [item.order_line_id for item in invoice.lines.order_by("position")] == [
        item.pk for item in order.lines.order_by("position")
    ]


def test_genuine_duplicates_stay(bring):
    bring()

    assert OrderLine.objects.filter(order__number="1001", product__sku="CHAI", ordered=12).count() == 2


def test_codes_that_differ_in_case_are_one_item_named_as_most_lines_name_it(bring):
    bring()

    assert sorted(Product.objects.values_list("sku", "name", "kind")) == [
        ("CHAI", "Thing CHAI", "goods"),
        ("DEBT", "Thing DEBT", "goods"),
        ("DISC", "Thing DISC", "charge"),
        ("POST", "Thing POST", "charge"),
        ("TOFU", "Thing TOFU", "goods"),
    ]


def test_sales_without_a_customer_are_the_cash_customers(bring):
    bring()

    cash = Order.objects.get(number="1002").customer
    assert (cash.code, cash.name, cash.is_cash) == ("CASH", "Sales without a named customer", True)


def test_a_customer_has_an_address_per_country_the_usual_one_first(bring):
    bring()

    places = Address.objects.filter(customer__code="ALFKI").order_by("id")
    assert [(place.country, place.is_default) for place in places] == [("FR", False), ("DE", True)]


def test_a_negative_charge_is_a_discount(bring):
    bring()

    discount = line("1005", 2)
    assert (discount.kind, discount.ordered, discount.unit_price, discount.net_amount) == ("charge", 1, -2, -2)
    assert Order.objects.get(number="1005").net_amount == 13


def test_returns_are_matched_by_the_rule_alone(bring):
    outcome = bring()

    assert {
        (item.return_order.number, item.position): (item.order_line_id, item.unmatched_reason)
        for item in ReturnLine.objects.select_related("return_order")
    } == {
        ("C1006", 1): (line("1003", 1).pk, ""),
        ("C1006", 2): (line("1001", 2).pk, ""),
        ("C1007", 1): (None, NOTHING_OPEN),
        ("C1007", 2): (None, CHARGE),
        ("C1008", 1): (None, NO_SALE),
    }
    assert (outcome.matched_return_lines, outcome.matched_return_money) == (2, 196)
    assert outcome.unmatched_returns == {NOTHING_OPEN: 1, CHARGE: 1, NO_SALE: 1}
    assert (line("1003", 1).returned, line("1003", 1).credited) == (4, 4)
    assert (line("1001", 1).returned, line("1001", 2).returned) == (0, 10)


@pytest.mark.slow
def test_a_return_has_its_credit_note(bring):
    bring()

    back = Return.objects.get(number="C1006")
    assert (back.state, back.net_amount, back.order, back.credit_note.number) == ("closed", 196, None, "C1006")
    note = back.credit_note
    assert (note.kind, note.total_amount, note.order, note.original) == ("credit_note", 196, None, None)
    sold = InvoiceLine.objects.get(invoice__number="1003")
    assert note.lines.get(position=1).corrects == sold
    assert set(back.lines.values_list("reason", "disposition")) == {("unknown", "")}


def test_a_return_of_one_order_alone_belongs_to_it(bring):
    bring([*ROWS[:6], row("C1", "chai", -4, 14.0, "2024-03-08")])

    order = Order.objects.get(number="1003")
    note = Invoice.objects.get(number="C1")
    assert (note.order, note.original, Return.objects.get(number="C1").order) == (order, order.invoices.first(), order)


@pytest.mark.slow
def test_negative_lines_adjust_stock_and_levels_are_the_sum_of_movements(bring):
    bring()

    moved = StockMovement.objects.filter(product__sku="TOFU").order_by("at")
    assert [(move.kind, move.quantity) for move in moved] == [("opening", 2), ("adjust", -2)]
    assert moved[1].reason == "broken"
    assert set(StockLevel.objects.values_list("product__sku", "on_hand")) == {("CHAI", 0), ("DEBT", 0), ("TOFU", 0)}
    assert not Order.objects.filter(number="1004").exists()


def test_adjustments_are_documents_and_may_be_negative(bring):
    bring()

    found = Invoice.objects.get(number="A1009")
    assert (found.kind, found.total_amount, found.order, found.customer.code) == ("adjustment", -50, None, "CASH")
    assert not Order.objects.filter(number="A1009").exists()


def test_every_document_has_one_event_of_its_own_day_and_nobody_is_told(bring):
    bring()

    told = Event.objects.filter(type="history_imported")
    assert {kind: told.filter(subject_type=kind).count() for kind in ("order", "invoice", "return")} == {
        "order": 4,
        "invoice": 8,
        "return": 3,
    }
    order = Order.objects.get(number="1001")
    event = told.get(subject_type="order", subject_id=order.pk)
    assert (event.at, event.data["state"], event.data["total_base"]) == (order.submitted_at, "closed", "392.53")
    assert (Delivery.objects.count(), Duty.objects.count()) == (0, 0)


@pytest.mark.slow
def test_pages_with_history_speak_of_its_last_day(bring, client):
    bring()

    company = Company.objects.get(name=NAME)
    assert as_of(company) == date(2024, 3, 11)
    order = Order.objects.get(number="1001")
    client.force_login(make_user(company, "csr_lead"))
    told = {"/orders/": "1001", f"/orders/{order.pk}/": "1001", f"/customers/{order.customer_id}/": "Alfreds"}
    for address, words in told.items():
        page = client.get(address).text
        assert "As of" in page
        assert words in page


def test_it_is_found_and_counted_by_month(bring):
    bring()

    assert SearchEntry.objects.get(kind="order", title="1003").text == "1003 alfreds alfki"
    sold = MonthlySales.objects.filter(product__sku="CHAI", month=date(2024, 3, 1))
    assert sum(row.quantity for row in sold) == 12 + 12 + 4 + 1 - 4 - 10 - 20


@pytest.mark.parametrize("write", [write_csv, write_parquet])
@pytest.mark.slow
def test_a_second_run_changes_nothing(bring, write):
    bring()
    before = everything()

    outcome = bring(write=write)

    assert set(outcome.added.values()) == {0}
    before.pop("MonthlySales")
    assert {name: rows for name, rows in everything().items() if name in before} == before
    assert outcome.reconciles


@pytest.mark.slow
def test_whatever_is_missing_is_added_as_if_it_had_come_at_once(bring):
    """As after a run that was cut off, or with a file that was corrected."""
    bad = ROWS[0] | {"Qty": "a dozen"}
    bring([bad, *(line for line in ROWS[1:] if line["Order"] not in ("1002", "C1006", "A1009"))])
    bring()
    grown = _content()

    assert grown["events of 1001"] == 2
    bring(name="At Once")
    fresh = _content(name="At Once")
    assert grown | {"events of 1001": 0} == fresh | {"events of 1001": 0}


def _content(name: str = NAME) -> dict[str, Any]:
    own = {"company__name": name}
    return {
        "orders": sorted(Order.objects.filter(**own).values_list("number", "net_amount", "line_count", "claims")),
        "invoices": sorted(Invoice.objects.filter(**own).values_list("number", "kind", "total_amount", "total_base")),
        "returns": sorted(Return.objects.filter(**own).values_list("number", "net_amount")),
        "returned": sum(OrderLine.objects.filter(order__company__name=name).values_list("returned", flat=True)),
        "stock": sorted(StockMovement.objects.filter(**own).values_list("product__sku", "kind", "quantity")),
        "events of 1001": Event.objects.filter(order__number="1001", subject_type="order", **own).count(),
    }


@pytest.mark.slow
def test_next_years_returns_find_what_last_year_left_open(bring):
    bring(ROWS[:6])
    bring([row("C2", "chai", -12, 14.0, "2025-01-10"), row("C3", "chai", -12, 14.0, "2025-01-11")])
    outcome = bring([row("C4", "chai", -12, 14.0, "2025-01-12")])

    assert [line("1001", 1).returned, line("1001", 2).returned] == [12, 12]
    assert outcome.unmatched_returns == {NOTHING_OPEN: 1}


@pytest.mark.slow
def test_more_adjustments_raise_the_one_opening_movement(bring):
    bring()
    outcome = bring([row("2001", "tofu", -3, 0, "2025-01-01"), row("2002", "tofu", 1, 9, "2025-01-02")])

    assert outcome.added["stock adjustments"] == 1
    assert StockMovement.objects.get(product__sku="TOFU", kind="opening").quantity == 5
    assert StockLevel.objects.get(product__sku="TOFU").on_hand == 0


@pytest.mark.slow
def test_lines_that_differ_from_what_is_booked_are_said_and_left_alone(bring):
    bring()
    outcome = bring([ROWS[0] | {"Price": 15.0}, *ROWS[1:]])

    assert not outcome.reconciles
    assert line("1001", 1).unit_price == 14


def test_bad_rows_are_refused_with_reasons_and_the_rest_is_imported(bring, tmp_path):
    bad = [
        row("3001", "chai", "many", 14.0),
        row("3001", "", 1, 14.0),
        row("C3002", "chai", 2, 14.0),
        row("3001", "chai", 1, 14.0, "yesterday"),
    ]
    report = tmp_path / "report.json"

    outcome = bring([*bad, *ROWS], report=report)

    told = json.loads(report.read_text("utf-8"))
    assert told["refused"] == [
        {"row": 1, "document": "3001", "reason": "quantity is no number"},
        {"row": 2, "document": "3001", "reason": "no item"},
        {"row": 3, "document": "C3002", "reason": "a return with a positive quantity"},
        {"row": 4, "document": "3001", "reason": "moment cannot be read"},
    ]
    assert [item["reason"] for item in told["repaired"] if item["document"] == "1002"] == [
        "item code in capitals; no customer: booked to the cash customer"
    ]
    assert (told["rows_read"], told["refused_rows"], told["reconciles"]) == (19, 4, True)
    assert (outcome.money_refused, outcome.money_read) == (56, D("-45.225"))
    assert not Order.objects.filter(number="3001").exists()


def test_a_document_with_several_customers_or_moments_is_its_first_ones(bring):
    outcome = bring(
        [
            row("1", "chai", 1, 1, "2024-03-02"),
            row("1", "chai", 1, 1, "2024-03-01", Customer="BONAP", Name="Bon app"),
            row("1", "chai", 1, 1, "2024-03-02", Customer=""),
        ]
    )

    order = Order.objects.get(number="1")
    assert (order.customer.code, order.line_count, as_of(order.company)) == ("ALFKI", 3, date(2024, 3, 1))
    assert outcome.repairs == {
        "document with several customers: the first one": 1,
        "document with several times: the first one": 2,
        "item code in capitals": 3,
        "no customer: the one of its document": 1,
    }


def test_history_never_mixes_with_a_company_that_works(bring):
    make_company(name=NAME)

    with pytest.raises(InvalidInput, match="works live"):
        bring()
    assert not Order.objects.exists()


def test_a_file_without_a_row_to_import_leaves_no_company_behind(bring):
    with pytest.raises(InvalidInput, match="No row can be imported"):
        bring([row("1", "chai", "x", 1)])
    assert not Company.objects.filter(name=NAME).exists()


@pytest.mark.slow
def test_a_second_import_at_the_same_time_is_refused(bring, monkeypatch):
    import psycopg2

    monkeypatch.setattr("omc.history.importing.GRACE_SECONDS", 1)
    other = psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext('import_history'), hashtext('old trade'))")
            with pytest.raises(ImportRunning):
                bring()
    finally:
        other.close()
    assert not Company.objects.filter(name=NAME).exists()


def test_a_report_that_cannot_be_written_is_said_before_the_work(bring, tmp_path):
    with pytest.raises(InvalidInput, match="report cannot be written"):
        bring(report=tmp_path / "no" / "folder.json")
    assert not Company.objects.filter(name=NAME).exists()


def test_the_command_says_who_may_see_it(tmp_path, capsys):
    profile = tmp_path / "ours.toml"
    columns = "\n".join(f'{key} = "{column}"' for key, column in PROFILE.columns.items())
    profile.write_text(f'[columns]\n{columns}\n[company]\ncurrency = "EUR"\n[documents]\nreturn_prefix = "C"')
    user = make_user(make_company(), "exec", username="eve")

    call_command(
        "import_history", str(write_csv(tmp_path)), profile=str(profile), company=NAME, user=["eve"], verbosity=0
    )

    assert "Read = imported + refused: yes" in capsys.readouterr().out
    assert user.memberships.get(company__name=NAME).roles == ["exec"]
