"""How clean the orders of the past were when they were handed in, by the very checks of the order desk.

They know what the lives say: earlier quantities and prices of the customer, packs, margins. What else they look at (credit,
overdue invoices, addresses) was in order.
"""

from collections import defaultdict, deque
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal as D
from operator import attrgetter
from typing import Final

from omc.demo.catalog import BOX, BOXED
from omc.demo.life import Life, Wanted
from orders.entry.rules import checks
from orders.entry.rules.checks import Asked, Bought, Known, Row

REMEMBERED: Final = timedelta(days=365)
LINES: Final = 20  # the newest of each item
LEAST_MARKUP: Final = D(5)  # percent of the cost, as the company has it
LARGE: Final = "large_quantity"
_PACKS: Final = dict.fromkeys(BOXED, ("box", BOX))

History = dict[tuple[int, int], deque[tuple[datetime, Wanted]]]  # by customer and item, newest first


def score_all(lives: Iterable[Life]) -> None:
    """Give each what the checks found, in the order in which they came in."""
    history: History = defaultdict(lambda: deque(maxlen=LINES))
    for life in sorted(lives, key=attrgetter("submitted")):
        found = [each for each in _found(life, history) if each.code != LARGE]
        if life.hold and life.hold[0] == LARGE:  # the story says whose quantities somebody looked at
            found.append(checks.Finding(LARGE))
        life.lost_points, life.codes = checks.parts(found), sorted({each.code for each in found})
        if not life.cancelled:
            for wanted in life.lines:
                history[life.buyer.n, wanted.item.n].appendleft((life.submitted, wanted))


def _found(life: Life, history: History) -> list[checks.Finding]:
    rows = [
        Row(
            n, n, wanted.item.n, wanted.item.sku, wanted.quantity, wanted.price, net_base=wanted.net,
            cost_base=wanted.quantity * wanted.cost,
        )
        for n, wanted in enumerate(life.lines, 1)
    ]  # fmt: skip
    since = life.submitted - REMEMBERED
    before = {
        row.product_id or 0: [
            Bought(wanted.quantity, wanted.price)
            for at, wanted in history.get((life.buyer.n, row.product_id or 0), ())
            if at >= since
        ]
        for row in rows
    }
    known = Known(
        life.submitted.date(), life.buyer.needs_po, history=before, packs=_PACKS, margin_floor_percent=LEAST_MARKUP
    )
    return checks.findings(Asked(life.po, life.requested, rows), known)
