"""What a changed order is worth: kept prices stay as they were promised, new ones are typed or looked up."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from omc.lib.actor import Actor
from omc.lib.money import ZERO, margin_percent, round_amount, round_price
from orders.core.models import LineKind, Order, OrderLine
from orders.core.selectors.companies import today
from orders.entry.changes.rules import share
from orders.pricing.rules import Again, in_force, line_taxes
from orders.pricing.rules.prices import Step
from orders.pricing.services import NoPrice, price_lines
from orders.pricing.services.typed_prices import sign

UNPRICED: Final = (LineKind.TEXT, LineKind.COMPONENT)
AMOUNTS: Final = ("net_amount", "net_base", "cost_base", "tax_code", "tax_rate", "tax_amount")


@dataclass(frozen=True, slots=True)
class Worth:
    """An order's totals over what is still wanted. Units: document currency; ``*_base`` company currency."""

    net_amount: Decimal
    tax_amount: Decimal
    net_base: Decimal
    cost_base: Decimal | None

    @property
    def total_amount(self) -> Decimal:
        return self.net_amount + self.tax_amount

    @property
    def margin_base(self) -> Decimal | None:
        return self.net_base - self.cost_base if self.cost_base else None

    @property
    def margin_percent(self) -> Decimal | None:
        return margin_percent(self.net_base, self.cost_base)


def set_price(line: OrderLine, price: Decimal, order: Order, actor: Actor, reason: str) -> None:
    """A typed price takes the place of the one before; the steps still add up, and say over what, by whom and why."""
    typed = round_price(price)
    step = Step(
        step="manual",
        source="manual",
        amount=typed - line.unit_price,
        price=typed,
        author=actor.name,
        on=today(order.company),
    )
    line.unit_price, line.price_steps = typed, [*line.price_steps, step.row()]
    sign(line.price_steps, actor, reason)


def asked_again(order: Order, lines: Sequence[OrderLine], changed: Collection[int]) -> dict[int, Again]:
    """By line, typed prices whose price in force is another at the changed quantity; they stand unless changed too.

    ``lines`` are all of the order as they become; ``changed`` are those whose quantity is another, by id.
    """
    typed = {
        line.position: line.pk
        for line in lines
        if line.pk in changed
        and line.price_steps
        and line.price_steps[-1]["step"] == "manual"
        and line.ordered > line.cancelled
    }
    if not typed:
        return {}
    copies = _copies(order, [line for line in lines if line.kind not in UNPRICED])
    stands = {
        line.position: line.unit_price for line in lines if line.product_id is None or not in_force(line.price_steps)
    }
    try:
        price_lines(
            document=order,
            lines=copies,
            customer=order.customer,
            ship_to=order.ship_to,
            on=today(order.company),
            manual=stands,
        )
    except NoPrice:  # no list has one of the items any more: then nothing can be told
        return {}
    before = {line.position: in_force(line.price_steps) for line in lines}
    return {
        typed[copy.position]: Again(was, copy.unit_price)
        for copy in copies
        if copy.position in typed and (was := before[copy.position]) is not None and was != copy.unit_price
    }


def set_amounts(order: Order, lines: Sequence[OrderLine], *, elsewhere: Collection[int]) -> None:
    """Amounts of all lines at their prices, and tax; lines ``elsewhere`` (by position) go to another place now, so
    their tax may be another."""
    priced = [line for line in lines if line.kind not in UNPRICED]
    for line in priced:
        line.net_amount = round_amount(line.unit_price * line.ordered)
        line.net_base = round_amount(line.net_amount * order.currency_rate)
        line.cost_base = None if line.unit_cost is None else round_amount(line.unit_cost * line.ordered)
    if elsewhere:
        rates = _taxes_there(order, priced)
        for line in (line for line in priced if line.position in elsewhere):
            line.tax_code, line.tax_rate = rates[line.position]
    amounts = line_taxes([line.net_amount for line in priced], [(line.tax_code, line.tax_rate) for line in priced])
    for line, amount in zip(priced, amounts, strict=True):
        line.tax_amount = amount


def _taxes_there(order: Order, priced: Sequence[OrderLine]) -> Mapping[int, tuple[str, Decimal]]:
    """Code and rate of each line's tax where it is supplied now, by position."""
    copies = _copies(order, priced)
    price_lines(
        document=order,
        lines=copies,
        customer=order.customer,
        ship_to=order.ship_to,
        on=today(order.company),
        manual={line.position: line.unit_price for line in priced},
    )
    return {line.position: (line.tax_code, line.tax_rate) for line in copies}


def _copies(order: Order, priced: Sequence[OrderLine]) -> list[OrderLine]:
    """The same lines without their prices, never to be saved."""
    return [
        OrderLine(
            order=order,
            position=line.position,
            kind=line.kind,
            product=line.product,
            description=line.description,
            unit=line.unit,
            unit_factor=line.unit_factor,
            typed_quantity=line.typed_quantity,
            ordered=line.ordered,
            supply=line.supply,
            ship_to_id=line.ship_to_id,
            warehouse_id=line.warehouse_id,
        )
        for line in priced
    ]


def worth_of(lines: Sequence[OrderLine]) -> Worth:
    """What the lines come to without what is cancelled."""
    priced = [line for line in lines if line.kind not in UNPRICED]

    def part(line: OrderLine, amount: Decimal) -> Decimal:
        return share(amount, line.ordered - line.cancelled, line.ordered)

    bearing = [line for line in priced if not (line.kind == LineKind.CHARGE and line.net_amount <= 0)]
    costs = [line.cost_base for line in bearing if line.ordered > line.cancelled]
    return Worth(
        net_amount=sum((part(line, line.net_amount) for line in priced), ZERO),
        tax_amount=sum((part(line, line.tax_amount) for line in priced), ZERO),
        net_base=sum((part(line, line.net_base) for line in priced), ZERO),
        cost_base=None
        if any(cost is None for cost in costs)
        else sum((part(line, line.cost_base or ZERO) for line in bearing), ZERO),
    )
