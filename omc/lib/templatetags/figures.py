"""How figures and spans of time read, as plain text."""

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from omc.lib import clock

MINUTES_PER_DAY = 1440
AGE_SHOWN_DAYS = 60


def signed(value: Any, places: int, plus: bool = False) -> str:
    """Digits as the reader's language groups them, with a real minus sign.

    Rounds: half-up to ``places``.
    """
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    digits = formats.number_format(abs(exact), places, use_l10n=True, force_grouping=True)
    return ("−" if exact < 0 else "+" if plus and exact > 0 else "") + digits


def needed_places(value: Any, least: int, most: int) -> int:
    exponent = Decimal(str(value)).normalize().as_tuple().exponent
    return min(most, max(least, -exponent if isinstance(exponent, int) else 0))


def duration_text(minutes: Any, day_minutes: int = MINUTES_PER_DAY) -> str:
    """Minutes as a person says them: the two largest of days, hours and minutes.

    >>> duration_text(45), duration_text(200), duration_text(3060), duration_text(960, day_minutes=480)
    ('45 min', '3 h 20 min', '2 d 3 h', '2 d')
    """
    if isinstance(minutes, timedelta):
        minutes = minutes.total_seconds() / 60
    whole = int(minutes)
    days, rest = divmod(abs(whole), day_minutes)
    hours, rest = divmod(rest, 60)
    if days:
        parts = [(days, _("d")), (hours, _("h"))]
    elif hours:
        parts = [(hours, _("h")), (rest, _("min"))]
    else:
        parts = [(rest, _("min"))]
    said = " ".join(f"{count:,} {unit}" for count, unit in parts if count) or f"0 {_('min')}"
    return "−" + said if whole < 0 else said


def age_text(moment: datetime) -> str:
    """How long ago, or how soon; empty when that is too far off to help."""
    apart = clock.now() - moment
    minutes = apart.total_seconds() / 60
    if abs(minutes) > AGE_SHOWN_DAYS * MINUTES_PER_DAY:
        return ""
    if abs(minutes) < 1:
        return _("just now")
    size = abs(minutes)
    if size >= MINUTES_PER_DAY:
        size -= size % MINUTES_PER_DAY
    elif size >= 60:
        size -= size % 60
    said = duration_text(size)
    return _("%(time)s ago") % {"time": said} if minutes > 0 else _("in %(time)s") % {"time": said}
