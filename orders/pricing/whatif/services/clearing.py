"""Throw away what was tried long ago: every what-if keeps a copy of a year's lines."""

from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models.functions import Coalesce

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.service import verb
from orders.core.models import JobState
from orders.core.selectors.companies import setting
from orders.pricing.files.services.keeping import EDIT
from orders.pricing.whatif.models import WhatIf, WhatIfLine
from orders.pricing.whatif.services.keeping import SILENT

KEEP_DAYS: Final = "pricing.what_if_days"


@verb(silent=SILENT)
def clear_what_ifs(*, actor: Actor) -> int:
    """Throw away the company's what-ifs that nobody worked out for so many days; returns how many. Run by the clock.

    A version that was drafted of one stays. One that somebody works on right now is left for the next run.
    """
    require(actor, EDIT)
    before = clock.now() - timedelta(days=setting(actor.company_id, KEEP_DAYS))
    found = (
        WhatIf.objects.select_for_update(of=("self",), skip_locked=True)
        .alias(worked_out=Coalesce("computed_at", "created_at"))
        .filter(company_id=actor.company_id, worked_out__lt=before)
        .exclude(job__status=JobState.RUNNING)
    )
    old = list(found.values_list("pk", flat=True))
    if old:
        WhatIfLine.objects.filter(what_if__in=old)._raw_delete("default")  # nothing hangs on a line
        WhatIf.objects.filter(pk__in=old).delete()
    return len(old)


def kept_until(what_if: WhatIf) -> date:
    """The last day on which it can be read, unless it is worked out again."""
    worked_out = what_if.computed_at or what_if.created_at
    last = worked_out.astimezone(ZoneInfo(what_if.company.time_zone)).date()
    return last + timedelta(days=setting(what_if.company_id, KEEP_DAYS))
