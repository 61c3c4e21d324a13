"""What counts add to the lists that core iterates."""

from django.utils.translation import gettext_lazy as _

from omc.lib.registry import Command, Document, DutyRule, HomeTask, registry
from orders.core.selectors.home import document_duties
from planning.counts import events, machines  # noqa: F401  declares events and graph
from planning.counts.lists import COUNTS
from planning.counts.selectors import to_count
from planning.counts.services import MAY

DUTY = "Count a bin"
SEE = "planning.view_stock"


def register() -> None:
    """Called once, when Django is ready."""
    registry.lists.add(COUNTS.key, COUNTS)
    registry.pages.add("cyclecount", "planning:count")
    registry.documents.add(
        "cyclecount", Document("cyclecount", _("Count"), "planning.CycleCount", SEE, "planning:count")
    )
    registry.offer(Command(_("Counts"), "planning:counts", "clipboard-check", _("cycle count stock short bin")))
    registry.duties.add(
        DUTY,
        DutyRule(
            stage=1,
            name=DUTY,
            subject="self",
            opens={"count_asked": None},
            closes={"count_done": None},
            due_minutes=480,
        ),
    )
    registry.home_tasks.add(
        "planning.counts",
        HomeTask(
            "planning.counts",
            (MAY,),
            document_duties(
                1,
                DUTY,
                to_count,
                what=_("Count %(document)s"),
                button=_("Count"),
                url="planning:count",
                why=lambda count: count.reason,
            ),
        ),
    )
