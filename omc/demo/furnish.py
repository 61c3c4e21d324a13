"""Master data of the demo, written set by set: items, customers, suppliers, prices and costs with their history, stock."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal as D

from omc.demo import catalog
from omc.demo.chance import source
from omc.history.copying import add_all
from omc.lib import clock
from omc.lib.money import round_price
from orders.core.models import (
    Address,
    Category,
    Company,
    Contact,
    Customer,
    KitComponent,
    LineKind,
    PaymentTerms,
    Product,
    ProductAlias,
    ProductUnit,
    ShipRule,
    Supplier,
    SupplierItem,
    Warehouse,
)
from orders.core.services.parties import findable
from orders.core.services.search import Findable, index
from orders.pricing.models import PriceList, TaxRule

SHELF = (400, 1500)  # what lies in each warehouse, from and to


def items(company: Company, at: datetime) -> tuple[list[Product], Product, Product, Product]:
    """A thousand goods, and a kit, a service and the freight charge."""
    names = sorted({row.category for row in catalog.items()})
    categories = {
        name: Category.objects.create(company=company, code=name.upper(), name=name.capitalize()) for name in names
    }
    goods = Product.objects.bulk_create(
        Product(
            company=company, sku=row.sku, name=row.name, category=categories[row.category], stock_unit=row.unit,
            barcode=f"4{row.n:012d}" if row.n >= len(catalog.GOODS) else f"400000000{100 + row.n}", weight_kg=D("0.5"),
            lead_time_days=row.lead_days, list_price=row.price, standard_cost=row.cost, average_cost=row.cost,
            last_cost=row.cost, replacement_cost=row.cost if row.is_copper else None,
            created_at=clock.now() - timedelta(days=260) if row.shape == "new" else at,
        )
        for row in catalog.items()
    )  # fmt: skip
    kit = Product.objects.create(
        company=company, sku="KIT-PUMP", name="Pump station kit", kind=LineKind.KIT, list_price=D("255.00"),
        standard_cost=D("160.00"), created_at=at,
    )  # fmt: skip
    KitComponent.objects.bulk_create(
        KitComponent(kit=kit, product=goods[n], quantity=D(q)) for n, q in ((10, 1), (12, 1), (5, 2))
    )
    service = Product.objects.create(
        company=company, sku="SRV-INSTALL", name="Installation, per hour", kind=LineKind.SERVICE, stock_unit="h",
        list_price=D("85.00"), standard_cost=D("52.00"), created_at=at,
    )  # fmt: skip
    freight = Product.objects.create(
        company=company, sku="FREIGHT", name="Freight", kind=LineKind.CHARGE, list_price=D("15.00"),
        standard_cost=D("11.50"), created_at=at,
    )  # fmt: skip
    ProductUnit.objects.bulk_create(
        ProductUnit(product=goods[n], unit="box", factor=catalog.BOX) for n in catalog.BOXED
    )
    ProductAlias.objects.create(company=company, product=goods[0], alias="CU15")
    return goods, kit, service, freight


def suppliers(company: Company, goods: Sequence[Product]) -> list[Supplier]:
    made = [
        Supplier.objects.create(company=company, code=code, name=name, lead_time_days=days)
        for code, name, days in catalog.SUPPLIERS
    ]
    SupplierItem.objects.bulk_create(
        SupplierItem(supplier=made[row.supplier], product=item, unit_price=row.cost)
        for row, item in zip(catalog.items(), goods, strict=True)
    )
    return made


def customers(company: Company, warehouses: Sequence[Warehouse], at: datetime) -> list[Customer]:
    terms = [
        PaymentTerms.objects.create(company=company, code="NET30", name="30 days net", net_days=30),
        PaymentTerms.objects.create(company=company, code="NET10", name="10 days net", net_days=10),
        PaymentTerms.objects.create(company=company, code="PREPAID", name="Prepaid", net_days=0, prepaid=True),
    ]
    now = clock.now()
    made = Customer.objects.bulk_create(
        Customer(
            company=company, code=row.code, name=row.name, customer_class=row.grade,
            credit_limit=D("900") if row.n == catalog.SMALL_CREDIT else D("60000"), terms=terms[row.terms],
            ship_rule=ShipRule.SHIP_COMPLETE_ORDER if row.n % 9 == 8 else ShipRule.BACK_ORDER,
            default_warehouse=warehouses[row.n % 2], po_required=row.needs_po, wanted_lead_time_days=3 + row.n % 5,
            created_at=at if row.first_day is None else now - timedelta(days=row.first_day),
        )
        for row in catalog.buyers()
    )  # fmt: skip
    addresses, contacts = [], []
    for row, customer in zip(catalog.buyers(), made, strict=True):
        rng = source("address", row.n)
        city, region, postal = row.place
        for use, main in (("both", True), ("ship", False)):
            if main or row.n % 3 == 0:
                addresses.append(
                    Address(
                        customer=customer, use=use, name=row.name if main else f"{row.name} – yard", region=region,
                        is_default=main, street=f"{rng.randint(1, 99)} Main Street", postal_code=postal, city=city,
                    )
                )  # fmt: skip
        mailbox = row.name.lower().replace(" ", "-")
        contacts.append(
            Contact(
                customer=customer, name=f"Buyer at {row.name}", email=f"buying@{mailbox}.example",
                phone=f"+1 555 {row.n // 100 + 1:02d}{row.n % 100:02d}", role="Buyer", is_primary=True,
            )
        )  # fmt: skip
    Address.objects.bulk_create(addresses)
    Contact.objects.bulk_create(contacts)
    return made


def prices(
    company: Company, goods: Sequence[Product], buyers: Sequence[Customer], author_id: int | None, first: date
) -> None:
    """List prices with breaks, new every January, and the contracts of those who have one."""
    now = clock.now()
    base = PriceList.objects.create(
        company=company,
        code="BASE",
        name="List prices",
        kind="base",
        currency="USD",
        author_id=author_id,
        created_at=now,
    )
    years = range(first.year - 3, first.year + 1)
    spans = [
        (
            date(year, 1, 1) if year > years[0] else None,
            date(year, 12, 31) if year < first.year else None,
            date(year, 12, 31),
        )
        for year in years
    ]
    rows = [
        _break(
            base.pk,
            item.pk,
            quantity,
            round_price(catalog.price_on(row, day, first) * share),
            start,
            end,
            author_id,
            now,
        )
        for row, item in zip(catalog.items(), goods, strict=True)
        for start, end, day in spans
        for quantity, share in catalog.LADDER
    ]
    for row, customer in zip(catalog.buyers(), buyers, strict=True):
        if row.contract:
            contract = PriceList.objects.create(
                company=company, code=f"{row.code}-CONTRACT", name=f"Contract {row.name}", kind="contract",
                currency="USD", customer=customer, author_id=author_id, created_at=now,
            )  # fmt: skip
            rows += [
                _break(
                    contract.pk, goods[n].pk, D(1),
                    round_price(catalog.price_on(catalog.items()[n], day, first) * catalog.CONTRACT_SHARE),
                    start, end, author_id, now,
                )
                for n in dict.fromkeys(row.contract)
                for start, end, day in spans
            ]  # fmt: skip
    add_all("orders_pricing_pricebreak", rows)
    region, code, rate = catalog.TAXED_REGION
    TaxRule.objects.get_or_create(
        company=company, country="US", region=region, tax_class="standard", valid_from=None,
        defaults={"code": code, "name": "Massachusetts sales tax", "rate": rate},
    )  # fmt: skip


def _break(
    list_id: int, product_id: int, quantity: D, price: D, start: date | None, end: date | None, author: int | None,
    at: datetime,
) -> dict[str, object]:  # fmt: skip
    return {
        "price_list_id": list_id, "product_id": product_id, "min_quantity": quantity, "unit_price": price,
        "valid_from": start, "valid_to": end, "author_id": author, "created_at": at, "replaced_by_id": None,
        "replaced_at": None,
    }  # fmt: skip


def costs(company: Company, goods: Sequence[Product], author_id: int | None, first: date) -> None:
    """Each change of a standard cost: every January, and for copper on the day the metal rose, as its supplier asks since."""
    rows = []
    rise = first - timedelta(days=catalog.COPPER_DAYS_AGO)
    for row, item in zip(catalog.items(), goods, strict=True):
        days = [(date(first.year - back, 1, 1), "New year's costs") for back in (2, 1, 0)]
        if row.is_copper:
            days = sorted([*days, (rise, "Copper +14 %")])
        for day, reason in days:
            before = catalog.cost_on(row, day - timedelta(days=1), first)
            after = catalog.cost_on(row, day, first)
            kinds = ("standard", "replacement") if day == rise and row.is_copper else ("standard",)
            rows += [
                {
                    "product_id": item.pk, "kind": kind, "before": before, "after": after,
                    "at": f"{day} 06:00+00", "changed_by_id": author_id, "reason": reason,
                }
                for kind in kinds
                if before != after
            ]  # fmt: skip
    add_all("orders_productcost", rows)


def stock(company: Company, warehouses: Sequence[Warehouse], goods: Sequence[Product], at: datetime) -> None:
    """One opening movement per item and warehouse, and the level that it makes."""
    levels, moves = [], []
    for n, item in enumerate(goods):
        rng = source("shelf", n)
        for house in warehouses:
            quantity = D(rng.randint(*SHELF))
            here = {"company_id": company.pk, "product_id": item.pk, "warehouse_id": house.pk}
            if n == catalog.SCARCE:
                quantity = D(0)
            levels.append(
                here | {
                    "on_hand": quantity, "allocated": D(0), "unavailable": D(0), "reorder_point": None,
                    "reorder_quantity": None,
                }
            )  # fmt: skip
            if quantity:
                moves.append(
                    here | {
                        "kind": "opening", "quantity": quantity, "unit_cost": item.standard_cost, "at": at,
                        "reference": "opening", "reason": "", "origin": "live", "order_line_id": None, "user_id": None,
                    }
                )  # fmt: skip
    add_all("planning_stocklevel", levels)
    add_all("planning_stockmovement", moves)


def findables(company: Company, buyers: Sequence[Customer], products: Sequence[Product]) -> None:
    index(company.pk, [findable(customer) for customer in buyers])
    index(
        company.pk,
        [
            Findable(
                "item", item.pk, item.sku, f"/products/{item.pk}/", [item.name, item.barcode], "orders.view_order", 4
            )
            for item in products
        ],
    )
