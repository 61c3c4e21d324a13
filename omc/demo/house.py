"""Who and what the demo company is: its people and its buildings; ``furnish`` fills them."""

from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta

from django.contrib.auth.hashers import make_password

from omc.accounts.models import User
from omc.demo import agreements, billed, carriers, catalog, furnish, guidelines
from omc.demo.catalog import MONTHS
from omc.demo.chance import source
from omc.lib import clock
from omc.lib.actor import Actor
from orders.core.actors import actor_for
from orders.core.models import Calendar, Company, Customer, Department, Product, Supplier, Warehouse
from orders.core.services.companies import fill_calendar, open_company, set_membership
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
WORKED = {  # how long an act takes whoever has this role, in seconds, where it was measured
    "csr": (40, 260), "csr_lead": (20, 120), "sales": (120, 480), "credit": (30, 200), "planner": (60, 300),
    "ops": (15, 90), "warehouse": (90, 700), "billing": (20, 110), "service": (60, 400), "admin": (15, 60),
}  # fmt: skip
PLAYED = "demo-"  # begins the request of what was played, not done by a visitor; a tour does not count it
WAREHOUSES = (("EAST", "East warehouse", "Boston", "02210", "MA"), ("WEST", "West warehouse", "Albany", "12207", "NY"))


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
    acts: int = 0
    told: set[int] = field(default_factory=set)  # orders of stories under way: nobody else acts in them

    def __getitem__(self, role: str) -> Actor:
        """Whoever has this role, at work: what they do next took them a while, in two of three cases measured."""
        self.acts += 1
        rng = source("worked", self.acts)
        seconds = rng.randint(*WORKED.get(role, (20, 120))) if rng.random() < 0.67 else 0
        return replace(self.actors[role], touch_seconds=seconds, request_id=f"{PLAYED}{self.acts}")


def build(first: date) -> House:
    """Open the demo company with people, master data, prices and stock, as of the clock.

    ``first`` is the demo's first day: today's prices and costs are in force then, older ones before it.
    """
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
    fill_calendar(Calendar.objects.get(company=company), first.year - 3, first.year + 3)
    actors = _people(company)
    warehouses = [
        Warehouse.objects.create(
            company=company, code=code, name=name, city=city, postal_code=postal, region=region, street="1 Dock Road",
            calendar=company.calendar, is_default=code == "EAST", cut_off=time(15),
        )
        for code, name, city, postal, region in WAREHOUSES
    ]  # fmt: skip
    carrier = CarrierService.objects.create(company=company, code="GROUND", name="Ground", cut_off=time(16))
    TransitTime.objects.bulk_create(
        TransitTime(service=carrier, warehouse=house, country="US", days=2) for house in warehouses
    )
    carriers.agree(company, carrier, actors["ops"])
    today = clock.today(company.time_zone)
    CapacityDay.objects.bulk_create(
        CapacityDay(company=company, warehouse=house, day=day, minutes=480, overtime_minutes=60)
        for house in warehouses
        for day in (today + timedelta(days=n) for n in range(400))
        if day.isoweekday() < 6
    )
    opened = clock.now() - timedelta(days=MONTHS * 31)
    goods, kit, service, freight = furnish.items(company, opened)
    suppliers = furnish.suppliers(company, goods)
    customers = furnish.customers(company, warehouses, opened)
    furnish.prices(company, goods, customers, actors["pricing"].user_id, first)
    agreements.agree(company, goods, customers, first, actors["pricing"])
    agreements.rate_service(actors["admin"])
    billed.agree(customers, actors["billing"])
    guidelines.lay_down(opened, actors["pricing"], actors["admin"])
    furnish.costs(company, goods, actors["planner"].user_id, first)
    furnish.stock(company, warehouses, goods, opened)
    furnish.findables(company, customers, [*goods, kit, service, freight])
    return House(company, actors, customers, goods, kit, service, freight, warehouses, suppliers, carrier)


def moved_in(company: Company) -> House:
    """The house as it stands, for whoever goes on acting in it."""
    actors: dict[str, Actor] = {}
    for username, _full_name, roles, _department in PEOPLE:
        user = User.objects.get(username=username)
        actors.setdefault(roles[0], actor_for(user, company))
        if username == "adam":
            actors["admin2"] = actor_for(user, company)
    products = {row.sku: row for row in Product.objects.filter(company=company)}
    goods = [products[item.sku] for item in catalog.items()]
    carrier = CarrierService.objects.get(company=company, code="GROUND")
    customers = list(Customer.objects.filter(company=company).order_by("pk")[: catalog.CUSTOMERS])
    return House(
        company, actors, customers, goods, products["KIT-PUMP"], products["SRV-INSTALL"], products["FREIGHT"],
        list(Warehouse.objects.filter(company=company).order_by("pk")),
        list(Supplier.objects.filter(company=company).order_by("pk")), carrier,
    )  # fmt: skip


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
