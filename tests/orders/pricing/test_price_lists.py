"""Price lists are sound when saved, and every price ever given stays readable."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from omc.lib import clock
from omc.lib.errors import DomainError, InvalidInput, NotFound, PermissionRefused
from orders.core.models import Change
from orders.core.reference import load_reference
from orders.pricing import services
from orders.pricing.models import PriceBreak, PriceList, TaxRule
from orders.pricing.services import BadLadder, BreakInput
from tests.factories import CustomerFactory, ProductFactory, make_actor, make_company
from tests.orders.pricing.factories import PriceListFactory, TaxRuleFactory

pytestmark = pytest.mark.django_db


class Scene:
    def __init__(self) -> None:
        self.company = make_company()
        self.pricing = make_actor(self.company, "pricing")
        self.list = PriceListFactory(company=self.company)
        self.product = ProductFactory(company=self.company, sku="BOLT")

    def set(self, *rows: BreakInput, **more: Any) -> int:
        return services.set_breaks(**{"list_id": self.list.pk, "rows": rows, "actor": self.pricing} | more)

    def current(self) -> list[tuple[str, str]]:
        rows = PriceBreak.objects.filter(replaced_at=None).order_by("product__sku", "min_quantity", "valid_from")
        return [(f"{row.min_quantity.normalize():f}", str(row.unit_price)) for row in rows]


def row(least: object, price: object, sku: str = "BOLT", **days: Any) -> BreakInput:
    return BreakInput(sku=sku, min_quantity=Decimal(str(least)), unit_price=Decimal(str(price)), **days)


@pytest.fixture
def scene():
    return Scene()


def test_setting_a_ladder_replaces_it_and_keeps_what_it_was(scene):
    scene.set(row(1, 10), row(10, 9))
    kept = PriceBreak.objects.get(min_quantity=1)

    written = scene.set(row(1, "10.0000"), row(10, "8.5"), row(100, 8))

    assert written == 2
    assert scene.current() == [("1", "10.0000"), ("10", "8.5000"), ("100", "8.0000")]
    assert PriceBreak.objects.get(min_quantity=1) == kept
    old = PriceBreak.objects.get(unit_price=9)
    assert (old.replaced_by_id, old.author_id) == (scene.pricing.user_id, scene.pricing.user_id)
    assert old.replaced_at is not None


def test_other_items_of_the_list_stay_and_a_named_item_without_rows_leaves_it(scene):
    ProductFactory(company=scene.company, sku="NUT")
    scene.set(row(1, 10), row(1, 3, sku="NUT"))

    scene.set(also=["BOLT"])

    assert scene.current() == [("1", "3.0000")]


def test_more_units_may_never_cost_more_and_nothing_is_saved_then(scene):
    scene.set(row(1, 10))

    with pytest.raises(BadLadder, match="From 100 the price would rise to 440") as refusal:
        scene.set(row(1, "39.99"), row(100, 440))

    assert refusal.value.problems == [
        {"row": 2, "sku": "BOLT", "message": "From 100 the price would rise to 440.0000: from 1 it is 39.9900."}
    ]
    assert scene.current() == [("1", "10.0000")]
    assert PriceBreak.objects.count() == 1


def test_rows_for_the_same_quantity_may_not_overlap_in_time(scene):
    spring = row(1, 10, valid_to=date(2026, 5, 31))
    summer = row(1, 11, valid_from=date(2026, 6, 1))

    assert scene.set(spring, summer) == 2
    with pytest.raises(BadLadder, match="another price from 1"):
        scene.set(spring, summer, row(1, 9, valid_from=date(2026, 5, 1), valid_to=date(2026, 5, 2)))


def test_an_item_nobody_knows_and_one_of_another_company_are_named(scene):
    ProductFactory(sku="THEIRS")

    with pytest.raises(BadLadder) as refusal:
        scene.set(row(1, 10), row(1, 1, sku="THEIRS"), row(1, 1, sku="NOBODY"))

    assert [(each["row"], each["sku"]) for each in refusal.value.problems] == [(2, "THEIRS"), (3, "NOBODY")]
    assert not PriceBreak.objects.exists()


def test_the_statements_of_a_ladder_do_not_grow_with_its_rows(scene):
    for n in range(30):
        ProductFactory(company=scene.company, sku=f"P{n}")
    counts = []
    for many in (1, 30):
        with CaptureQueriesContext(connection) as captured:
            scene.set(*[row(1, 5, sku=f"P{n}") for n in range(many)])
        counts.append(len(captured))

    assert counts[0] == counts[1] <= 8


def test_who_may_not_edit_prices_changes_nothing_at_any_verb(scene):
    csr = make_actor(scene.company, "csr")

    for verb, more in (
        (services.set_breaks, {"list_id": scene.list.pk, "rows": [row(1, 1)]}),
        (services.create_price_list, {"code": "X", "name": "X", "kind": "base", "currency": "USD"}),
        (services.set_rate, {"currency": "EUR", "day": date(2026, 1, 1), "rate": Decimal(1)}),
    ):
        with pytest.raises(PermissionRefused):
            verb(actor=csr, **more)
    assert not PriceBreak.objects.exists()
    assert PriceList.objects.filter(company=scene.company).count() == 1


def test_the_list_of_another_company_is_not_found(scene):
    with pytest.raises(NotFound):
        scene.set(row(1, 1), list_id=PriceListFactory().pk)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "contract"}, "customer_id"),
        ({"kind": "group_contract"}, "price_group"),
        ({"kind": "segment"}, "customer_class"),
        ({"kind": "base", "price_group": "g"}, "kind"),
        ({"kind": "gift"}, "kind"),
        ({"code": ""}, "code"),
        ({"valid_from": date(2026, 2, 2), "valid_to": date(2026, 2, 1)}, "valid_to"),
    ],
)
def test_a_list_says_whom_it_is_for(scene, fields, field):
    with pytest.raises(DomainError) as refusal:
        services.create_price_list(
            **{"code": "NEW", "name": "", "kind": "base", "currency": "USD", "actor": scene.pricing} | fields
        )

    assert refusal.value.field == field
    assert PriceList.objects.filter(company=scene.company).count() == 1


def test_the_database_refuses_a_contract_without_a_customer_whoever_writes_it(scene):
    with pytest.raises(IntegrityError), transaction.atomic():
        PriceListFactory(company=scene.company, kind="contract")


def test_changing_a_list_keeps_what_it_was(scene):
    services.change_price_list(
        list_id=scene.list.pk, name="Autumn", valid_from=None, valid_to=date(2026, 12, 31), is_active=True,
        actor=scene.pricing,
    )  # fmt: skip

    change = Change.objects.get(table="pricelist", row_id=scene.list.pk)
    assert change.after == {"name": "Autumn", "valid_to": "2026-12-31"}
    assert change.user_id == scene.pricing.user_id


def tax(scene: Scene, **fields: Any) -> TaxRule:
    given = {
        "code": "de-19", "name": "Germany", "country": "de", "region": "", "tax_class": "", "category": "S",
        "rate": Decimal(19), "valid_from": None, "is_active": True, "actor": scene.pricing,
    }  # fmt: skip
    return services.save_tax_rule(**given | fields)


def test_a_tax_rule_is_added_and_changed_with_its_history(scene):
    rule = tax(scene)
    assert (rule.code, rule.country, rule.tax_class) == ("DE-19", "DE", "standard")

    tax(scene, rule_id=rule.pk, rate=Decimal(16))

    assert Change.objects.get(table="taxrule").before == {"rate": "19.0000"}
    with pytest.raises(InvalidInput, match="already"):
        tax(scene)
    with pytest.raises(InvalidInput, match="Only the standard category"):
        tax(scene, category="Z", country="FR")
    with pytest.raises(InvalidInput, match="A region belongs"):
        tax(scene, country="", region="Bavaria")


def test_the_rule_for_everywhere_else_cannot_be_taken_out(scene):
    last = TaxRule.objects.get(company=scene.company, country="")

    for change in ({"is_active": False}, {"country": "DE"}, {"category": "AE", "rate": Decimal(0)}):
        with pytest.raises(InvalidInput, match="has to stay"):
            tax(scene, **{"rule_id": last.pk, "country": "", "rate": Decimal(0), "category": "Z"} | change)

    tax(scene, rule_id=last.pk, country="", rate=Decimal(5))
    load_reference()
    assert list(TaxRule.objects.filter(company=scene.company, country="").values_list("rate", flat=True)) == [5]


def test_the_tax_rule_of_another_company_is_not_found(scene):
    with pytest.raises(NotFound):
        tax(scene, rule_id=TaxRuleFactory(company=make_company()).pk)


def test_rates_are_entered_by_day_and_refused_when_senseless(scene):
    with clock.stopped_at(datetime(2026, 11, 23, tzinfo=UTC)):
        rate = services.set_rate(currency="eur", day=date(2026, 11, 1), rate=Decimal("1.1"), actor=scene.pricing)
    again = services.set_rate(currency="EUR", day=date(2026, 11, 1), rate=Decimal("1.2"), actor=scene.pricing)

    assert (rate.pk, again.currency) == (again.pk, "EUR")
    for fields in ({"currency": "USD"}, {"currency": "E1"}, {"rate": Decimal(0)}):
        with pytest.raises(InvalidInput):
            services.set_rate(
                **{"currency": "GBP", "day": date(2026, 11, 1), "rate": Decimal(1), "actor": scene.pricing} | fields
            )


def test_a_customer_of_another_company_gets_no_contract_here(scene):
    with pytest.raises(NotFound):
        services.create_price_list(
            code="C", name="C", kind="contract", currency="USD", customer_id=CustomerFactory().pk, actor=scene.pricing
        )
