from collections.abc import Sequence

from omc.lib.actor import Actor, require
from orders.core.inputs import LineInput
from orders.core.models import Order, OrderLine
from orders.entry.services.lines import make_lines


def try_line(*, order: Order, line: LineInput, actor: Actor) -> list[OrderLine]:
    """What one typed line would be on this draft: looked up, exploded and priced. Writes nothing.

    Raises: InvalidLines, NoPrice, PriceRefused
    """
    return try_lines(order=order, lines=[line], actor=actor)


def try_lines(*, order: Order, lines: Sequence[LineInput], actor: Actor) -> list[OrderLine]:
    """The same for several lines at once."""
    require(actor, "entry.write_order")
    granted = list(order.lines.all()) if any(line.unit_price is not None for line in lines) else []
    return make_lines(order, lines, granted, actor)
