"""Packs, percentages, pooled quantities, best-of promotions and versions, as rows of a company."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from omc.lib.errors import InvalidInput, NotFound, PermissionRefused
from orders.core.models import ProductCost, ProductUnit
from orders.core.services.companies import change_setting
from orders.pricing import services
from orders.pricing.models import PriceBreak, PriceList, Quote, QuoteLine
from orders.pricing.selectors import read_steps
from orders.pricing.selectors.costs import costs_of
from orders.pricing.services import BadLadder, BreakInput, price_lines
from tests.factories import CustomerFactory, ProductFactory, make_actor, make_company
from tests.orders.pricing.factories import PriceBreakFactory, PriceListFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)
D = Decimal


class Scene:
    def __init__(self) -> None:
        self.company = make_company()
        self.pricing = make_actor(self.company, "pricing")
        self.customer = CustomerFactory(company=self.company, price_group="builders", customer_class="A")
        self.bolt = ProductFactory(company=self.company, sku="BOLT", list_price=D("10"), standard_cost=D("6"))
        self.nut = ProductFactory(company=self.company, sku="NUT", list_price=D("2"))
        ProductUnit.objects.create(product=self.bolt, unit="case", factor=D(12))

    def made(self, kind: str = "base", **fields: Any) -> PriceList:
        target = {"customer": self.customer} if kind in ("contract", "customer") else {}
        return PriceListFactory(company=self.company, kind=kind, **target | fields)

    def set(self, on: PriceList, *rows: BreakInput) -> int:
        return services.set_breaks(list_id=on.pk, rows=rows, actor=self.pricing)

    def line(self, product: Any, typed: object, unit: str = "pc", position: int = 1) -> QuoteLine:
        factor = D(12) if unit == "case" else D(1)
        quantity = D(str(typed))
        return QuoteLine(
            position=position, product=product, typed_quantity=quantity, unit=unit, unit_factor=factor,
            quantity=quantity * factor,
        )  # fmt: skip

    def price(self, *lines: QuoteLine, on: date = DAY, **more: Any) -> list[Decimal]:
        quote: Any = Quote(company=self.company, customer=self.customer, currency="USD", valid_until=on)
        price_lines(document=quote, lines=lines, customer=self.customer, ship_to=None, on=on, **more)
        return [line.unit_price for line in lines]


@pytest.fixture
def scene():
    return Scene()


def row(least: object, price: object = None, sku: str = "BOLT", **more: Any) -> BreakInput:
    if "percent" in more:
        more["percent"] = D(str(more["percent"]))
    return BreakInput(sku=sku, min_quantity=D(str(least)), unit_price=None if price is None else D(str(price)), **more)


def test_the_way_from_the_list_to_the_price_names_each_rule_and_adds_up_to_the_cent(scene):
    scene.set(scene.made(code="BASE"), row(1, 10), row(100, 9))
    scene.set(scene.made("customer", code="OWN"), row(1, "9.5"), row(100, "8.7"))
    contract = scene.made("contract", code="DEAL")
    scene.set(contract, row(50, "8.25"))
    scene.set(scene.made("promotion", code="FAIR", best_of=True), row(1, "8.1"))
    line = scene.line(scene.bolt, 100)

    scene.price(line, manual={1: D(8)}, actor=scene.pricing)

    assert [(each["step"], each["source"], each.get("list_code", ""), each["amount"]) for each in line.price_steps] == [
        ("list", "base", "BASE", "10.0000"),
        ("list_specific", "customer", "OWN", "-0.5000"),
        ("break", "customer", "OWN", "-0.8000"),
        ("contract", "contract", "DEAL", "-0.4500"),
        ("promotion", "promotion", "FAIR", "-0.1500"),
        ("manual", "manual", "", "-0.1000"),
    ]
    assert line.price_steps[3]["break_id"] == PriceBreak.objects.get(price_list=contract).pk
    assert [step.label for step in read_steps(line.price_steps)] == [
        "Base price list", "Customer price list", "Quantity break", "Customer contract", "Promotion", "Price typed by hand",
    ]  # fmt: skip
    assert sum(D(each["amount"]) for each in line.price_steps) == line.unit_price == D("8.0000")
    assert line.net_amount == D("800.00")


def test_a_promotion_gives_way_to_a_contract_unless_the_lower_of_both_counts(scene):
    scene.set(scene.made("contract"), row(1, 9))
    promotion = scene.made("promotion")
    scene.set(promotion, row(1, 8))

    assert scene.price(scene.line(scene.bolt, 1)) == [D("9.0000")]
    PriceList.objects.filter(pk=promotion.pk).update(best_of=True)
    assert scene.price(scene.line(scene.bolt, 1)) == [D("8.0000")]
    scene.set(promotion, row(1, "9.5"))
    assert scene.price(scene.line(scene.bolt, 1)) == [D("9.0000")]


def test_percentages_come_off_the_list_price_each_for_itself(scene):
    scene.set(scene.made(), row(1, 10), row(100, 9))
    scene.set(scene.made("group_contract", price_group="builders"), row(1, percent=5), row(100, percent="12.5"))

    at_one, at_hundred = scene.line(scene.bolt, 1), scene.line(scene.bolt, 100)

    assert scene.price(at_one) + scene.price(at_hundred) == [D("9.5000"), D("8.7500")]
    assert at_hundred.price_steps[-1]["percent"] == "12.5000"


def test_a_pack_price_is_for_lines_by_the_pack_and_counts_its_pieces(scene):
    scene.set(scene.made(), row(1, 10), row(2, 114, unit="case"), row(100, 9))

    prices = [
        scene.price(scene.line(scene.bolt, 24))[0],
        scene.price(scene.line(scene.bolt, 1, "case"))[0],
        scene.price(scene.line(scene.bolt, 2, "case"))[0],
        scene.price(scene.line(scene.bolt, 9, "case"))[0],
    ]

    assert prices == [D("10.0000"), D("10.0000"), D("9.5000"), D("9.0000")]


def test_pooled_lists_count_an_item_or_a_group_over_the_whole_document(scene):
    pooled = scene.made(pools_quantity=True)
    alone = scene.made("customer", valid_from=date(2027, 1, 1))
    for one in (pooled, alone):
        scene.set(
            one, row(1, 10), row(10, 9), row(1, 2, sku="NUT", break_group="small"), row(20, 1, sku="NUT", break_group="small"),
        )  # fmt: skip
    lines = [
        scene.line(scene.bolt, 4, position=1),
        scene.line(scene.bolt, 6, position=2),
        scene.line(scene.nut, 15, position=3),
    ]

    assert scene.price(*lines) == [D("9.0000"), D("9.0000"), D("2.0000")]
    washer = ProductFactory(company=scene.company, sku="WASHER", list_price=D(1))
    scene.set(pooled, row(1, 1, sku="WASHER", break_group="small"))
    assert scene.price(*lines, scene.line(washer, 5, position=4))[2] == D("1.0000")
    assert scene.price(*lines, on=date(2027, 1, 1)) == [D("10.0000"), D("10.0000"), D("2.0000")]


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        ([row(1, 10), row(1, 11)], [(2, "another price from 1")]),
        ([row(1, 120, unit="case"), row(1, 120, unit="case")], [(2, "another price from 1 case")]),
        ([row(1, 10), row(1, "122.4", unit="case"), row(100, "10.5")], [(2, "rise to 122.4"), (3, "rise to"), (3, "rise to")]),
        ([row(1, percent=5), row(10, percent=4)], [(2, "only 4 % would come off")]),
        ([row(1, 10), row(10, percent=4)], [(2, "Choose one")]),
        ([row(1)], [(1, "either a price or a percentage")]),
        ([row(1, 5, percent=4)], [(1, "either a price or a percentage")]),
        ([row(1, percent=101)], [(1, "between 0 and 100")]),
        ([row(1, 100, unit="case")], [(1, "does not come out exact")]),
        ([row(1, 100, unit="box")], [(1, "not sold by box")]),
    ],
)  # fmt: skip
def test_an_unsound_ladder_is_refused_at_its_rows_and_nothing_is_saved(scene, rows, problems):
    with pytest.raises(BadLadder) as refusal:
        scene.set(scene.made(), *rows)

    found = [(each["row"], each["message"]) for each in refusal.value.problems]
    assert [number for number, _ in found] == [number for number, _ in problems]
    assert all(words in sentence for (_, words), (_, sentence) in zip(problems, found, strict=True))
    assert not PriceBreak.objects.exists()


def test_the_next_version_begins_where_the_old_one_ends_and_takes_the_prices_that_still_hold(scene):
    first = services.create_price_list(
        code="BASE", name="List", kind="base", currency="USD", actor=scene.pricing, valid_from=date(2026, 1, 1)
    )
    scene.set(
        first,
        row(1, 10, valid_to=date(2026, 12, 31)),
        row(10, "9.3333"),
        row(1, 108, unit="case", valid_from=date(2026, 6, 1)),
        row(1, percent=10, sku="NUT"),
    )

    second = services.write_next_version(
        list_id=first.pk, valid_from=date(2027, 1, 1), change_percent=D(3), actor=scene.pricing
    )

    first.refresh_from_db()
    assert (first.valid_to, second.version, second.valid_from, second.replaces_id) == (
        date(2026, 12, 31), 2, date(2027, 1, 1), first.pk,
    )  # fmt: skip
    copied = second.breaks.order_by("product__sku", "unit").values_list(
        "min_quantity", "unit_price", "percent", "valid_from"
    )
    assert list(copied) == [(10, D("9.6133"), None, None), (1, D("111.2400"), None, None), (1, None, 10, None)]
    assert scene.price(scene.line(scene.bolt, 10)) == [D("9.3333")]
    assert scene.price(scene.line(scene.bolt, 10), on=date(2027, 1, 1)) == [D("9.6133")]

    with pytest.raises(InvalidInput, match="Version 2 follows"):
        services.write_next_version(list_id=first.pk, valid_from=date(2028, 1, 1), actor=scene.pricing)
    with pytest.raises(InvalidInput, match="begins later"):
        services.write_next_version(list_id=second.pk, valid_from=date(2027, 1, 1), actor=scene.pricing)
    with pytest.raises(InvalidInput, match="Version 1 is in force until 2026-12-31"):
        services.change_price_list(
            list_id=second.pk,
            name="x",
            valid_from=date(2026, 12, 31),
            valid_to=None,
            is_active=True,
            actor=scene.pricing,
        )
    with pytest.raises(InvalidInput, match="Version 2 begins"):
        services.change_price_list(
            list_id=first.pk, name="x", valid_from=None, valid_to=None, is_active=True, actor=scene.pricing
        )
    with pytest.raises(NotFound):
        services.write_next_version(list_id=PriceListFactory().pk, valid_from=DAY, actor=scene.pricing)
    with pytest.raises(PermissionRefused):
        services.write_next_version(
            list_id=second.pk, valid_from=date(2028, 1, 1), actor=make_actor(scene.company, "csr")
        )
    assert PriceList.objects.filter(company=scene.company).count() == 2


def test_only_a_promotion_is_compared_with_a_contract(scene):
    with pytest.raises(InvalidInput) as refusal:
        services.create_price_list(code="B", name="B", kind="base", currency="USD", best_of=True, actor=scene.pricing)
    assert refusal.value.field == "best_of"


def test_a_typed_cost_is_a_row_of_the_history_and_margins_follow_the_basis_of_the_company(scene):
    services.set_cost(
        product_id=scene.bolt.pk, kind="replacement", cost=D("7.5"), reason="New supplier", actor=scene.pricing
    )
    services.set_cost(product_id=scene.bolt.pk, kind="replacement", cost=D("7.5"), reason="Again", actor=scene.pricing)

    change = ProductCost.objects.get(product=scene.bolt)
    assert (change.kind, change.before, change.after, change.reason) == ("replacement", None, D("7.5"), "New supplier")
    scene.bolt.refresh_from_db()
    line = scene.line(scene.bolt, 2)
    scene.price(line)
    assert (line.unit_cost, line.cost_base) == (D("6.0000"), D("12.00"))

    change_setting(key="pricing.cost_basis", value="replacement", actor=make_actor(scene.company, "admin"))
    scene.price(line)
    assert (line.unit_cost, line.margin_base) == (D("7.5000"), D("5.00"))
    assert [each.label for each in costs_of(scene.bolt) if each.counts] == ["Replacement"]

    change_setting(key="pricing.cost_basis", value="last", actor=make_actor(scene.company, "admin"))
    scene.price(line)
    assert (line.unit_cost, line.cost_base, line.margin_base) == (None, None, None)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"kind": "average"}, InvalidInput),
        ({"cost": D(-1)}, InvalidInput),
        ({"reason": " "}, InvalidInput),
        ({"product_id": 0}, NotFound),
    ],
)
def test_a_senseless_cost_is_refused_and_nothing_changes(scene, fields, error):
    given = {"product_id": scene.bolt.pk, "kind": "standard", "cost": D(5), "reason": "x", "actor": scene.pricing}
    with pytest.raises(error):
        services.set_cost(**given | fields)
    with pytest.raises(PermissionRefused):
        services.set_cost(**given | {"actor": make_actor(scene.company, "sales")})
    assert not ProductCost.objects.exists()


@pytest.mark.slow
def test_a_thousand_lines_are_priced_in_as_many_queries_as_one(scene, django_assert_num_queries):
    base, contract = scene.made(pools_quantity=True), scene.made("contract")
    products = ProductFactory.create_batch(40, company=scene.company)
    for product in products:
        PriceBreakFactory(price_list=base, product=product, unit_price="9")
        PriceBreakFactory(price_list=contract, product=product, min_quantity=20, unit_price="8")
    lines = [scene.line(products[n % 40], 1 + n % 30, position=n) for n in range(1, 1001)]
    scene.price(*lines[:1])  # settings are read once a minute

    for count in (1, 1000):
        with django_assert_num_queries(2):
            scene.price(*lines[:count])
    assert {line.unit_price for line in lines} == {D("9.0000"), D("8.0000")}
