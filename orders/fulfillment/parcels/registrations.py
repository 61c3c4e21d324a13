"""What parcels tell core: the company's own prefix for their numbers."""

from django.utils.translation import gettext_lazy as _

from omc.lib.registry import SettingType
from orders.fulfillment.parcels.numbering import PREFIX, parse_prefix

SETTINGS = (
    SettingType(
        PREFIX,
        _("GS1 company prefix"),
        "",
        parse_prefix,
        stage=7,
        help=_("7 to 10 digits, given by GS1. With it every parcel has a number for ever (SSCC); without it none has."),
    ),
)
