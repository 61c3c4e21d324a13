"""What the demo company sells and to whom, as plain values: deterministic, without a database.

An item's demand has a shape (steady, seasonal, intermittent, new, dying), a price that rises every January and a cost
that follows its metal. A customer buys at a rate, from a habit of items, pays in a manner, and may fade and leave.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal as D
from functools import cache
from math import cos, exp, pi
from typing import Final

from omc.demo.chance import source
from omc.lib.money import round_price

ITEMS: Final = 1000
CUSTOMERS: Final = 300
LOST: Final = 62
MONTHS: Final = 27
LADDER: Final = ((D(1), D("1")), (D(20), D("0.95")), (D(100), D("0.9")))  # from this quantity, this share of the price
CONTRACT_SHARE: Final = D("0.88")
FREELY: Final = D(5)  # percent under the price in force that anybody may go alone
BOXED: Final = (2, 3, 4)  # fittings that come in boxes
BOX: Final = D(20)
YEARLY_RISE: Final = D("0.03")
COPPER_RISE: Final = D("1.14")
COPPER_DAYS_AGO: Final = 75  # when the metal rose, counted from the demo's first day

GOODS: Final = (
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
SCARCE: Final = 7  # gate valves: their orders show what a backorder is
FAMILIES: Final = (  # name, category, unit, price of the smallest
    ("pipe", "pipe", "m", "4.20"), ("elbow", "fittings", "pc", "1.40"), ("tee", "fittings", "pc", "1.90"),
    ("reducer", "fittings", "pc", "1.60"), ("union", "fittings", "pc", "3.10"), ("flange", "fittings", "pc", "9.80"),
    ("ball valve", "valves", "pc", "9.60"), ("gate valve", "valves", "pc", "15.40"), ("check valve", "valves", "pc", "12.20"),
    ("butterfly valve", "valves", "pc", "31.00"), ("pressure gauge", "gauges", "pc", "16.00"),
    ("flow meter", "gauges", "pc", "88.00"),
    ("transfer pump", "pumps", "pc", "118.00"), ("booster pump", "pumps", "pc", "210.00"), ("gasket", "spares", "pc", "0.80"),
    ("repair kit", "spares", "pc", "11.50"),
)  # fmt: skip
METALS: Final = (  # name, share of the price
    ("Copper", "1.00"), ("Brass", "1.20"), ("Steel", "0.70"), ("Stainless", "1.90"), ("Bronze", "1.60"), ("PVC", "0.40"),
    ("PE", "0.45"), ("Cast iron", "0.85"),
)  # fmt: skip
SIZES: Final = ("10 mm", "18 mm", "28 mm", "35 mm", "42 mm", "54 mm", "67 mm", "76 mm")
STARTERS: Final = (
    "Atlas Pumps", "Beacon Marine", "Cobalt Electric", "Dunmore Builders", "Eastgate Hydraulics", "Fairview Hospital",
    "Granite State Mills", "Hudson Ferries", "Ironworks 7", "Juniper Schools", "Kestrel Robotics", "Lakeside Dairy",
    "Mercer Brewing", "Northwind Rentals", "Orchard Foods", "Pinnacle HVAC", "Quarry Stoneworks", "Riverbend Transit",
    "Summit Elevators", "Tidewater Shipyard",
)  # fmt: skip
SMALL_CREDIT: Final = 7  # Hudson Ferries: its orders stop at the credit check
PREPAYS: Final = 15
LEAVING: Final = 11  # Lakeside Dairy: the customer about to leave
LEAVING_RATE: Final = 3.0  # about an order a week, before they began to order less
FIRST_WORDS: Final = (
    "Adler", "Birch", "Calder", "Dover", "Elm Street", "Foxglove", "Garnet", "Harvest", "Inland", "Jasper", "Keystone",
    "Linden", "Maple", "Nantucket", "Oakmont", "Penobscot", "Quincy", "Redwood", "Seaview", "Thornton", "Upland", "Vale",
    "Westport", "Yarrow", "Zephyr", "Ashford", "Bristol", "Concord", "Derby", "Essex",
)  # fmt: skip
TRADES: Final = (
    "Plumbing", "Mechanical", "Heating", "Foods", "Water Works", "Builders", "Marine", "Facilities", "Controls",
    "Industries",
)  # fmt: skip
PLACES: Final = (
    ("Boston", "MA", "02110"), ("Albany", "NY", "12207"), ("Hartford", "CT", "06103"), ("Newark", "NJ", "07102"),
    ("Buffalo", "NY", "14202"), ("Portland", "ME", "04101"), ("Scranton", "PA", "18503"), ("Concord", "NH", "03301"),
)  # fmt: skip
SUPPLIERS: Final = (  # code, name, lead time in days
    ("METRO", "Metro Metals", 7), ("PUMPW", "Pumpworks Inc.", 14), ("NORTHV", "North Valve Co.", 10),
    ("TRISTA", "Tri-State Tube", 7), ("GAUGEM", "Gaugemasters", 21), ("POLYFL", "Polyflow Plastics", 5),
    ("BERGEN", "Bergen Castings", 18), ("SEALRI", "Sealright", 9),
)  # fmt: skip
TAXED_REGION: Final = ("MA", "MA", D("6.25"))


@dataclass(frozen=True, slots=True)
class Item:
    """One item: what it is, what it costs today, and how its demand behaves."""

    n: int
    sku: str
    name: str
    category: str
    unit: str
    price: D
    cost: D
    shape: str  # steady, winter, summer, intermittent, new, dying
    weight: float
    supplier: int
    lead_days: int

    @property
    def is_copper(self) -> bool:
        return self.name.lower().startswith("copper")


@dataclass(frozen=True, slots=True)
class Buyer:
    """One customer: how often they order, what, how well they pay, and from when to when they are ours.

    Units: ``first_day`` and ``last_day`` count days before the demo's first day; ``late_days`` after the due date.
    """

    n: int
    code: str
    name: str
    grade: str
    rate: float
    first_day: int | None
    last_day: int | None
    late_days: float
    habit: tuple[int, ...]
    contract: tuple[int, ...]
    place: tuple[str, str, str]
    needs_po: bool
    terms: int  # 0: 30 days net, 1: 10 days net, 2: prepaid

    @property
    def is_lost(self) -> bool:
        return self.last_day is not None


@cache
def items() -> tuple[Item, ...]:
    rows = [
        (name, category, unit, D(price), D(cost))
        for name, category, unit, price, cost in GOODS
    ]  # fmt: skip
    for size_n, size in enumerate(SIZES):
        for metal, share in METALS:
            for family, category, unit, price in FAMILIES:
                if len(rows) < ITEMS:
                    worth = round_price(D(price) * D(share) * D(str(round(1.32**size_n, 2)))).quantize(D("0.01"))
                    margin = D(source("margin", len(rows)).randint(24, 48)) / 100
                    cost = max(D("0.05"), (worth * (1 - margin)).quantize(D("0.01")))
                    rows.append((f"{metal} {family} {size}", category, unit, worth, cost))
    return tuple(_item(n, *row) for n, row in enumerate(rows))


def _item(n: int, name: str, category: str, unit: str, price: D, cost: D) -> Item:
    rng = source("item", n)
    if n < len(GOODS):
        shape = ("steady", "winter", "steady", "intermittent")[n % 4]
    else:
        shape = rng.choices(
            ("steady", "winter", "summer", "intermittent", "new", "dying"), (40, 18, 11, 16, 8, 7)
        )[0]  # fmt: skip
    weight = rng.lognormvariate(0, 0.9) * (3 if n < len(GOODS) else 1) * {"intermittent": 0.25}.get(shape, 1)
    supplier = n % 2 if n < len(GOODS) else rng.randrange(len(SUPPLIERS))
    lead = 7 + n % 3 * 7 if n < len(GOODS) else SUPPLIERS[supplier][2]
    sku = f"HS-{100 + n}" if n < len(GOODS) else f"HS-{1000 + n}"
    return Item(n, sku, name, category, unit, price, cost, shape, weight, supplier, lead)


@cache
def buyers() -> tuple[Buyer, ...]:
    names = list(STARTERS)
    names += [f"{first} {trade}" for trade in TRADES for first in FIRST_WORDS][: CUSTOMERS - len(names)]
    return tuple(_buyer(n, name) for n, name in enumerate(names))


def _buyer(n: int, name: str) -> Buyer:
    rng = source("buyer", n)
    stock, starter = items(), n < len(STARTERS)
    habit = tuple(rng.choices(range(len(stock)), [item.weight for item in stock], k=rng.randint(12, 34)))
    grade = "ABCD"[min(3, n // 5)] if starter else rng.choices("ABCD", (10, 25, 40, 25))[0]
    rate = {"A": 2.6, "B": 1.5, "C": 0.8, "D": 0.4}[grade] * rng.lognormvariate(0, 0.35)
    lost = len(STARTERS) + 10 <= n < len(STARTERS) + 10 + LOST
    joined = n >= CUSTOMERS - 40
    return Buyer(
        n=n, code=f"C{1000 + n}", name=name, grade=grade, rate=LEAVING_RATE if n == LEAVING else rate,
        first_day=rng.randint(60, 600) if joined else None, last_day=rng.randint(150, 640) if lost else None,
        late_days=max(-6.0, rng.gauss(2 if grade in "AB" else 5, 7)), habit=habit,
        contract=tuple(range(6)) if n == 0 else habit[:6] if n % 12 == 4 else (), place=PLACES[n % len(PLACES)],
        needs_po=n % 4 == 0, terms=2 if n == PREPAYS else n % 2,
    )  # fmt: skip


def in_sentence(name: str) -> str:
    """An item's name within a sentence: only what is an abbreviation keeps its capitals.

    >>> in_sentence("Copper pipe 15 mm"), in_sentence("PE pipe 10 mm"), in_sentence("PTFE tape")
    ('copper pipe 15 mm', 'PE pipe 10 mm', 'PTFE tape')
    """
    return name if name[1].isupper() else name[0].lower() + name[1:]


def season(item: Item, day: date, age: int) -> float:
    """How much an item is wanted on a day, 1 being its average. ``age``: days before the demo's first day."""
    turn = cos(2 * pi * (day.timetuple().tm_yday - 15) / 365)
    match item.shape:
        case "winter":
            return 1 + 0.7 * turn
        case "summer":
            return 1 - 0.7 * turn
        case "new":
            return 0.0 if age > 270 else 1.6 - age / 270
        case "dying":
            return max(0.05, min(1.5, age / 420))
    return 1.0


def appetite(buyer: Buyer, age: int) -> float:
    """How much a customer orders on a day; lost ones fade over four months, the one about to leave over two."""
    if buyer.first_day is not None and age > buyer.first_day:
        return 0.0
    last = buyer.last_day if buyer.last_day is not None else (18 if buyer.n == LEAVING else None)
    if last is None:
        return buyer.rate
    if age < last:
        return 0.0
    return buyer.rate * (1 - exp(-(age - last) / 60))


def price_on(item: Item, day: date, first: date) -> D:
    """The list price in force: three per cent more every January, today's from the year of the demo's first day."""
    years = first.year - day.year
    if years <= 0:
        return item.price
    return round_price(item.price / (1 + YEARLY_RISE) ** years)


def cost_on(item: Item, day: date, first: date) -> D:
    """What the item cost us: two per cent more a year, and copper fourteen per cent at once."""
    cost = item.cost / (D("1.02") ** max(0, first.year - day.year))
    if item.is_copper and day < first - timedelta(days=COPPER_DAYS_AGO):
        cost /= COPPER_RISE
    return max(D("0.01"), round_price(cost))
