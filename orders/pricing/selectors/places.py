"""Where a line is supplied, which decides its tax; and why it bears the tax that it does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from omc.lib import clock
from orders.core.models import Address, Order, OrderLine, Supply, Warehouse
from orders.pricing.models import TaxRule
from orders.pricing.rules import tax_for
from orders.pricing.rules.taxes import FOR_REGISTERED
from orders.pricing.selectors.prices import taxes_at


@dataclass(frozen=True, slots=True)
class Place:
    """A place of supply. ``at`` is the customer's address or our warehouse; None where only our own country is known."""

    country: str
    region: str = ""
    at: Address | Warehouse | None = None


@dataclass(frozen=True, slots=True)
class TaxReason:
    """Why a line bears its tax, in words. ``now`` says what the rules give today where that is another tax."""

    code: str
    rate: Any
    because: str
    rule: str = ""
    now: str = ""


def places_of(document: Any, lines: Sequence[Any], ship_to: Address | None) -> list[Place]:
    """The place of each line: our warehouse where the customer collects it, else the address that it goes to.

    What a supplier sends goes to the customer's address in any case. No query unless lines have addresses or
    warehouses that are not read yet; then one for each.
    """
    collected = isinstance(document, Order) and document.is_collected
    houses: dict[int, Warehouse] = {}
    fetched = [collected and getattr(line, "supply", Supply.STOCK) != Supply.DROP_SHIP for line in lines]
    if any(fetched):
        chosen = {_house_of(document, line) for line, here in zip(lines, fetched, strict=True) if here} - {None}
        houses = Warehouse.objects.in_bulk(chosen)
    own = {line.ship_to_id for line in lines if _has_own_address(line)} - {ship_to.pk if ship_to else None}
    addresses = Address.objects.in_bulk(own) if own else {}
    company = document.company
    found = []
    for line, here in zip(lines, fetched, strict=True):
        at: Address | Warehouse | None = ship_to
        if here:
            at = houses.get(_house_of(document, line) or 0)
        elif _has_own_address(line):
            at = addresses.get(line.ship_to_id, ship_to)
        found.append(Place(at.country, at.region, at) if at else Place(company.country))
    return found


def _house_of(document: Any, line: Any) -> int | None:
    house: int | None = getattr(line, "warehouse_id", None) or document.warehouse_id
    return house


def _has_own_address(line: Any) -> bool:
    return bool(getattr(line, "ship_to_id", None))


def explain_tax(line: OrderLine) -> TaxReason | None:
    """Why a line of an order bears its tax; None for a line that bears no amount. Units: rate in percent."""
    if not line.tax_code:
        return None
    order = line.order
    customer, place = order.customer, places_of(order, [line], order.ship_to)[0]
    if customer.tax_exempt:
        return TaxReason(line.tax_code, line.tax_rate, _("The customer is exempt from tax."))
    rule = tax_for(
        taxes_at(company_id=order.company_id, country=place.country, on=clock.today(order.company.time_zone)),
        country=place.country,
        region=place.region,
        tax_class=line.product.tax_class if line.product else "standard",
        registered=bool(customer.tax_registration),
    )
    because = _because(line, place)
    if rule is None or (rule.code, rule.rate) != (line.tax_code, line.tax_rate):
        now = f"{rule.code}, {rule.rate.normalize():f} %" if rule else _("no tax rule")
        return TaxReason(line.tax_code, line.tax_rate, because, now=now)
    if rule.category in FOR_REGISTERED:
        because = f"{because} {_('The customer is registered for tax there and accounts for it.')}"
    name = TaxRule.objects.values_list("name", flat=True).get(pk=rule.rule_id)
    return TaxReason(line.tax_code, line.tax_rate, because, rule=name)


def _because(line: OrderLine, place: Place) -> str:
    where = ", ".join(filter(None, [place.region, place.country]))
    if isinstance(place.at, Warehouse):
        house = place.at.name or place.at.code
        return _("The customer collects it at %(house)s, so the tax of that place counts: %(where)s.") % {
            "house": house,
            "where": where,
        }
    if place.at is None:
        return _("No address is known, so the tax of our own country counts: %(where)s.") % {"where": where}
    if line.supply == Supply.DROP_SHIP:
        said = _("The supplier sends it to %(name)s, so the tax of that place counts: %(where)s.")
    else:
        said = _("It is shipped to %(name)s, so the tax of that place counts: %(where)s.")
    return said % {"name": place.at, "where": where}
