from omc.lib.actor import Actor, require
from orders.core.inputs import LineInput
from orders.core.models import Order, OrderLine
from orders.entry.services.lines import make_lines


def try_line(*, order: Order, line: LineInput, actor: Actor) -> list[OrderLine]:
    """What one typed line would be on this draft: looked up, exploded and priced. Writes nothing.

    Raises: InvalidLines, NoPrice, PriceRefused
    """
    require(actor, "entry.write_order")
    granted = list(order.lines.all()) if line.unit_price is not None else []
    return make_lines(order, [line], granted, actor)
