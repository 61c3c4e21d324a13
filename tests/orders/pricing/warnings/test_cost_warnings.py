"""Costs that rose while prices did not: what is warned of, what it reaches, what is proposed, what came of it."""

from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from omc.accounts.models import User
from omc.lib import clock
from omc.lib.actor import system
from omc.lib.errors import IllegalTransition, InvalidInput, NotFound, PermissionRefused
from orders.core.models import Duty, Event, Notification, OrderLine, Product, ProductCost
from orders.core.services.companies import change_setting
from orders.pricing.files.services import publish_price_file
from orders.pricing.models import CostWarning, PriceBreak, Quote, QuoteLine
from orders.pricing.selectors import price_of
from orders.pricing.services.costs import set_cost
from orders.pricing.warnings import services
from orders.pricing.warnings.selectors import lists_reached
from tests.factories import CustomerFactory, OrderFactory, ProductFactory, make_actor, make_company, make_user
from tests.orders.pricing.factories import ExchangeRateFactory, PriceBreakFactory, PriceListFactory

pytestmark = pytest.mark.django_db
D = Decimal


class Trade:
    """A company that sells pipe at a thin margin and valves at a fat one; its floor is 20 percent."""

    def __init__(self):
        self.company = make_company(time_zone="UTC")
        self.pricer = make_actor(self.company, "pricing")
        change_setting(key="pricing.margin_floor_percent", value="20", actor=make_actor(self.company, "admin"))
        self.pipe, self.valve = (
            ProductFactory(company=self.company, sku=sku, replacement_cost=D(10), list_price=None)
            for sku in ("PIPE", "VALVE")
        )
        self.acme, self.birch = (CustomerFactory(company=self.company) for _ in range(2))
        self.base = PriceListFactory(company=self.company, code="BASE")
        for item, least, price in ((self.pipe, 1, "13"), (self.pipe, 100, "12.60"), (self.valve, 1, "30")):
            PriceBreakFactory(price_list=self.base, product=item, min_quantity=D(least), unit_price=D(price))
        self.contract = PriceListFactory(
            company=self.company, code="ACME", kind="contract", customer=self.acme, currency="EUR"
        )
        ExchangeRateFactory(company=self.company, day=date(2020, 1, 1))  # 1.25 a EUR
        PriceBreakFactory(price_list=self.contract, product=self.pipe, unit_price=D("10.40"))
        PriceBreakFactory(price_list=self.contract, product=self.valve, unit_price=D("20"))

    def rises(self, cost="11", reason="Copper list", items=None):
        for item in items or (self.pipe, self.valve):
            set_cost(product_id=item.pk, kind="replacement", cost=D(cost), reason=reason, actor=self.pricer)

    def watch(self):
        return services.watch_costs(actor=system("watch costs", self.company.pk))

    def sold(self, customer, item, quantity, price, *, days_ago, state="closed"):
        return OrderFactory(
            company=self.company, customer=customer, state=state, items=[(item, quantity, price)],
            submitted_at=clock.now() - timedelta(days=days_ago),
        )  # fmt: skip

    def quoted(self, quantity, price, state="sent", converted=0):
        quote = Quote.objects.create(
            company=self.company, number=f"Q{Quote.objects.count()}", customer=self.birch, state=state, currency="EUR",
            currency_rate=D("1.25"), valid_until=clock.today("UTC"), created_at=clock.now(),
        )  # fmt: skip
        QuoteLine.objects.create(
            quote=quote,
            position=1,
            product=self.pipe,
            quantity=D(quantity),
            unit_price=D(price),
            converted=D(converted),
        )
        return quote


@pytest.fixture
def trade():
    return Trade()


def _needed(cost):
    return (100 * D(cost) / 80).quantize(D("0.0001"), ROUND_CEILING)


def _short(quantity, price, before, after):
    """By plain rule: what falls short of the floor now, less what fell short before."""
    gap = max(_needed(after) - price, 0) - max(100 * D(before) / 80 - price, 0)
    return (quantity * gap).quantize(D("0.01"), ROUND_HALF_UP)


def test_one_batch_is_one_warning_with_all_that_it_reaches(trade):
    trade.sold(trade.acme, trade.pipe, 40, "13.00", days_ago=300)
    trade.sold(trade.acme, trade.pipe, 60, "12.00", days_ago=30)  # the last price, under the floor even before
    trade.sold(trade.birch, trade.pipe, 7, "13.70", days_ago=10)
    trade.sold(trade.birch, trade.pipe, 500, "9.00", days_ago=400)  # over a year ago
    trade.sold(trade.birch, trade.pipe, 500, "9.00", days_ago=3, state="cancelled")
    trade.sold(trade.birch, trade.valve, 9, "30.00", days_ago=3)  # far above the floor
    open_order = trade.sold(trade.birch, trade.pipe, 10, "13.00", days_ago=1, state="confirmed")
    OrderLine.objects.filter(order=open_order).update(cancelled=D(4))
    trade.sold(trade.birch, trade.pipe, 3, "14.00", days_ago=2, state="confirmed")
    quote = trade.quoted(20, "10.00", converted=5)
    for state in ("rejected", "converted", "expired"):
        trade.quoted(20, "1.00", state=state)
    Trade().rises()  # another company's costs
    trade.rises()
    [warning] = trade.watch()

    assert (warning.reason, warning.items, warning.state) == ("Copper list", 2, "new")
    assert (warning.quotes, warning.orders, warning.prices) == (1, 1, 3)
    rows = {
        (row.kind, row.product.sku, row.customer_id, row.quantity, row.price): row.short_base
        for row in warning.reached.select_related("product")
    }
    assert rows == {
        ("quote", "PIPE", trade.birch.pk, D(15), D("12.5")): _short(15, D("12.5"), 10, 11),
        ("order", "PIPE", trade.birch.pk, D(6), D(13)): _short(6, D(13), 10, 11),
        ("price", "PIPE", None, None, D(13)): 0,
        ("price", "PIPE", None, None, D("12.6")): 0,
        ("price", "PIPE", trade.acme.pk, None, D(13)): 0,  # 10.40 EUR
        ("sale", "PIPE", trade.acme.pk, D(100), D(12)): _short(100, D(12), 10, 11),
        ("sale", "PIPE", trade.birch.pk, D(16), D(13)): _short(16, D(13), 10, 11),
    }
    assert warning.stake_base == _short(100, D(12), 10, 11) + _short(16, D(13), 10, 11)
    assert warning.rise_base == D(116 + 9)  # a unit costs 1 more
    assert {item.product.sku: (item.before, item.after) for item in warning.moved.all()} == {
        "PIPE": (10, 11), "VALVE": (10, 11),
    }  # fmt: skip
    row = warning.reached.get(kind="quote")
    assert (row.quote, row.margin_before, row.margin_after) == (quote, D(20), D(12))
    duty = Duty.objects.get(subject_type="costwarning", subject_id=warning.pk)
    assert duty.closed_at is None
    assert duty.value_base == 0  # the list of duties is for people who may not see margins
    assert Notification.objects.get(user_id=trade.pricer.user_id).text.startswith(
        "Costs rose: Copper list. Items: 2; prices"
    )
    assert trade.watch() == []


def test_what_moves_too_little_or_reaches_nothing_is_no_warning(trade):
    trade.rises("10.40")
    assert trade.watch() == []
    trade.rises("11", items=[trade.valve])  # 30 keeps the floor
    assert trade.watch() == []
    assert not CostWarning.objects.exists()
    assert not Event.objects.filter(type="cost_warning_raised").exists()
    trade.rises("10.60", reason="A second step", items=[trade.pipe])  # six percent since it began
    [warning] = trade.watch()
    assert [(item.product, item.before, item.after) for item in warning.moved.all()] == [(trade.pipe, 10, D("10.6"))]


def test_it_is_warned_of_again_only_when_the_cost_goes_on_rising(trade):
    trade.rises("11")
    assert len(trade.watch()) == 1
    trade.rises("11.30", reason="A little more")
    assert trade.watch() == []
    trade.rises("11.60", reason="And more")
    [warning] = trade.watch()
    assert [item.before for item in warning.moved.all()] == [11, 11]


def test_two_reasons_are_two_batches_and_old_changes_are_past(trade):
    trade.rises(reason="One list", items=[trade.pipe])
    trade.rises("40", reason="Another list", items=[trade.valve])
    old = ProductFactory(company=trade.company, replacement_cost=D(10), list_price=D("10.50"))
    ProductCost.objects.create(
        product=old, kind="replacement", before=D(5), after=D(10), at=clock.now() - timedelta(days=91)
    )
    assert [warning.reason for warning in trade.watch()] == ["Another list", "One list"]


def test_without_replacement_costs_the_cost_that_counts_is_watched(trade):
    Product.objects.filter(company=trade.company).update(replacement_cost=None, standard_cost=D(10))
    set_cost(product_id=trade.pipe.pk, kind="standard", cost=D(11), reason="New year", actor=trade.pricer)
    [warning] = trade.watch()
    assert warning.moved.get().kind == "standard"


def test_a_proposal_restores_the_margin_on_every_list_and_publishing_acts(trade):
    guild = PriceListFactory(company=trade.company, code="GUILD", kind="group_contract", price_group="guild")
    PriceBreakFactory(price_list=guild, product=trade.pipe, unit_price=None, percent=D(5))
    ended = PriceListFactory(company=trade.company, code="PROMO", kind="promotion", valid_to=clock.today("UTC"))
    PriceBreakFactory(price_list=ended, product=trade.pipe, unit_price=D(12))
    trade.rises()
    [warning] = trade.watch()
    today = clock.today("UTC")
    assert {one.price_list.code: (one.prices, one.why_not) for one in lists_reached(warning, today)} == {
        "BASE": (2, ""), "ACME": (1, ""), "GUILD": (1, ""), "PROMO": (1, "ends"),
    }  # fmt: skip
    before = PriceBreak.objects.count()
    services.propose_prices(warning_id=warning.pk, actor=trade.pricer)
    assert PriceBreak.objects.count() == before  # nothing has changed yet
    warning.refresh_from_db()
    assert warning.state == "proposed"
    files = {one.price_file.price_list.code: one.price_file for one in warning.proposals.all()}
    told = {
        code: [(row["sku"], row["min_quantity"], row["unit_price"], row["percent"]) for row in file.rows]
        for code, file in files.items()
    }
    assert told == {
        # The margin in percent as before, the floor at least; the break below stays no dearer.
        "BASE": [("PIPE", "1", "14.3", ""), ("PIPE", "100", "13.86", "")],
        "ACME": [("PIPE", "1", "11.44", "")],
        "GUILD": [("PIPE", "1", "", "3.8461")],  # off the new 14.30 of the base list: 13.75 keeps the floor
    }
    assert not any(file.counts.get("refused") for file in files.values())
    for file in files.values():
        assert CostWarning.objects.get().state == "proposed"
        publish_price_file(file_id=file.pk, actor=trade.pricer)
    warning.refresh_from_db()
    assert (warning.state, warning.decision) == ("acted", "The proposed prices are published")
    assert not Duty.objects.filter(subject_type="costwarning", closed_at=None).exists()
    for customer, currency, rate in ((None, "USD", D(1)), (trade.acme, "EUR", D("1.25"))):
        found = price_of(
            company_id=trade.company.pk, customer=customer, quantities={trade.pipe.pk: D(1)}, currency=currency,
            currency_rate=rate, on=today + timedelta(days=1),
        )  # fmt: skip
        assert found[trade.pipe.pk].unit_price * rate >= _needed(11)


def test_a_list_whose_next_version_is_written_is_left_out(trade):
    from orders.pricing.services import write_next_version

    for price_list in (trade.base, trade.contract):
        write_next_version(
            list_id=price_list.pk, valid_from=clock.today("UTC") + timedelta(days=40), actor=trade.pricer
        )
    trade.rises()
    [warning] = trade.watch()
    reached = lists_reached(warning, clock.today("UTC"))
    assert {(one.price_list.code, one.price_list.version): one.why_not for one in reached} == {
        ("BASE", 1): "followed",
        ("BASE", 2): "",
        ("ACME", 1): "followed",
        ("ACME", 2): "",
    }
    services.propose_prices(warning_id=warning.pk, actor=trade.pricer)
    assert {one.price_file.price_list.version for one in warning.proposals.all()} == {2}


def test_counting_again_sees_what_was_mended(trade):
    quote = trade.quoted(20, "10.00")
    trade.rises()
    [warning] = trade.watch()
    assert warning.quotes == 1
    Quote.objects.filter(pk=quote.pk).update(state="rejected")
    assert services.count_again(warning_id=warning.pk, actor=trade.pricer).quotes == 0
    assert not warning.reached.filter(kind="quote").exists()


def test_it_is_set_aside_only_with_a_reason_and_ends_there(trade):
    trade.rises()
    [warning] = trade.watch()
    with pytest.raises(InvalidInput):
        services.set_aside_warning(warning_id=warning.pk, decision=" ", actor=trade.pricer)
    with pytest.raises(PermissionRefused):
        services.set_aside_warning(warning_id=warning.pk, decision="No", actor=make_actor(trade.company, "sales"))
    with pytest.raises(NotFound):
        services.set_aside_warning(warning_id=warning.pk, decision="No", actor=make_actor(make_company(), "pricing"))
    assert CostWarning.objects.get().state == "new"
    services.set_aside_warning(warning_id=warning.pk, decision="The supplier takes it back", actor=trade.pricer)
    for verb in (services.propose_prices, services.count_again):
        with pytest.raises(IllegalTransition):
            verb(warning_id=warning.pk, actor=trade.pricer)
    assert trade.watch() == []
    assert not Duty.objects.filter(subject_type="costwarning", closed_at=None).exists()


@pytest.mark.slow
def test_every_door_leads_to_the_same_and_hides_it_from_who_sees_no_costs(client, trade):
    trade.sold(trade.acme, trade.pipe, 60, "12.00", days_ago=30)
    trade.quoted(20, "10.00")
    trade.rises()
    [warning] = trade.watch()
    client.force_login(User.objects.get(pk=trade.pricer.user_id))
    page = client.get(f"/pricing/warnings/{warning.pk}/")
    for part in page.context["parts"]:
        listed = client.get(part["url"])
        assert listed.context["count_text"] == str(part["rows"])
    assert client.get(page.context["items_url"]).context["count_text"] == "2"
    assert client.get("/pricing/warnings/").context["count_text"] == "1"
    assert any("Copper list" in str(thing.todo.what) for thing in client.get("/").context["things"])
    api = f"/api/v1/pricing/warnings/{warning.pk}/"
    assert client.get(api).json()["stake_base"] == str(warning.stake_base)
    assert len(client.get(f"{api}rows/", {"kind": "price"}).json()["results"]) == warning.prices
    assert len(client.get(f"{api}items/").json()["results"]) == 2
    assert client.get("/api/v1/pricing/warnings/").json()["results"][0]["id"] == warning.pk
    assert client.post(f"{api}count/").json()["quotes"] == 1
    assert client.post(f"/pricing/warnings/{warning.pk}/decide/", {"decision": ""}).status_code == 422
    assert client.post(f"/pricing/warnings/{warning.pk}/propose/").status_code == 302
    assert client.post(f"{api}propose/").status_code == 409  # once
    assert len(client.get(api).json()["price_files"]) == 2
    said = {"answer": "set_aside", "decision": "Negotiated"}
    assert client.post(f"/pricing/warnings/{warning.pk}/decide/", said).status_code == 302
    assert client.post(f"{api}decide/", said, content_type="application/json").status_code == 409
    client.force_login(make_user(trade.company, "csr"))
    for url in (
        f"/pricing/warnings/{warning.pk}/",
        "/pricing/warnings/",
        "/pricing/warnings/rows/",
        api,
        f"{api}rows/",
    ):
        assert client.get(url).status_code == 403
    client.force_login(make_user(make_company(), "pricing"))
    assert client.get(f"/pricing/warnings/{warning.pk}/").status_code == 404
    assert client.get(f"{api}rows/").status_code == 404
    assert client.get("/pricing/warnings/rows/").context["count_text"] == "0"


def test_a_list_of_many_items_is_one_warning_in_as_many_queries(trade):
    counts = []
    for many in (3, 30):
        items = [
            ProductFactory(company=trade.company, replacement_cost=D(11), list_price=D("11.50")) for _ in range(many)
        ]
        ProductCost.objects.bulk_create(
            ProductCost(
                product=item, kind="replacement", before=D(10), after=D(11), at=clock.now(), reason=f"List of {many}"
            )
            for item in items
        )
        for item in items:
            PriceBreakFactory(price_list=trade.base, product=item, unit_price=D("11.50"))
        with CaptureQueriesContext(connection) as found:
            [warning] = trade.watch()
        assert (warning.items, warning.prices) == (many, many)
        counts.append(len(found))
    assert counts[1] <= counts[0]
