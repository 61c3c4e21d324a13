"""What the check tells core: whose goods are checked."""

from django.utils.translation import gettext_lazy as _

from omc.lib.registry import SettingType
from orders.fulfillment.checking.rules import CLASSES, parse_classes

SETTINGS = (
    SettingType(
        CLASSES,
        _("Customer classes whose goods are checked before they are packed"),
        "",
        parse_classes,
        stage=7,
        help=_("Letters, as in “A, B”. Somebody else than the picker counts the goods. Empty: nobody checks."),
    ),
)
