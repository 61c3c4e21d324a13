"""What waves add to the lists that core iterates."""

from django.utils.translation import gettext_lazy as _

from omc.lib.registry import Command, Document, SettingType, registry
from orders.fulfillment.waves import lists
from orders.fulfillment.waves.services import MINUTES, MOST_ORDERS

SEE = "fulfillment.view_shipment"


def register() -> None:
    """Called once, when Django is ready."""
    lists.register()
    registry.pages.add("wave", "fulfillment:wave")
    registry.documents.add("wave", Document("wave", _("Wave"), "orders_fulfillment.Wave", SEE, "fulfillment:wave"))
    registry.offer(
        Command(_("Waves"), "fulfillment:waves", "route", _("batch pick walk totes")),
        Command(_("Make a wave"), "fulfillment:new-wave", "route", _("batch pick walk totes"), starts=True),
    )
    for key, name, usual, most in (
        (MOST_ORDERS, _("Orders in a wave, at most (totes on the cart)"), 12, 200),
        (MINUTES, _("Minutes of work in a wave, at most"), 120, 1440),
    ):
        registry.settings.add(key, SettingType(key, name, usual, _whole(most), 7))


def _whole(most: int):  # type: ignore[no-untyped-def]
    def parse(text: str) -> int:
        number = int(text)
        if not 1 <= number <= most:
            raise ValueError(f"a whole number from 1 to {most}, not {number}")
        return number

    return parse
