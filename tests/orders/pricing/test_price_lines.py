"""Lines of a document get price, cost and tax from the rows of the company."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from omc.lib import clock
from orders.core.models import LineKind, OrderLine
from orders.pricing.models import PriceBreak, PriceList, Quote, QuoteLine, TaxRule
from orders.pricing.selectors import price_of, rate_of
from orders.pricing.selectors.costs import cost_basis
from orders.pricing.selectors.prices import NoRate
from orders.pricing.services import NoPrice, price_lines
from tests.factories import AddressFactory, CustomerFactory, ProductFactory, make_actor, make_company
from tests.orders.pricing.factories import ExchangeRateFactory, PriceBreakFactory, PriceListFactory, TaxRuleFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


def quote_for(customer: Any, **fields: Any) -> Quote:
    return Quote(
        company=customer.company, customer=customer, currency=fields.pop("currency", customer.currency), **fields
    )


def line(product: Any, quantity: object, position: int = 1, **fields: Any) -> QuoteLine:
    return QuoteLine(position=position, product=product, quantity=Decimal(str(quantity)), **fields)


def priced(customer: Any, *lines: QuoteLine, on: date = DAY, **more: Any) -> Any:
    return price_lines(
        document=more.pop("document", quote_for(customer)),
        lines=lines,
        customer=customer,
        ship_to=more.pop("ship_to", None),
        on=on,
        **more,
    )


@pytest.fixture
def company():
    return make_company()


@pytest.fixture
def customer(company):
    return CustomerFactory(company=company)


def test_a_line_gets_amounts_cost_and_the_reasons_for_its_price(company, customer):
    product = ProductFactory(company=company, list_price=Decimal("10.0000"), standard_cost=Decimal("6.0000"))
    base = PriceListFactory(company=company, code="BASE-26")
    PriceBreakFactory(price_list=base, product=product, unit_price="9.5000")
    deep = PriceBreakFactory(price_list=base, product=product, min_quantity=10, unit_price="9.0000")
    item = line(product, 12)

    totals = priced(customer, item)

    assert (item.list_price, item.unit_price, item.net_amount) == (
        Decimal("9.5000"),
        Decimal("9.0000"),
        Decimal("108.00"),
    )
    assert (item.unit_cost, item.cost_base, item.margin_base) == (Decimal("6.0000"), Decimal("72.00"), Decimal("36.00"))
    assert [(step["step"], step["amount"], step["list_code"]) for step in item.price_steps] == [
        ("list", "9.5000", "BASE-26"),
        ("break", "-0.5000", "BASE-26"),
    ]
    assert item.price_steps[1]["break_id"] == deep.pk
    assert (totals.net_amount, totals.tax_amount, totals.cost_base) == (
        Decimal("108.00"),
        Decimal("0.00"),
        Decimal("72.00"),
    )


def test_an_unknown_cost_stays_unknown_on_the_line_and_on_the_whole(company, customer):
    known = ProductFactory(company=company)
    unknown = ProductFactory(company=company, standard_cost=None)
    zero = ProductFactory(company=company, standard_cost=Decimal("0"))
    lines = [line(known, 1, 1), line(unknown, 1, 2), line(zero, 1, 3)]

    totals = priced(customer, *lines)

    assert [each.cost_base for each in lines] == [Decimal("6.00"), None, None]
    assert totals.cost_base is None
    assert totals.margin_percent is None


def test_a_charge_without_an_item_needs_a_typed_price_and_its_cost_is_unknown_unless_it_is_a_discount(
    company, customer
):
    product = ProductFactory(company=company)
    freight = QuoteLine(position=2, kind=LineKind.CHARGE, description="Freight", quantity=Decimal(1))

    with pytest.raises(NoPrice) as refusal:
        priced(customer, line(product, 1), freight)
    totals = priced(customer, line(product, 1), freight, manual={2: Decimal("15")})
    discount = priced(customer, line(product, 1), freight, manual={2: Decimal("-2")})

    assert refusal.value.data["lines"] == [{"position": 2, "sku": "Freight"}]
    assert (totals.net_amount, totals.cost_base) == (Decimal("25.00"), None)
    assert (discount.net_amount, discount.cost_base) == (Decimal("8.00"), Decimal("6.00"))


def test_text_and_components_carry_no_price(company, customer):
    product = ProductFactory(company=company)
    text = QuoteLine(position=2, kind=LineKind.TEXT, description="As discussed", quantity=Decimal(0))
    component = line(product, 4, 3, kind=LineKind.COMPONENT)

    totals = priced(customer, line(product, 1), text, component)

    assert totals.net_amount == Decimal("10.00")
    assert (component.unit_price, component.net_amount, component.cost_base) == (0, 0, None)


def test_an_item_without_any_price_is_refused_by_name(company, customer):
    product = ProductFactory(company=company, list_price=None, sku="NEW-1")

    with pytest.raises(NoPrice, match="NEW-1"):
        priced(customer, line(product, 1))


def test_prices_in_another_currency_come_from_its_lists_or_by_rate(company):
    customer = CustomerFactory(company=company, currency="EUR")
    ExchangeRateFactory(company=company, currency="EUR", rate=Decimal("1.25"), day=DAY)
    listed = ProductFactory(company=company, list_price=Decimal("10"))
    other = ProductFactory(company=company, list_price=Decimal("10"))
    euros = PriceListFactory(company=company, currency="EUR")
    PriceBreakFactory(price_list=euros, product=listed, unit_price="7.7700")
    PriceBreakFactory(price_list=PriceListFactory(company=company), product=other, unit_price="1")  # in dollars
    document = quote_for(customer, currency_rate=rate_of(company.pk, "EUR", DAY))
    lines = [line(listed, 1, 1), line(other, 3, 2)]

    totals = priced(customer, *lines, document=document)

    assert [each.unit_price for each in lines] == [Decimal("7.7700"), Decimal("8.0000")]
    assert (totals.net_amount, totals.net_base) == (Decimal("31.77"), Decimal("39.71"))


def test_a_currency_without_a_rate_is_refused_and_the_latest_rate_up_to_the_day_counts(company):
    ExchangeRateFactory(company=company, currency="EUR", rate=Decimal("1.10"), day=DAY - timedelta(9))
    ExchangeRateFactory(company=company, currency="EUR", rate=Decimal("1.30"), day=DAY + timedelta(1))

    assert rate_of(company.pk, "EUR", DAY) == Decimal("1.10")
    assert rate_of(company.pk, "USD", DAY) == 1
    with pytest.raises(NoRate):
        rate_of(company.pk, "EUR", DAY - timedelta(10))


@pytest.mark.parametrize(
    ("target", "price"),
    [
        ({"kind": "customer"}, "5"),
        ({"kind": "group_contract", "price_group": "builders"}, "5"),
        ({"kind": "group_contract", "price_group": "others"}, "10"),
        ({"kind": "segment", "customer_class": "A"}, "5"),
        ({"kind": "segment", "customer_class": "B"}, "10"),
        ({"kind": "promotion", "valid_to": DAY}, "5"),
        ({"kind": "promotion", "valid_to": DAY - timedelta(1)}, "10"),
        ({"kind": "promotion", "valid_from": DAY + timedelta(1)}, "10"),
        ({"kind": "promotion", "is_active": False}, "10"),
    ],
)
def test_a_list_counts_only_for_whom_and_when_it_is_meant(company, target, price):
    customer = CustomerFactory(company=company, price_group="builders", customer_class="A")
    product = ProductFactory(company=company, list_price=Decimal("10"))
    if target["kind"] == "customer":
        target = target | {"customer": customer}
    PriceBreakFactory(price_list=PriceListFactory(company=company, **target), product=product, unit_price="5")
    item = line(product, 1)

    priced(customer, item)

    assert item.unit_price == Decimal(price)


def test_the_lists_of_another_company_or_customer_never_count(company, customer):
    product = ProductFactory(company=company, list_price=Decimal("10"))
    stranger = CustomerFactory(company=company)
    theirs = PriceListFactory(company=company, kind="contract", customer=stranger)
    PriceBreakFactory(price_list=theirs, product=product, unit_price="1")
    PriceBreakFactory(price_list=PriceListFactory(), product=product, unit_price="2")
    item = line(product, 1)

    priced(customer, item)

    assert item.unit_price == Decimal("10")


def test_tax_follows_the_ship_to_and_is_rounded_once_over_the_document(company, customer):
    TaxRuleFactory(company=company, code="DE-19", country="DE", rate="19")
    product = ProductFactory(company=company, list_price=Decimal("0.03"))
    lines = [line(product, 1, position) for position in range(1, 4)]

    totals = priced(customer, *lines, ship_to=AddressFactory(customer=customer, country="DE"))

    assert {each.tax_code for each in lines} == {"DE-19"}
    assert totals.tax_amount == Decimal("0.02")  # 19 % of 0.09; three times 0.01 would be too much
    assert totals.total_amount == Decimal("0.11")


def test_an_exempt_customer_bears_no_tax_and_a_registered_one_accounts_for_it(company):
    TaxRuleFactory(company=company, code="FR-20", country="FR", rate="20")
    TaxRuleFactory(company=company, code="FR-RC", country="FR", rate="0", category="AE")
    product = ProductFactory(company=company, list_price=Decimal("100"))
    codes = []
    for fields in ({"tax_exempt": True}, {"tax_registration": "FR123"}, {}):
        customer = CustomerFactory(company=company, **fields)
        item = line(product, 1)
        priced(customer, item, ship_to=AddressFactory(customer=customer, country="FR"))
        codes.append((item.tax_code, item.tax_amount))

    assert codes == [("EXEMPT", Decimal("0.00")), ("FR-RC", Decimal("0.00")), ("FR-20", Decimal("20.00"))]


def test_a_new_company_finds_a_tax_rule_for_every_country(company, customer):
    item = line(ProductFactory(company=company), 1)

    priced(customer, item, ship_to=AddressFactory(customer=customer, country="NZ"))

    assert item.tax_code == "NO-TAX"
    assert TaxRule.objects.filter(company=company).count() == 2


def test_order_lines_are_priced_by_what_was_ordered_and_drafts_by_what_was_typed(company, customer):
    product = ProductFactory(company=company, list_price=Decimal("2"))
    stored = OrderLine(position=1, product=product, ordered=Decimal(5), typed_quantity=Decimal(1))
    typed = OrderLine(position=2, product=product, typed_quantity=Decimal(3), unit_factor=Decimal(12))

    priced(customer, stored, typed)

    assert (stored.net_amount, typed.net_amount) == (Decimal("10.00"), Decimal("72.00"))


@pytest.mark.parametrize("loaded", [True, False])
def test_the_number_of_queries_does_not_grow_with_the_lines(company, customer, loaded, django_assert_num_queries):
    products = ProductFactory.create_batch(40, company=company)
    lines = [
        line(product, 1, position)
        if loaded
        else QuoteLine(position=position, product_id=product.pk, quantity=Decimal(1))
        for position, product in enumerate(products, start=1)
    ]
    document = quote_for(customer)
    cost_basis(company.pk)  # settings are read once a minute

    for count in (1, 40):
        with django_assert_num_queries(2 if loaded else 3):
            priced(customer, *lines[:count], document=document)
        if not loaded:
            lines = [
                QuoteLine(position=each.position, product_id=each.product_id, quantity=Decimal(1)) for each in lines
            ]


def oracle(
    lists: list[PriceList], breaks: list[PriceBreak], customer: Any, product: Any, quantity: Decimal, on: date
) -> Decimal | None:
    """Brute force over all rows, written without looking at the rules: rank every row, take the first."""
    rank = ["contract", "group_contract", "promotion", "customer", "segment", "base"]
    by_id = {found.pk: found for found in lists}
    candidates = []
    for row in breaks:
        of = by_id[row.price_list_id]
        if row.product_id != product.pk or row.replaced_at or not of.is_active or of.currency != customer.currency:
            continue
        if of.customer_id not in (None, customer.pk) or of.price_group not in ("", customer.price_group):
            continue
        if of.customer_class not in ("", customer.customer_class) or row.min_quantity > quantity:
            continue
        starts = [day for day in (of.valid_from, row.valid_from) if day]
        ends = [day for day in (of.valid_to, row.valid_to) if day]
        if any(day > on for day in starts) or any(day < on for day in ends):
            continue
        start = max(starts).toordinal() if starts else 0
        candidates.append((rank.index(of.kind), -row.min_quantity, -start, row.pk, row.unit_price))
    return Decimal(str(min(candidates)[-1])) if candidates else product.list_price


@pytest.mark.slow
def test_random_look_ups_equal_a_brute_force_oracle(company):
    dice = random.Random(4)
    days = [None, *(DAY + timedelta(n) for n in (-40, -20, -5, 0, 5, 20, 40))]
    customers = [
        CustomerFactory(company=company, price_group=dice.choice(["", "g1", "g2"]), customer_class=dice.choice("ABC"),
                        currency=dice.choice(["USD", "EUR"]))
        for _ in range(6)
    ]  # fmt: skip
    products = [
        ProductFactory(company=company, list_price=dice.choice([None, Decimal(dice.randint(1, 99))])) for _ in range(8)
    ]
    lists = []
    for n in range(40):
        kind = dice.choice(["contract", "group_contract", "promotion", "customer", "segment", "base"])
        group = dice.choice(["g1", "g2"])
        target: dict[str, Any] = {
            "contract": {"customer": dice.choice(customers)},
            "customer": {"customer": dice.choice(customers)},
            "group_contract": {"price_group": group},
            "segment": dice.choice([{"customer_class": dice.choice("ABC")}, {"price_group": group}]),
            "promotion": dice.choice([{}, {"price_group": group}, {"customer_class": "A"}]),
            "base": {},
        }[kind]
        lists.append(
            PriceListFactory(company=company, kind=kind, currency=dice.choice(["USD", "USD", "EUR"]),
                             valid_from=dice.choice(days), valid_to=dice.choice([None, None, DAY + timedelta(n)]),
                             is_active=dice.random() > 0.1, **target)
        )  # fmt: skip
    seen, rows = set(), []
    for _ in range(900):
        row = PriceBreak(
            price_list=dice.choice(lists),
            product=dice.choice(products),
            min_quantity=Decimal(dice.choice([1, 2, 5, 10, 50])),
            unit_price=Decimal(dice.randint(1, 10_000)) / 100,
            valid_from=dice.choice(days),
            valid_to=dice.choice([None, DAY + timedelta(dice.randint(-9, 40))]),
            created_at=clock.now(),
            replaced_at=clock.now() if dice.random() < 0.1 else None,
        )
        key = (row.price_list_id, row.product_id, row.min_quantity, row.valid_from)
        if key not in seen:
            seen.add(key)
            rows.append(row)
    PriceBreak.objects.bulk_create(rows)

    compared = 0
    for _ in range(80):
        customer, on = dice.choice(customers), DAY + timedelta(dice.randint(-45, 45))
        asked = [(product, Decimal(dice.choice(["0.5", "1", "4", "9.999999", "10", "60"]))) for product in products * 7]
        wanted = [oracle(lists, rows, customer, product, quantity, on) for product, quantity in asked]
        lines = [line(product, quantity, n) for n, (product, quantity) in enumerate(asked)]
        answered = [each for each, price in zip(lines, wanted, strict=True) if price is not None]
        priced(customer, *answered, on=on, document=quote_for(customer))
        compared += len(asked)
        assert [each.unit_price for each in answered] == [price for price in wanted if price is not None]
        assert all(sum(Decimal(step["amount"]) for step in each.price_steps) == each.unit_price for each in answered)
        for each, price in zip(lines, wanted, strict=True):
            if price is None:
                with pytest.raises(NoPrice):
                    priced(customer, each, on=on)
                break
    assert compared >= 4000


def test_a_look_up_answers_like_the_line_would(company, customer):
    product, nothing = ProductFactory(company=company), ProductFactory(company=company, list_price=None)
    foreign = ProductFactory()
    PriceBreakFactory(price_list=PriceListFactory(company=company), product=product, min_quantity=5, unit_price="4")

    found = price_of(
        company_id=company.pk,
        customer=customer,
        quantities={product.pk: Decimal(5), nothing.pk: Decimal(1), foreign.pk: Decimal(1)},
        currency="USD",
        currency_rate=Decimal(1),
        on=DAY,
    )

    assert {pk: price.unit_price for pk, price in found.items()} == {product.pk: Decimal("4.0000")}


def test_who_typed_a_price_stands_on_its_step(company, customer):
    actor = make_actor(company, "pricing")
    item = line(ProductFactory(company=company), 1)

    priced(customer, item, manual={1: Decimal("9")}, actor=actor)

    assert item.price_steps[-1]["author"] == actor.name
    assert item.price_steps[-1]["on"] == DAY.isoformat()
