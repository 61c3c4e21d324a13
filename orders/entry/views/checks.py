"""What the checks say beside the grid, of the draft as it is saved and of a row as it is being typed."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from omc.lib.actor import Actor
from orders.core.models import Order, OrderLine
from orders.entry import services
from orders.entry.selectors.checks import asked_of, saved_asked, with_row
from orders.entry.selectors.effects import effects_on_others
from orders.entry.selectors.grid import Row
from orders.entry.showing import Shown, show
from orders.pricing.serving.showing import shown as cost_shown


def outlook(order: Order, actor: Actor, rows: Sequence[Row] = ()) -> dict[str, Any]:
    """The score of the draft as it is saved, what it is made of, and whom the order takes stock from."""
    clean = saved_score(order, actor)
    for row in rows:
        row.told = clean.by_row.get(row.number, [])
    return {"clean": clean, "serving": partial(cost_shown, order, actor)}


def saved_score(order: Order, actor: Actor) -> Shown:
    lines = list(order.lines.select_related("product").order_by("position"))
    return show(order, services.check_order(order), actor, effects_on_others(order, lines))


def checked_row(order: Order, lines: Sequence[OrderLine], row: Row, number: str, actor: Actor) -> dict[str, Any]:
    """The score of the saved draft with this row in it; nothing while the row is not whole (it bears no number)."""
    if not number.isdigit():
        return {}
    place = int(number)
    asked = with_row(saved_asked(order), asked_of(order, lines), place)
    effects = effects_on_others(order, lines, first_row=place)
    clean = show(order, services.check_order(order, asked=asked), actor, effects)
    row.told = clean.by_row.get(place, [])
    return {"typed_clean": clean}
