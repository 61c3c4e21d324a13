"""What fulfillment tells customers: what left, what is missing, what arrived."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from omc.lib.registry import MessageKind, Placeholder, Wording
from orders.core.links.addresses import address_of
from orders.core.links.selectors import standing_link
from orders.core.message_kinds import declare
from orders.core.models import LineKind, OrderState, ShipRule
from orders.core.speech import Phrases, item_name, listed, long_day, quantity, say
from orders.fulfillment.documents import packing_slip_pdf
from orders.fulfillment.models import Shipment, ShipmentLine, ShipmentState
from orders.fulfillment.models.shipments import GONE
from orders.fulfillment.selectors import shipment_lines

PHRASES: Final[Phrases] = {
    "en": {
        "line": "{item}: {quantity}",
        "follows": "{item}: we are {quantity} short. What is missing will be with you on {day}.",
        "follows_later": "{item}: we are {quantity} short. What is missing follows as soon as we have it.",
        "cancelled": "{item}: we are {quantity} short. What is missing will not follow: we take it off your order.",
        "rest_none": "That was all that was still open of your order.",
        "rest_some": "The rest of your order follows.",
    },
    "de": {
        "line": "{item}: {quantity}",
        "follows": "{item}: {quantity} fehlen. Sie sind am {day} bei Ihnen.",
        "follows_later": "{item}: {quantity} fehlen. Sie folgen, sobald wir sie haben.",
        "cancelled": "{item}: {quantity} fehlen. Sie folgen nicht: Wir nehmen sie aus Ihrem Auftrag.",
        "rest_none": "Damit ist alles geliefert, was von Ihrem Auftrag noch offen war.",
        "rest_some": "Der Rest Ihres Auftrags folgt.",
    },
}
PAGE: Final = "shipment"  # of the customer, by a signed link
_SHIPMENT: Final = Placeholder("shipment", _("Number of the shipment"), "SH-000045")
_ORDER: Final = Placeholder("order", _("Our order number"), "SO-000123")
_YOURS: Final = Placeholder("your_number", _("The customer's order number"), "PO-4711")
_LINES: Final = Placeholder("lines", _("What is in the shipment"), "Hex bolt M8 (BOLT-8): 100 pc")
_TO: Final = Placeholder("ship_to", _("Where it goes"), "Nordwind Supplies, Hamburg")


def register() -> None:
    """Called once, when Django is ready."""
    declare(
        MessageKind(
            key="shipped",
            name=_("Shipped"),
            stage=7,
            when=_("A shipment has left: what is in it, how to follow it, and whether more is to come."),
            placeholders=(
                _SHIPMENT,
                _ORDER,
                _YOURS,
                _LINES,
                _TO,
                Placeholder("service", _("Carrier and service"), "UPS Ground"),
                Placeholder("tracking", _("Tracking number"), "1Z999AA10123456784"),
                Placeholder("arrives", _("When it was promised"), "3 December 2026"),
                Placeholder("link", _("Address where the customer follows it"), "https://orders.example.com/c/5k.Zr…/"),
                Placeholder("rest", _("Whether more is to come"), "The rest of your order follows."),
            ),
            wordings={
                "en": Wording(
                    "Order {order} is on its way",
                    "{greeting}\n\nyour goods are on their way. {rest}\n\n"
                    "Our order number: {order}\nYour order number: {your_number}\nShipment: {shipment}\n"
                    "To: {ship_to}\nWith you by: {arrives}\nCarrier: {service}\nTracking number: {tracking}\n"
                    "Follow it: {link}\n\n"
                    "{lines}\n\n{company}",
                ),
                "de": Wording(
                    "Auftrag {order} ist unterwegs",
                    "{greeting}\n\nIhre Ware ist unterwegs. {rest}\n\n"
                    "Unsere Auftragsnummer: {order}\nIhre Bestellnummer: {your_number}\nSendung: {shipment}\n"
                    "An: {ship_to}\nBei Ihnen bis: {arrives}\nVersand: {service}\nSendungsnummer: {tracking}\n"
                    "Sendung verfolgen: {link}\n\n"
                    "{lines}\n\n{company}",
                ),
            },
            values=shipped,
            find=_latest(*GONE),
            paper=lambda shipment: (f"{shipment}.pdf", packing_slip_pdf(shipment)),
        ),
        MessageKind(
            key="ready",
            name=_("Ready to collect"),
            stage=7,
            when=_("A shipment that the customer collects is packed: what is in it, and where it waits."),
            placeholders=(
                _SHIPMENT,
                _ORDER,
                _YOURS,
                _LINES,
                Placeholder("warehouse", _("Where it waits"), "Main warehouse"),
            ),
            wordings={
                "en": Wording(
                    "Order {order} is ready to collect",
                    "{greeting}\n\nyour goods are packed and wait for you. Please name the shipment when you come.\n\n"
                    "Our order number: {order}\nYour order number: {your_number}\nShipment: {shipment}\n"
                    "Collect at: {warehouse}\n\n{lines}\n\n{company}",
                ),
                "de": Wording(
                    "Auftrag {order} liegt zur Abholung bereit",
                    "{greeting}\n\nIhre Ware ist verpackt und wartet auf Sie. Bitte nennen Sie beim Abholen die Sendung.\n\n"
                    "Unsere Auftragsnummer: {order}\nIhre Bestellnummer: {your_number}\nSendung: {shipment}\n"
                    "Abholen bei: {warehouse}\n\n{lines}\n\n{company}",
                ),
            },
            values=ready,
            find=_latest_ready,
            paper=lambda shipment: (f"{shipment}.pdf", packing_slip_pdf(shipment)),
        ),
        MessageKind(
            key="short",
            name=_("Short"),
            stage=7,
            when=_("Less was there than was to leave: what is missing, and when it follows. Once per shipment."),
            placeholders=(
                _SHIPMENT,
                _ORDER,
                _YOURS,
                Placeholder(
                    "missing",
                    _("What is missing and when it follows"),
                    "Hex bolt M8 (BOLT-8): we are 20 pc short. What is missing will be with you on 3 December 2026.",
                ),
            ),
            wordings={
                "en": Wording(
                    "Something is missing from order {order}",
                    "{greeting}\n\nwhen we packed your goods, less was there than we promised. We are sorry.\n\n"
                    "{missing}\n\nOur order number: {order}\nYour order number: {your_number}\nShipment: {shipment}\n\n"
                    "{company}",
                ),
                "de": Wording(
                    "Bei Auftrag {order} fehlt etwas",
                    "{greeting}\n\nbeim Packen war weniger da, als wir zugesagt haben. Das tut uns leid.\n\n"
                    "{missing}\n\nUnsere Auftragsnummer: {order}\nIhre Bestellnummer: {your_number}\n"
                    "Sendung: {shipment}\n\n{company}",
                ),
            },
            values=short,
            find=_latest_short,
        ),
        MessageKind(
            key="delivered",
            name=_("Delivered"),
            stage=7,
            when=_("A shipment has arrived: when, and who took it."),
            placeholders=(
                _SHIPMENT,
                _ORDER,
                _YOURS,
                _LINES,
                _TO,
                Placeholder("delivered_on", _("The day it arrived"), "3 December 2026"),
                Placeholder("received_by", _("Who took it"), "B. Miller"),
            ),
            wordings={
                "en": Wording(
                    "Order {order} was delivered",
                    "{greeting}\n\nyour goods have arrived. If anything is not right, please tell us.\n\n"
                    "Our order number: {order}\nYour order number: {your_number}\nShipment: {shipment}\n"
                    "To: {ship_to}\nArrived on: {delivered_on}\nTaken by: {received_by}\n\n{lines}\n\n{company}",
                ),
                "de": Wording(
                    "Auftrag {order} wurde zugestellt",
                    "{greeting}\n\nIhre Ware ist angekommen. Wenn etwas nicht stimmt, sagen Sie es uns bitte.\n\n"
                    "Unsere Auftragsnummer: {order}\nIhre Bestellnummer: {your_number}\nSendung: {shipment}\n"
                    "An: {ship_to}\nAngekommen am: {delivered_on}\nAngenommen von: {received_by}\n\n"
                    "{lines}\n\n{company}",
                ),
            },
            values=delivered,
            find=_latest(ShipmentState.DELIVERED),
            to="asked",
        ),
    )


def _latest(*states: str) -> Callable[[int, str], Shipment | None]:
    def find(company_id: int, number: str) -> Shipment | None:
        return _found(Shipment.objects.filter(company_id=company_id, state__in=states), number)

    return find


def _latest_ready(company_id: int, number: str) -> Shipment | None:
    waits = Shipment.objects.filter(company_id=company_id, is_collected=True)
    return _found(waits.filter(state__in=[ShipmentState.PACKED, *GONE]), number)


def _latest_short(company_id: int, number: str) -> Shipment | None:
    rows = Shipment.objects.filter(company_id=company_id).exclude(state=ShipmentState.CANCELLED)
    short_lines = ShipmentLine.objects.exclude(short_reason="").values("shipment_id")
    return _found(rows if number else rows.filter(pk__in=short_lines), number)


def _found(rows: Any, number: str) -> Shipment | None:
    if number:
        rows = rows.filter(number__iexact=number)
    found: Shipment | None = rows.select_related(*RELATED).order_by("-id").first()
    return found


RELATED: Final = ("company", "customer__company", "order__contact", "ship_to", "service", "warehouse", "planned")


def _numbers(shipment: Shipment) -> dict[str, str]:
    order, place = shipment.order, shipment.ship_to
    return {
        "shipment": shipment.number,
        "order": str(order),
        "your_number": order.customer_po,
        "ship_to": ", ".join(part for part in (place.name, place.city) if part) if place else "",
    }


def _name(line: ShipmentLine) -> str:
    sold = line.order_line
    sku = sold.product.sku if sold.product else ""
    return item_name(sold.description or (sold.product.name if sold.product else ""), sku)


def _amount(line: ShipmentLine, value: Decimal) -> str:
    product = line.order_line.product
    return quantity(value, product.stock_unit if product else line.order_line.unit)


def _contents(lines: Iterable[ShipmentLine], column: str = "shipped") -> str:
    units = [(line, getattr(line, column)) for line in lines]
    return listed(say(PHRASES, "line", item=_name(line), quantity=_amount(line, some)) for line, some in units if some)


def shipped(shipment: Shipment) -> dict[str, str]:
    """What the message of a shipment says, in the language that is active."""
    lines, order = shipment_lines(shipment), shipment.order
    days = [line.order_line.current_promise for line in lines if line.shipped and line.order_line.current_promise]
    goods = order.lines.filter(kind__in=[LineKind.GOODS, LineKind.COMPONENT])
    more = order.state != OrderState.CANCELLED and any(line.open_quantity > 0 for line in goods)
    return {
        **_numbers(shipment),
        "lines": _contents(lines),
        "service": str(shipment.service or ""),
        "tracking": shipment.tracking_number,
        "link": _link(shipment),
        "arrives": long_day(max(days, default=None)),
        "rest": say(PHRASES, "rest_some" if more else "rest_none"),
    }


def _link(shipment: Shipment) -> str:
    link = standing_link(PAGE, shipment.pk, shipment.company_id)
    return address_of(link) if link else ""


def ready(shipment: Shipment) -> dict[str, str]:
    """What the message of a shipment that waits to be collected says, in the language that is active."""
    warehouse = shipment.warehouse
    return {
        **_numbers(shipment),
        "lines": _contents(shipment_lines(shipment), "packed"),
        "warehouse": ", ".join(
            filter(None, [warehouse.name or warehouse.code, warehouse.street, warehouse.postal_code, warehouse.city])
        ),
    }


def short(shipment: Shipment) -> dict[str, str]:
    """What is missing from a shipment, in the language that is active."""
    missing = [line for line in shipment_lines(shipment) if line.short_reason and line.picked < line.quantity]
    return {**_numbers(shipment), "missing": "\n".join(_missing(line, shipment) for line in missing)}


def _missing(line: ShipmentLine, shipment: Shipment) -> str:
    sold = line.order_line
    values = {"item": _name(line), "quantity": _amount(line, line.quantity - line.picked)}
    if shipment.order.ship_rule == ShipRule.CANCEL_REMAINDER:
        return say(PHRASES, "cancelled", **values)
    if sold.expected_date:
        return say(PHRASES, "follows", day=long_day(sold.expected_date), **values)
    return say(PHRASES, "follows_later", **values)


def delivered(shipment: Shipment) -> dict[str, str]:
    """What the message of an arrival says, in the language that is active."""
    zone = ZoneInfo(shipment.company.time_zone)
    at = shipment.delivered_at
    return {
        **_numbers(shipment),
        "lines": _contents(shipment_lines(shipment)),
        "delivered_on": long_day(at.astimezone(zone).date()) if at else "",
        "received_by": shipment.received_by,
    }
