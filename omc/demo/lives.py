"""What happens on one day of the demo's past: orders with their whole lives, and the enquiries around them.

Pure and seeded by the day, so that any day can be told alone and is the same every time. Moments are local and naive
here; whoever writes them down puts them into the company's zone.
"""

import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal as D
from functools import cache
from itertools import accumulate
from math import cos, pi
from typing import Final

from omc.demo.catalog import (
    CONTRACT_SHARE,
    FREELY,
    LADDER,
    LEAVING,
    Buyer,
    Item,
    appetite,
    buyers,
    cost_on,
    items,
    price_on,
    season,
)
from omc.demo.chance import source
from omc.demo.life import Asked, Comeback, Leave, Life, Question, Truck, Wanted
from omc.lib.money import round_price
from orders.pricing.guidelines.rules import discount_percent

ORDERS_A_DAY: Final = 23.0  # of a working day at the demo's first day; less the further back
GROWTH_A_YEAR: Final = 0.09
LONGEST_CYCLE: Final = timedelta(days=24)  # no order of the past takes longer from entry to its last truck
TRANSIT_DAYS: Final = 2
REASONS: Final = ("damaged", "wrong_item", "not_wanted", "ordered_wrong", "defective")
OFF: Final = (2, 3, 5, 8)  # percent that somebody takes off by hand; what goes too far is asked for
MODEST: Final = (2, 3)  # of a quote, which nobody asks for
LATELY: Final = (1,)  # since the guidelines of today are in force
RECENT_DAYS: Final = 31
MAY_DECIDE: Final = ("pricing", "pricing", "pricing", "csr_lead", "admin")
YES: Final = ("Once, for this project", "They take the rest of the year from us", "Go ahead, the margin is there")
QUESTIONS: Final = ("Where is the rest?", "Manual for the pump", "Invoice address is wrong", "How to fit the valve")


def office(moment: datetime, rng: random.Random) -> datetime:
    """The moment itself within office hours, else some minutes into the next working day."""
    if moment.hour >= 17:
        moment = datetime.combine(moment.date() + timedelta(days=1), time(0))
    while moment.isoweekday() > 5:
        moment = datetime.combine(moment.date() + timedelta(days=1), time(0))
    if moment.hour < 8:
        moment = datetime.combine(moment.date(), time(8)) + timedelta(minutes=rng.randint(1, 75))
    return moment


def later(moment: datetime, low: float, high: float, rng: random.Random) -> datetime:
    """Some hours later, in office hours."""
    return office(moment + timedelta(minutes=int(rng.uniform(low, high) * 60)), rng)


def working_days(day: date, count: int) -> date:
    """So many working days on (or back, when negative)."""
    step = 1 if count > 0 else -1
    while count:
        day += timedelta(days=step)
        if day.isoweekday() < 6:
            count -= step
    return day


@cache
def _today_total() -> float:
    return sum(appetite(buyer, 0) for buyer in buyers())


def orders_on(day: date, first: date) -> int:
    """How many orders come in on a day: fewer in the past, more in autumn, none at weekends."""
    if day.isoweekday() > 5:
        return 0
    age = (first - day).days
    crowd = sum(appetite(buyer, age) for buyer in buyers()) / _today_total()
    turn = 1 + 0.12 * cos(2 * pi * (day.timetuple().tm_yday - 300) / 365) + (0.1 if day.isoweekday() == 1 else -0.025)
    grown = (1 + GROWTH_A_YEAR) ** (-age / 365)
    mean = ORDERS_A_DAY * (0.45 + 0.55 * crowd) * turn * grown
    return max(1, round(source("count", day).gauss(mean, mean**0.5)))


def lives_of(day: date, first: date, share: float = 1.0) -> tuple[list[Life], list[Asked]]:
    """The orders that were entered on a day, and the enquiries that came to nothing. ``share`` of the usual number."""
    rng = source("day", day)
    count, age = round(orders_on(day, first) * share), (first - day).days
    if not count:
        return [], []
    crowd = buyers()
    weights = list(accumulate(appetite(buyer, age) for buyer in crowd))
    chosen = rng.choices(crowd, cum_weights=weights, k=count)
    lives = [_life(buyer, day, first, random.Random(rng.random())) for buyer in chosen]  # noqa: S311
    asking = rng.choices(crowd, cum_weights=weights, k=max(1, round(count / 12)))
    lost = [_lost(buyer, day, random.Random(rng.random())) for buyer in asking]  # noqa: S311
    return lives, lost


def _life(buyer: Buyer, day: date, first: date, rng: random.Random) -> Life:
    entered = datetime.combine(day, time(8)) + timedelta(minutes=rng.randint(0, 8 * 60 + 15))
    is_quoted = rng.random() < 0.07
    recent = (first - day).days <= RECENT_DAYS
    lines = _lines(buyer, day, first, rng, LATELY if recent else MODEST if is_quoted else OFF)
    asked = _won(buyer, entered, lines, rng) if is_quoted else None
    submitted = entered + timedelta(minutes=rng.randint(4, 40))
    life = Life(
        buyer, rng.choices(("desk", "phone", "email", "web"), (25, 30, 30, 15))[0], buyer.n % 2,
        f"PO-{rng.randint(10_000, 99_999)}" if buyer.needs_po or rng.random() < 0.55 else "",
        lines, rng.random() < 0.35, entered, submitted, submitted, day, day, asked=asked,
    )  # fmt: skip
    ready = submitted
    if rng.random() < 0.06:
        placed = submitted
        resolved = later(placed, 2, 30, rng)
        life.hold = ("large_quantity", "More than this customer usually orders.", "Looked at, fine", placed, resolved)
        ready = resolved
    life.leave = _leave(lines, submitted, rng)
    if life.leave:
        ready = max(ready, life.leave.decided)
    life.confirmed = later(ready, 0.2, 4.5, rng)
    if life.confirmed > submitted + timedelta(days=5):
        life.confirmed = office(submitted + timedelta(hours=3), rng)
    life.requested = working_days(life.confirmed.date(), rng.randint(3, 10))
    life.promise = life.requested
    if rng.random() < 0.025:
        why = rng.choice(("Ordered by mistake", "The customer's project was stopped", "Found it cheaper"))
        life.cancelled = (later(life.confirmed, 2, 30, rng), why)
        return life
    _trucks(life, rng)
    _aftermath(life, rng)
    return life


def _leave(lines: list[Wanted], submitted: datetime, rng: random.Random) -> Leave | None:
    """Who let prices stand that went further than anybody may go alone; None where none did."""
    off = [(n, discount_percent(wanted.system_net, wanted.net) or D(0)) for n, wanted in enumerate(lines)]
    found = [(n, percent) for n, percent in off if percent > FREELY]
    if not found:
        return None
    return Leave(found, rng.choice(MAY_DECIDE), rng.choice(YES), later(submitted, 0.3, 6, rng))


def _lines(buyer: Buyer, day: date, first: date, rng: random.Random, off: tuple[int, ...]) -> list[Wanted]:
    stock, age = items(), (first - day).days
    weights = [stock[n].weight ** 0.3 * season(stock[n], day, age) + 0.001 for n in buyer.habit]
    # About every third line comes from the whole range: what somebody needs once.
    count = min(9, 1 + int(rng.expovariate(1 / 3.1)))
    picked: dict[int, None] = {}
    for n in rng.choices(buyer.habit, weights, k=count):
        other = rng.randrange(len(stock)) if rng.random() < 0.3 else n
        picked[other if season(stock[other], day, age) > 0 else n] = None
    return [_wanted(buyer, stock[n], day, first, rng, off) for n in picked if season(stock[n], day, age) > 0] or [
        _wanted(buyer, stock[0], day, first, rng, off)
    ]


def _wanted(buyer: Buyer, item: Item, day: date, first: date, rng: random.Random, off: tuple[int, ...]) -> Wanted:
    sizes = (
        (1, 2, 3, 4, 6) if item.price > 60 else (2, 5, 10, 12, 20, 40) if item.price > 8 else (10, 20, 25, 50, 100, 200)
    )
    quantity = D(rng.choice(sizes))
    return priced(buyer, item, quantity, day, first, rng, off)


def priced(
    buyer: Buyer, item: Item, quantity: D, day: date, first: date, rng: random.Random, off: tuple[int, ...] = MODEST
) -> Wanted:
    """A line at the price in force: list, then the contract or the break, then what somebody typed."""
    listed = price_on(item, day, first)
    steps, price = [("list", "base", listed)], listed
    if item.n in buyer.contract:
        price = round_price(listed * CONTRACT_SHARE)
        steps.append(("agreement", "contract", price))
    else:
        share = max((row for row in LADDER if row[0] <= quantity), key=lambda row: row[0])[1]
        if share != 1:
            price = round_price(listed * share)
            steps.append(("break", "base", price))
    if rng.random() < (0.16 if buyer.grade == "A" else 0.05):
        price = round_price(price * (1 - D(rng.choice(off)) / 100))
        steps.append(("manual", "manual", price))
    return Wanted(item, quantity, listed, price, cost_on(item, day, first), steps)


def _trucks(life: Life, rng: random.Random) -> None:
    """One truck, or two when something was short; some leave late, some arrive late."""
    everything = list(range(len(life.lines)))
    rest: list[int] = []
    if len(everything) > 1 and rng.random() < 0.09:
        rest = sorted(rng.sample(everything, rng.randint(1, max(1, len(everything) // 3))))
    slot = max(working_days(life.promise, -TRANSIT_DAYS), life.confirmed.date())
    life.trucks.append(_truck(life, [n for n in everything if n not in rest], slot, rng))
    if rest:
        life.short_until = later(life.trucks[0].shipped, 20, 150, rng)
        second = life.short_until.date()
        life.trucks.append(_truck(life, rest, second, rng, after=life.short_until))
        life.new_promise = max(life.promise, working_days(second, TRANSIT_DAYS))
        if life.new_promise == life.promise:
            life.new_promise = None


def _truck(life: Life, lines: list[int], slot: date, rng: random.Random, after: datetime | None = None) -> Truck:
    start = after or life.confirmed
    released = max(later(start, 1, 7, rng), office(datetime.combine(slot - timedelta(days=1), time(13)), rng))
    if rng.random() < 0.05:
        released = later(released, 14, 40, rng)  # nobody looked
    picking = later(released, 0.5, 4, rng)
    picked = later(picking, 0.2, 1.5, rng)
    packed = later(picked, 0.1, 1, rng)
    shipped = later(packed, 0.2, 2.5, rng)
    arrival = working_days(shipped.date(), TRANSIT_DAYS if rng.random() > 0.05 else TRANSIT_DAYS + rng.randint(1, 3))
    if shipped > life.submitted + LONGEST_CYCLE - timedelta(days=6):
        arrival = working_days(shipped.date(), TRANSIT_DAYS)
    delivered = datetime.combine(arrival, time(8)) + timedelta(minutes=rng.randint(20, 500))
    invoiced = later(shipped, 0.5, 14, rng)
    truck = Truck(lines, slot, released, picking, picked, packed, shipped, delivered, invoiced)
    due = invoiced + timedelta(days=(30, 10, 0)[life.buyer.terms])
    truck.paid = office(
        due + timedelta(days=max(-8.0, rng.gauss(life.buyer.late_days, 5)), hours=rng.uniform(0, 8)), rng
    )
    truck.paid = max(truck.paid, later(invoiced, 3, 20, rng))
    fate = rng.random()
    if fate < 0.006:
        truck.paid = office(due + timedelta(days=rng.randint(25, 50), hours=1), rng)  # only after many calls
    elif fate < 0.03:
        truck.parts = (D("0.5"), D("0.5"))
    return truck


def _aftermath(life: Life, rng: random.Random) -> None:
    arrived = max(truck.delivered for truck in life.trucks)
    if rng.random() < 0.055:
        _comeback(life, arrived, rng)
    if rng.random() < 0.06:
        opened = later(arrived, 4, 60, rng)
        assigned = later(opened, 0.3, 4, rng)
        replied = later(assigned, 0.2, 6, rng)
        resolved = later(replied, 1, 20, rng)
        subject = rng.choice(QUESTIONS)
        life.question = Question(
            subject, opened, assigned, replied, resolved, later(resolved, 5, 60, rng),
            rng.choices((2, 3, 4, 5), (1, 2, 4, 6))[0],
        )  # fmt: skip
    if (life.buyer.grade == "A" and life.buyer.n != LEAVING) or rng.random() < 0.05:
        planned = office(arrived + timedelta(hours=2), rng)
        outcome = rng.choice(("All arrived well", "Content", "Wants a visit in spring"))
        life.follow_up = (planned, later(planned + timedelta(days=5), 0, 9, rng), outcome)


def _comeback(life: Life, arrived: datetime, rng: random.Random) -> None:
    line = rng.randrange(len(life.lines))
    requested = later(arrived, 20, 120, rng)
    authorized = later(requested, 1, 12, rng)
    received = later(authorized, 40, 120, rng)
    inspected = later(received, 1, 20, rng)
    settled = later(inspected, 1, 20, rng)
    life.comeback = Comeback(
        line, D(min(2, int(life.lines[line].quantity))), rng.choice(REASONS), rng.choice(("restock", "restock", "scrap")),
        requested, authorized, received, inspected, settled, later(settled, 1, 10, rng),
    )  # fmt: skip
    for truck in life.trucks:  # it is credited against an invoice that is still open
        if line in truck.lines and truck.paid is not None:
            truck.paid = max(truck.paid, later(settled, 24, 200, rng))


def _won(buyer: Buyer, entered: datetime, lines: list[Wanted], rng: random.Random) -> Asked:
    decided = max(entered - timedelta(minutes=rng.randint(5, 50)), datetime.combine(entered.date(), time(8)))
    asked_on = working_days(decided.date(), -rng.randint(1, 7))
    sent = datetime.combine(asked_on, time(13)) + timedelta(minutes=rng.randint(0, 200))
    quoted = sent - timedelta(minutes=rng.randint(10, 90))
    taken = quoted - timedelta(minutes=rng.randint(5, 60))
    received = taken - timedelta(minutes=rng.randint(5, 120))
    return Asked(
        buyer, lines[0].item, lines[0].quantity, received, taken, quoted, sent, decided, "converted",
    )  # fmt: skip


def _lost(buyer: Buyer, day: date, rng: random.Random) -> Asked:
    received = datetime.combine(day, time(8)) + timedelta(minutes=rng.randint(0, 480))
    item = items()[rng.choice(buyer.habit)]
    asked = Asked(buyer, item, D(rng.choice((10, 25, 60))), received, later(received, 0.3, 5, rng))
    fate = rng.random()
    if fate < 0.25:
        asked.reason = rng.choice(("Budget was cut", "Bought elsewhere", "Only wanted to know"))
        asked.decided = later(asked.taken, 1, 40, rng)
        return asked
    asked.quoted = later(asked.taken, 0.5, 6, rng)
    asked.sent = later(asked.quoted, 0.2, 6, rng)
    if fate < 0.7:
        asked.outcome, asked.reason = "rejected", rng.choice(("price", "lead_time", "competitor"))
        asked.decided = later(asked.sent, 20, 200, rng)
    else:
        asked.outcome, asked.decided = "expired", office(asked.sent + timedelta(days=31), rng)
    return asked
