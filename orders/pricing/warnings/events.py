"""Facts about costs that moved. Sentences name no cost, no margin and no money."""

from dataclasses import dataclass

from omc.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class CostWarningRaised(Event):
    name = "cost_warning_raised"
    stage = 3
    sentence = (
        "Costs of {items} items rose ({reason}): {quotes} quotes, {orders} orders and {prices} prices are too low"
    )
    reason: str
    items: int
    quotes: int
    orders: int
    prices: int


@dataclass(frozen=True, kw_only=True)
class PricesProposed(Event):
    name = "prices_proposed"
    stage = 3
    sentence = "New prices proposed on {lists}"
    lists: str


@dataclass(frozen=True, kw_only=True)
class CostWarningActed(Event):
    name = "cost_warning_acted"
    stage = 3
    sentence = "Acted on: {decision}"
    decision: str


@dataclass(frozen=True, kw_only=True)
class CostWarningSetAside(Event):
    name = "cost_warning_set_aside"
    stage = 3
    sentence = "Set aside: {decision}"
    decision: str
