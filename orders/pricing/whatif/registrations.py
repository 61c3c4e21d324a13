"""What what-ifs add to the lists that core iterates."""

from django.utils.translation import gettext_lazy as _

from omc.lib.registry import Command, SettingType, registry
from orders.pricing.whatif import lists
from orders.pricing.whatif.services import keeping
from orders.pricing.whatif.services.clearing import KEEP_DAYS


def register() -> None:
    """Called once, when Django is ready."""
    lists.register()
    keeping.register(_("What if prices changed"))
    registry.settings.add(
        KEEP_DAYS,
        SettingType(
            KEEP_DAYS,
            _("Days that a what-if is kept"),
            90,
            _days,
            stage=3,
            help=_("1 to 3,650, from when it was last worked out. Then it goes; a version drafted of it stays."),
        ),
    )
    registry.offer(
        Command(_("What if prices changed"), "pricing:what-ifs", "flask-conical", _("simulate raise effect"))
    )


def _days(text: str) -> int:
    days = int(text)
    if not 1 <= days <= 3650:
        raise ValueError("a whole number from 1 to 3650")
    return days
