"""How a line of a quote reaches the customer, in the customer's words."""

from omc.lib.catalogs import for_customer as _
from omc.lib.documents import address_lines
from orders.core.models import Supply
from orders.pricing.models import Quote, QuoteLine


def ways_of(line: QuoteLine, quote: Quote) -> list[str]:
    """That it is bought for them or comes from our supplier, and where it goes when that is not where the quote goes."""
    said = []
    if line.supply == Supply.SPECIAL:
        said.append(_("Ordered specially for you"))
    elif line.supply == Supply.DROP_SHIP:
        said.append(_("Comes straight from our supplier"))
    if line.ship_to is not None and line.ship_to_id != quote.ship_to_id:
        said.append(_("Goes to: %(place)s") % {"place": ", ".join(address_lines(line.ship_to))})
    return said
