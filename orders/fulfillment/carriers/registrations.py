"""What carriers tell core: the embedded one, and the screen of what they charge."""

from django.utils.translation import gettext_lazy as _

from omc.lib.registry import Command, registry
from orders.fulfillment.carriers.adapters import CARRIERS
from orders.fulfillment.carriers.tables import TableCarrier


def register() -> None:
    """Called once, when Django is ready."""
    CARRIERS.add("table", TableCarrier())
    registry.offer(Command(_("Carriers"), "fulfillment:carriers", "truck", _("rates services zones freight cost")))
