"""Price and date of an item and quantity for a customer, without an order: nothing is written, locked or reserved."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from omc.lib.actor import Actor
from omc.lib.errors import DomainError, InvalidInput
from omc.lib.money import round_amount
from orders.core.inputs import LineInput
from orders.core.models import Company, Customer, KitComponent, LineKind, Order, Product, Warehouse
from orders.core.selectors.companies import today
from orders.entry.calls.rules import Asked, read_asked
from orders.entry.inbox.rules.units import same_unit
from orders.entry.selectors.lookup import ItemHit, items_found
from orders.pricing.selectors import look_up, price_of, rate_of
from planning.selectors.availability import Availability, Earliest, Enquired, availability, earliest_dates

CHOICES: Final = 8
SUBSTITUTES: Final = 3
LOOKED_AT: Final = 60  # items of a category that are looked at for substitutes
SHIPS: Final = (LineKind.GOODS, LineKind.KIT)


class WhichItem(DomainError):
    """Several items may be meant; ``choices`` are they."""

    code, status = "which_item", 422

    def __init__(self, message: str, choices: Sequence[ItemHit], asked: Asked) -> None:
        items = [{"product_id": hit.product.pk, "sku": hit.product.sku, "name": hit.product.name} for hit in choices]
        super().__init__(message, field="text", items=items)
        self.choices, self.asked = choices, asked


@dataclass(frozen=True, slots=True)
class Place:
    """An item in one warehouse: what is promised to nobody, and when all that was asked for could leave.

    Units: stock unit.
    """

    warehouse: Warehouse
    available: Decimal
    ship_date: date
    source: str
    next_supply: date | None
    next_supply_quantity: Decimal


@dataclass(frozen=True, slots=True)
class Substitute:
    """Another item of the same category that lies there in the whole quantity. Units: stock unit."""

    product: Product
    available: Decimal
    unit_price: Decimal | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What can be told now. Units: ``quantity`` and prices in stock units; prices in ``currency``, without tax.

    ``place`` is the warehouse that serves the customer, None for what does not ship; ``unit_price`` is None when no
    price is set.
    """

    product: Product
    typed_quantity: Decimal
    unit: str
    quantity: Decimal
    wanted: date | None
    currency: str
    unit_price: Decimal | None
    net_amount: Decimal | None
    price_steps: list[dict[str, Any]]
    place: Place | None = None
    elsewhere: list[Place] = field(default_factory=list)
    substitutes: list[Substitute] = field(default_factory=list)

    @property
    def is_short(self) -> bool:
        """Not all of it lies there, free."""
        return self.place is not None and self.place.available < self.quantity

    @property
    def is_late(self) -> bool:
        return bool(self.wanted and self.place and self.place.ship_date > self.wanted)


def item_asked(company: Company, customer: Customer | None, text: str, actor: Actor) -> LineInput:
    """The line that a typed "40 of X by Friday" asks for.

    Raises: InvalidInput when nothing is found, WhichItem when several items may be meant
    """
    readings = read_asked(text, today(company))
    if not readings:
        raise InvalidInput("Type a quantity and an item, for example “40 AB-100”.", field="text")
    order = _as_if(company, customer)
    for asked in readings:
        hits = items_found(order, asked.item, actor, CHOICES)
        exact = [hit for hit in hits if asked.item.casefold() in _names(hit)]
        if chosen := exact[:1] or (hits if len(hits) == 1 else []):
            return _line(chosen[0].product, asked)
        if hits:
            raise WhichItem("Several items may be meant. Choose one.", hits, asked)
    raise InvalidInput(f"No item is called “{readings[0].item}”.", field="text")


def line_of(company: Company, product_id: int, text: str, actor: Actor) -> LineInput:
    """The same when the item was chosen: the text still says how many and by when."""
    product = Product.objects.filter(pk=product_id, company_id=company.pk, is_active=True).first()
    if product is None:
        raise InvalidInput("There is no such item.", field="text")
    readings = read_asked(text, today(company))
    return _line(product, readings[0] if readings else Asked(product.sku, Decimal(1)))


def _names(hit: ItemHit) -> set[str]:
    return {name.casefold() for name in (hit.product.sku, hit.called, hit.product.name, hit.product.barcode) if name}


def _line(product: Product, asked: Asked) -> LineInput:
    return LineInput(
        product_id=product.pk,
        quantity=asked.quantity,
        unit=_own_unit(product, asked.unit),
        requested_date=asked.wanted,
    )


def _own_unit(product: Product, said: str) -> str:
    """The item's own word for a unit; empty is its stock unit. An unknown one is left for pricing to refuse."""
    if not said or same_unit(said, product.stock_unit):
        return ""
    return next((pack.unit for pack in product.units.all() if same_unit(pack.unit, said)), said)


def _as_if(company: Company, customer: Customer | None) -> Order:
    """An order that is never saved, for what asks an order's customer and currency."""
    buyer = customer or Customer(company=company, currency=company.currency)
    return Order(
        company=company,
        customer=buyer,
        currency=buyer.currency,
        currency_rate=rate_of(company.pk, buyer.currency, today(company)),
    )


def answer(company: Company, customer: Customer | None, line: LineInput, actor: Actor) -> Answer:
    """What the customer would pay, and when it could leave. A constant number of queries.

    Raises: InvalidLines, NoRate, NotFound
    """
    found = look_up(company=company, customer=customer, line=line, on=today(company))
    price = found.price if actor.can("orders.view_price") else None
    unit = line.unit or found.product.stock_unit
    places = _places(company, found.product, found.quantity, line.requested_date)
    own = _serves(company, customer, places)
    short = own is not None and own.available < found.quantity
    return Answer(
        product=found.product,
        typed_quantity=line.quantity,
        unit=unit,
        quantity=found.quantity,
        wanted=line.requested_date,
        currency=found.currency,
        unit_price=price.unit_price if price else None,
        net_amount=round_amount(price.unit_price * found.quantity) if price else None,
        price_steps=[step.row() for step in price.steps] if price else [],
        place=own,
        elsewhere=[place for place in places if place is not own],
        substitutes=_substitutes(company, customer, found.product, found.quantity, own, actor) if short else [],
    )


def _places(company: Company, product: Product, quantity: Decimal, wanted: date | None) -> list[Place]:
    """The item in every warehouse; a kit by its scarcest part and its latest."""
    if product.kind not in SHIPS:
        return []
    parts = [(product.pk, Decimal(1))]
    if product.kind == LineKind.KIT:
        parts = list(KitComponent.objects.filter(kit=product).values_list("product_id", "quantity"))
    warehouses = list(Warehouse.objects.filter(company=company).order_by("-is_default", "pk"))
    asked = [
        Enquired(part, warehouse.pk, quantity * per_unit, wanted)
        for warehouse in warehouses
        for part, per_unit in parts
    ]
    dates = earliest_dates(company.pk, asked)
    stock = availability(company.pk, [part for part, _per_unit in parts])
    found = []
    for number, warehouse in enumerate(warehouses):
        earliest = dates[number * len(parts) : (number + 1) * len(parts)]
        if earliest:
            levels = [(stock.get((part, warehouse.pk), Availability()), per_unit) for part, per_unit in parts]
            found.append(_place(warehouse, levels, max(earliest, key=lambda each: each.ship_date)))
    return found


def _place(warehouse: Warehouse, levels: Sequence[tuple[Availability, Decimal]], latest: Earliest) -> Place:
    """One warehouse, by the level that makes the fewest."""
    scarcest, per_unit = min(levels, key=lambda pair: pair[0].available / pair[1])
    return Place(
        warehouse=warehouse,
        available=scarcest.available if per_unit == 1 else scarcest.available // per_unit,
        ship_date=latest.ship_date,
        source=latest.source,
        next_supply=scarcest.next_supply,
        next_supply_quantity=scarcest.next_supply_quantity,
    )


def _serves(company: Company, customer: Customer | None, places: Sequence[Place]) -> Place | None:
    """The warehouse that the customer is served from, else the company's first."""
    own = customer.default_warehouse_id if customer else None
    return next((place for place in places if place.warehouse.pk == own), places[0] if places else None)


def _substitutes(
    company: Company, customer: Customer | None, product: Product, quantity: Decimal, place: Place | None, actor: Actor
) -> list[Substitute]:
    """Items of the same category and unit that lie in the warehouse in the whole quantity, the most alike first."""
    if product.category_id is None or place is None:
        return []
    words = set(product.name.casefold().split())
    alike = sorted(
        Product.objects.filter(
            company=company,
            category_id=product.category_id,
            kind=LineKind.GOODS,
            stock_unit=product.stock_unit,
            is_active=True,
            levels__warehouse=place.warehouse,
            levels__on_hand__gte=quantity,
        )
        .exclude(pk=product.pk)
        .order_by("sku")[:LOOKED_AT],
        key=lambda other: -len(words & set(other.name.casefold().split())),
    )
    levels = availability(company.pk, [other.pk for other in alike], [place.warehouse.pk])
    there = [
        (other, levels[other.pk, place.warehouse.pk].available)
        for other in alike
        if levels[other.pk, place.warehouse.pk].available >= quantity
    ][:SUBSTITUTES]
    prices = _prices(company, customer, [other.pk for other, _available in there], quantity, actor)
    return [Substitute(other, available, prices.get(other.pk)) for other, available in there]


def _prices(
    company: Company, customer: Customer | None, product_ids: Sequence[int], quantity: Decimal, actor: Actor
) -> dict[int, Decimal]:
    """What so much of each would cost, for whoever may see it."""
    if not product_ids or not actor.can("orders.view_price"):
        return {}
    currency = customer.currency if customer else company.currency
    day = today(company)
    found = price_of(
        company_id=company.pk,
        customer=customer,
        quantities=dict.fromkeys(product_ids, quantity),
        currency=currency,
        currency_rate=rate_of(company.pk, currency, day),
        on=day,
    )
    return {product_id: price.unit_price for product_id, price in found.items()}
