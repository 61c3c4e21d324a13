"""Blanket agreements of the past: who agreed about what, and which orders drew on them. All of them have ended."""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_UP
from decimal import Decimal as D
from operator import attrgetter
from typing import Final

from omc.demo.catalog import LEAVING, MONTHS, SCARCE, Buyer, Item, buyers, items, price_on
from omc.demo.chance import source
from omc.demo.life import Draw, Life
from omc.demo.lives import RECENT_DAYS, working_days
from omc.lib.money import round_price
from orders.pricing.agreements.rules import BLANKET

SHARE: Final = D("0.86")  # of the list price: under every break
EVERY: Final = 35  # days, about, between one that is written and the next
TERMS: Final = (91, 182, 273)  # days
ASKED: Final = 12  # customers whom we ask before nobody wants one
LEAST_ORDERS: Final = 3


@dataclass(slots=True)
class Frame:
    """So much of one item at one price from a day to a day; ``draws`` are the orders that took of it, in order."""

    buyer: Buyer
    item: Item
    price: D
    written: datetime
    valid_from: date
    valid_to: date
    draws: list[Life]
    quantity: D = D(0)

    @property
    def customer_po(self) -> str:
        """By which the customer, and whoever writes this down week by week, knows it."""
        return f"FRAME-{self.written:%y%m%d}-{self.buyer.n}"


def agree(lives: Iterable[Life], first: date, start: date, end: date) -> list[Frame]:
    """The agreements of a stretch; the lines that draw on them have their price from now on."""
    of_buyer: dict[int, list[Life]] = defaultdict(list)
    for life in sorted(lives, key=attrgetter("submitted")):
        of_buyer[life.buyer.n].append(life)
    steady = [buyer for buyer in buyers() if buyer.first_day is None and not buyer.is_lost and buyer.n != LEAVING]
    made = []
    for age in range(MONTHS * 31, RECENT_DAYS, -EVERY):
        rng = source("frame", age)
        begins = working_days(first - timedelta(days=age), 1)
        ends = begins + timedelta(days=rng.choice(TERMS))
        if begins < start or ends >= end - timedelta(days=RECENT_DAYS):
            continue
        for buyer in rng.sample(steady, ASKED):
            if frame := _frame(buyer, begins, ends, of_buyer[buyer.n], first, rng):
                made.append(frame)
                break
    return made


def _frame(
    buyer: Buyer, begins: date, ends: date, lives: Sequence[Life], first: date, rng: random.Random
) -> Frame | None:
    """An agreement about what a customer took most of in these months; None where they took nothing often enough."""
    valid_from = begins + timedelta(days=3)
    mine = [life for life in lives if valid_from <= life.submitted.date() <= ends and not (life.draw or life.cancelled)]
    taken: dict[int, list[tuple[Life, int]]] = defaultdict(list)
    for life in mine:
        for n, wanted in enumerate(life.lines):
            # A price typed by hand, or quoted, stands for itself; a contract needs no other agreement.
            if wanted.steps[-1][0] != "manual" and not (life.asked and n == 0) and wanted.item.n not in buyer.contract:
                taken[wanted.item.n].append((life, n))
    most = max(taken, key=lambda n: (len(taken[n]), -n), default=SCARCE)
    if len(taken[most]) < LEAST_ORDERS or most == SCARCE:
        return None
    item = items()[most]
    price = round_price(price_on(item, begins, first) * SHARE)
    written = datetime.combine(begins, time(9)) + timedelta(minutes=rng.randint(5, 300))
    frame = Frame(buyer, item, price, written, valid_from, ends, [life for life, _n in taken[most]])
    for number, (life, n) in enumerate(taken[most], 1):
        wanted = life.lines[n]
        wanted.steps, wanted.price = [wanted.steps[0], (BLANKET, BLANKET, price)], price
        life.draw = Draw(frame.customer_po, n, number)
        frame.quantity += wanted.quantity
    # Some took all that was agreed about, most a little less.
    frame.quantity = (frame.quantity * rng.choice((100, 105, 120, 140)) / 100).quantize(D(1), ROUND_UP)
    return frame
