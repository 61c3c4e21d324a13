"""What what-ifs add to the lists that core iterates."""

from django.utils.translation import gettext_lazy as _

from omc.lib.registry import Command, registry
from orders.pricing.whatif import lists
from orders.pricing.whatif.services import keeping


def register() -> None:
    """Called once, when Django is ready."""
    lists.register()
    keeping.register(_("What if prices changed"))
    registry.offer(
        Command(_("What if prices changed"), "pricing:what-ifs", "flask-conical", _("simulate raise effect"))
    )
