"""Who and what the demo company is: people, customers, items, prices, suppliers."""

import random
from dataclasses import dataclass
from datetime import time, timedelta
from decimal import Decimal as D

from django.contrib.auth.hashers import make_password

from omc.accounts.models import User
from omc.lib import clock
from omc.lib.actor import Actor, system
from omc.lib.money import round_price
from orders.core.actors import actor_for
from orders.core.models import (
    Address,
    Category,
    Company,
    Contact,
    Customer,
    Department,
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
from orders.core.services.companies import open_company, set_membership
from orders.core.services.parties import findable
from orders.core.services.search import Findable, index
from orders.pricing import services as pricing
from orders.pricing.models import TaxRule
from orders.pricing.services import BreakInput
from planning import services as planning
from planning.models import CapacityDay, CarrierService, TransitTime

CODE = "harbor"
PASSWORD = "harbor-demo"  # noqa: S105  printed on purpose; the demo has no secrets
PEOPLE = (  # user name, full name, roles, department
    ("clara", "Clara Diaz", ["csr"], "desk"),
    ("leo", "Leo Brandt", ["csr_lead"], "desk"),
    ("sally", "Sally Moreau", ["sales"], "sales"),
    ("priya", "Priya Nair", ["pricing"], "sales"),
    ("carl", "Carl Wendt", ["credit"], "finance"),
    ("paula", "Paula Okafor", ["planner"], "planning"),
    ("prod", "Pete Olsen", ["production"], "planning"),
    ("otto", "Otto Kranz", ["ops"], "ops"),
    ("wanda", "Wanda Lee", ["warehouse"], "warehouse"),
    ("bill", "Bill Archer", ["billing"], "finance"),
    ("sven", "Sven Holm", ["service"], "service"),
    ("erin", "Erin Walsh", ["exec"], "sales"),
    ("ada", "Ada Park", ["admin"], "desk"),
    ("adam", "Adam Reyes", ["admin"], "ops"),
)
PLACES = (
    ("Boston", "MA", "02110"), ("Albany", "NY", "12207"), ("Hartford", "CT", "06103"), ("Newark", "NJ", "07102"),
    ("Buffalo", "NY", "14202"), ("Portland", "ME", "04101"), ("Scranton", "PA", "18503"), ("Concord", "NH", "03301"),
)  # fmt: skip
WAREHOUSES = (("EAST", "East warehouse", "Boston", "02210"), ("WEST", "West warehouse", "Albany", "12207"))
NAMES = (
    "Atlas Pumps", "Beacon Marine", "Cobalt Electric", "Dunmore Builders", "Eastgate Hydraulics", "Fairview Hospital",
    "Granite State Mills", "Hudson Ferries", "Ironworks 7", "Juniper Schools", "Kestrel Robotics", "Lakeside Dairy",
    "Mercer Brewing", "Northwind Rentals", "Orchard Foods", "Pinnacle HVAC", "Quarry Stoneworks", "Riverbend Transit",
    "Summit Elevators", "Tidewater Shipyard",
)  # fmt: skip
GOODS = (
    ("Copper pipe 15 mm", "pipe", "m", "8.40", "5.10"), ("Copper pipe 22 mm", "pipe", "m", "12.90", "8.05"),
    ("Elbow 15 mm", "fittings", "pc", "1.85", "0.95"), ("Elbow 22 mm", "fittings", "pc", "2.60", "1.30"),
    ("Tee 15 mm", "fittings", "pc", "2.20", "1.10"), ("Ball valve 1/2 in", "valves", "pc", "14.50", "8.20"),
    ("Ball valve 3/4 in", "valves", "pc", "18.90", "10.75"), ("Gate valve 2 in", "valves", "pc", "64.00", "41.00"),
    ("Pressure gauge 0-10 bar", "gauges", "pc", "23.50", "13.40"), ("Thermometer 120 C", "gauges", "pc", "19.90", "11.20"),
    ("Circulation pump 40 W", "pumps", "pc", "189.00", "128.00"), ("Circulation pump 90 W", "pumps", "pc", "279.00", "195.00"),
    ("Pump seal kit", "spares", "pc", "34.00", "17.50"), ("Flange DN50", "fittings", "pc", "21.40", "12.10"),
    ("Gasket DN50", "spares", "pc", "1.95", "0.60"), ("Hex bolt M12 (box of 50)", "spares", "pc", "16.80", "8.90"),
    ("PTFE tape", "spares", "pc", "0.95", "0.32"), ("Pipe insulation 15 mm", "pipe", "m", "2.10", "1.05"),
    ("Expansion vessel 18 l", "pumps", "pc", "74.00", "47.50"), ("Safety valve 3 bar", "valves", "pc", "28.90", "15.80"),
    ("Float switch", "gauges", "pc", "31.00", "18.20"), ("Strainer 3/4 in", "valves", "pc", "17.20", "9.60"),
    ("Flow meter 1 in", "gauges", "pc", "142.00", "96.00"), ("Actuator 24 V", "valves", "pc", "118.00", "79.00"),
)  # fmt: skip


@dataclass
class House:
    """The company and everybody in it, ready to act."""

    company: Company
    actors: dict[str, Actor]
    customers: list[Customer]
    goods: list[Product]
    kit: Product
    service: Product
    freight: Product
    warehouses: list[Warehouse]
    suppliers: list[Supplier]
    carrier: CarrierService

    def __getitem__(self, role: str) -> Actor:
        return self.actors[role]


def build(rng: random.Random) -> House:
    """Open the demo company with people, master data, prices and stock, as of the clock."""
    company = open_company(
        code=CODE,
        name="Harbor Supply Co.",
        street="7 Harbor Way",
        postal_code="02210",
        city="Boston",
        tax_id="04-1234567",
        bank_name="First Harbor Bank",
        bank_account="US00 0110 0015 4321",
        email="orders@harbor.example",
        phone="+1 617 555 0100",
        currency="USD",
        time_zone="America/New_York",
        is_demo=True,
        held_by="seed",
    )
    actors = _people(company)
    warehouses = [
        Warehouse.objects.create(
            company=company, code=code, name=name, city=city, postal_code=postal, street="1 Dock Road",
            calendar=company.calendar, is_default=code == "EAST", cut_off=time(15),
        )
        for code, name, city, postal in WAREHOUSES
    ]  # fmt: skip
    carrier = CarrierService.objects.create(company=company, code="GROUND", name="Ground", cut_off=time(16))
    TransitTime.objects.bulk_create(
        TransitTime(service=carrier, warehouse=house, country="US", days=2) for house in warehouses
    )
    today = clock.today(company.time_zone)
    CapacityDay.objects.bulk_create(
        CapacityDay(company=company, warehouse=house, day=day, minutes=480, overtime_minutes=60)
        for house in warehouses
        for day in (today + timedelta(days=n) for n in range(240))
        if day.isoweekday() < 6
    )
    goods, kit, service, freight = _items(company)
    suppliers = _suppliers(company, goods)
    customers = _customers(company, warehouses, rng)
    _prices(company, goods, customers, actors["pricing"])
    _stock(company, warehouses, goods, rng)
    _findables(company, customers, [*goods, kit, service, freight])
    return House(company, actors, customers, goods, kit, service, freight, warehouses, suppliers, carrier)


def _people(company: Company) -> dict[str, Actor]:
    hashed = make_password(PASSWORD)
    actors: dict[str, Actor] = {}
    for username, full_name, roles, department in PEOPLE:
        user, _made = User.objects.update_or_create(
            username=username,
            defaults={
                "full_name": full_name,
                "email": f"{username}@harbor.example",
                "password": hashed,
                "time_zone": company.time_zone,
                "is_staff": "admin" in roles,
            },
        )
        set_membership(company_id=company.pk, user_id=user.pk, roles=roles, department_code=department, is_default=True)
        Department.objects.filter(company=company, code=department, lead=None).update(lead=user)
        actors.setdefault(roles[0], actor_for(user, company))
    return actors


def _items(company: Company) -> tuple[list[Product], Product, Product, Product]:
    at = clock.now()
    names = sorted({row[1] for row in GOODS})
    categories = {
        name: Category.objects.create(company=company, code=name.upper(), name=name.capitalize()) for name in names
    }
    goods = [
        Product(
            company=company, sku=f"HS-{100 + n}", name=name, category=categories[category], stock_unit=unit,
            barcode=f"400000000{100 + n}", weight_kg=D("0.5"), lead_time_days=7 + n % 3 * 7, list_price=D(price),
            standard_cost=D(cost), average_cost=D(cost), last_cost=D(cost), created_at=at,
        )
        for n, (name, category, unit, price, cost) in enumerate(GOODS)
    ]  # fmt: skip
    Product.objects.bulk_create(goods)
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
    ProductUnit.objects.bulk_create(ProductUnit(product=goods[n], unit="box", factor=D(20)) for n in (2, 3, 4))
    ProductAlias.objects.create(company=company, product=goods[0], alias="CU15")
    return goods, kit, service, freight


def _suppliers(company: Company, goods: list[Product]) -> list[Supplier]:
    suppliers = [
        Supplier.objects.create(company=company, code=code, name=name, lead_time_days=days)
        for code, name, days in (("METRO", "Metro Metals", 7), ("PUMPW", "Pumpworks Inc.", 14))
    ]
    SupplierItem.objects.bulk_create(
        SupplierItem(supplier=suppliers[n % 2], product=item, unit_price=item.standard_cost)
        for n, item in enumerate(goods)
    )
    return suppliers


def _customers(company: Company, warehouses: list[Warehouse], rng: random.Random) -> list[Customer]:
    at = clock.now()
    terms = [
        PaymentTerms.objects.create(company=company, code="NET30", name="30 days net", net_days=30),
        PaymentTerms.objects.create(company=company, code="NET10", name="10 days net", net_days=10),
        PaymentTerms.objects.create(company=company, code="PREPAID", name="Prepaid", net_days=0, prepaid=True),
    ]
    customers = []
    for n, name in enumerate(NAMES):
        customer = Customer.objects.create(
            company=company, code=f"C{1000 + n}", name=name, customer_class="ABCD"[min(3, n // 5)],
            credit_limit=D("60000") if n != 7 else D("900"), terms=terms[2 if n == 15 else n % 2],
            ship_rule=ShipRule.SHIP_COMPLETE_ORDER if n % 9 == 8 else ShipRule.BACK_ORDER,
            default_warehouse=warehouses[n % 2], po_required=n % 4 == 0, wanted_lead_time_days=3 + n % 5, created_at=at,
        )  # fmt: skip
        city, region, postal = PLACES[n % len(PLACES)]
        for use, main in (("both", True), ("ship", False)):
            if main or n % 3 == 0:
                Address.objects.create(
                    customer=customer, use=use, name=name if main else f"{name} – yard", region=region, is_default=main,
                    street=f"{rng.randint(1, 99)} Main Street", postal_code=postal, city=city,
                )  # fmt: skip
        Contact.objects.create(
            customer=customer, name=f"Buyer at {name}", email=f"buying@{name.split()[0].lower()}.example",
            phone=f"+1 555 01{n:02d}", role="Buyer", is_primary=True,
        )  # fmt: skip
        customers.append(customer)
    return customers


def _prices(company: Company, goods: list[Product], customers: list[Customer], author: Actor) -> None:
    base = pricing.create_price_list(code="BASE", name="List prices", kind="base", currency="USD", actor=author)
    ladder = [
        BreakInput(sku=item.sku, min_quantity=D(quantity), unit_price=round_price((item.list_price or D(0)) * D(share)))
        for item in goods
        for quantity, share in ((1, "1"), (20, "0.95"), (100, "0.9"))
    ]
    pricing.set_breaks(list_id=base.pk, rows=ladder, actor=author)
    contract = pricing.create_price_list(
        code="ATLAS",
        name="Contract Atlas Pumps",
        kind="contract",
        currency="USD",
        customer_id=customers[0].pk,
        actor=author,
    )
    agreed = [
        BreakInput(sku=item.sku, min_quantity=D(1), unit_price=round_price((item.list_price or D(0)) * D("0.88")))
        for item in goods[:6]
    ]
    pricing.set_breaks(list_id=contract.pk, rows=agreed, actor=author)
    TaxRule.objects.get_or_create(
        company=company, country="US", region="MA", tax_class="standard", valid_from=None,
        defaults={"code": "MA", "name": "Massachusetts sales tax", "rate": D("6.25")},
    )  # fmt: skip


def _stock(company: Company, warehouses: list[Warehouse], goods: list[Product], rng: random.Random) -> None:
    opening = system("demo", company.pk)
    for n, item in enumerate(goods):
        for house in warehouses:
            if n != 7:  # gate valves are short: their orders show what a backorder is
                planning.receive_stock(
                    product_id=item.pk, warehouse_id=house.pk, quantity=D(rng.randint(400, 1500)),
                    unit_cost=item.standard_cost, reference="opening", actor=opening,
                )  # fmt: skip


def _findables(company: Company, customers: list[Customer], items: list[Product]) -> None:
    index(company.pk, [findable(customer) for customer in customers])
    index(
        company.pk,
        [
            Findable(
                "item", item.pk, item.sku, f"/products/{item.pk}/", [item.name, item.barcode], "orders.view_order", 4
            )
            for item in items
        ],
    )
