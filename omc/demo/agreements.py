"""What was agreed beside the list: a guild's contract, a class's packs, a promotion, next year's version of a contract."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal as D

from omc.demo import catalog
from omc.lib.actor import Actor
from omc.lib.money import round_price
from orders.core.models import Company, Customer, Product
from orders.core.services.companies import change_setting
from orders.pricing import services
from orders.pricing.models import PriceList
from orders.pricing.services import BreakInput

GUILD = "guild"
GUILD_ITEMS = range(16, 24)
GUILD_TERMS = ((1, "4"), (20, "9"), (100, "14"))  # percent off the list price, from how many on
PROMOTED = (17, 18, 20)
NEW_YEAR_RISE = D("2.5")
SERVICE_RATES = {
    "pricing.serve_order": "6.50", "pricing.serve_line": "0.40", "pricing.serve_pick": "0.95",
    "pricing.serve_shipment": "7.80", "pricing.serve_rush": "12", "pricing.serve_freight_kg": "0.35",
    "pricing.serve_money_percent": "6", "pricing.serve_source": "the demo company's own time study",
}  # fmt: skip


def agree(company: Company, goods: Sequence[Product], buyers: Sequence[Customer], first: date, actor: Actor) -> None:
    """Make the agreements of the demo as of its first day."""
    _guild(company, goods, buyers, first, actor)
    _boxes(goods, first, actor)
    _promotion(goods, first, actor)
    deal = PriceList.objects.get(company=company, code=f"{catalog.buyers()[0].code}-CONTRACT")
    services.write_next_version(
        list_id=deal.pk, valid_from=date(first.year + 1, 1, 1), change_percent=NEW_YEAR_RISE, actor=actor
    )


def rate_service(actor: Actor) -> None:
    """What serving an order costs at the demo company, as its warehouse measured it."""
    for key, value in SERVICE_RATES.items():
        change_setting(key=key, value=value, actor=actor)


def _guild(company: Company, goods: Sequence[Product], buyers: Sequence[Customer], first: date, actor: Actor) -> None:
    """Members of a guild have percentages of their own; their quantities count over the whole order."""
    members = [buyer.pk for row, buyer in zip(catalog.buyers(), buyers, strict=True) if row.n % 9 == 7]
    Customer.objects.filter(company=company, pk__in=members).update(price_group=GUILD)
    made = services.create_price_list(
        code="GUILD", name="Plumbers' guild", kind="group_contract", currency="USD", price_group=GUILD,
        valid_from=first - timedelta(days=21), reference="PG-118", pools_quantity=True, actor=actor,
    )  # fmt: skip
    rows = [
        BreakInput(sku=goods[n].sku, min_quantity=D(least), percent=D(percent), break_group="valves and meters")
        for n in GUILD_ITEMS
        for least, percent in GUILD_TERMS
    ]
    services.set_breaks(list_id=made.pk, rows=rows, actor=actor)


def _boxes(goods: Sequence[Product], first: date, actor: Actor) -> None:
    """The best customers pay less for fittings by the box."""
    made = services.create_price_list(
        code="CLASS-A", name="Fittings by the box, class A", kind="segment", currency="USD", customer_class="A",
        valid_from=first - timedelta(days=14), actor=actor,
    )  # fmt: skip
    rows = [
        BreakInput(
            sku=goods[n].sku, min_quantity=D(1), unit="box", unit_price=_listed(goods[n]) * D("0.85") * catalog.BOX
        )
        for n in catalog.BOXED
    ]
    services.set_breaks(list_id=made.pk, rows=rows, actor=actor)


def _promotion(goods: Sequence[Product], first: date, actor: Actor) -> None:
    """For everybody, and for those with a contract where it is lower."""
    made = services.create_price_list(
        code="WARM-HOUSE", name="Warm house weeks", kind="promotion", currency="USD", best_of=True,
        valid_from=first - timedelta(days=7), valid_to=first + timedelta(days=45), actor=actor,
    )  # fmt: skip
    rows = [
        BreakInput(sku=goods[n].sku, min_quantity=D(least), unit_price=round_price(_listed(goods[n]) * D(share)))
        for n in PROMOTED
        for least, share in ((5, "0.93"), (50, "0.85"))
    ]
    services.set_breaks(list_id=made.pk, rows=rows, actor=actor)


def _listed(item: Product) -> D:
    return item.list_price or D(0)
