"""What disputes add to the lists that core iterates."""

from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from billing.disputes import events, lists, machines  # noqa: F401  declares events and graph
from billing.disputes.selectors import disputes_list
from billing.disputes.services import SERVICE_DAYS
from billing.models import Dispute, DisputeState
from omc.lib.actor import Actor
from omc.lib.registry import Command, DutyRule, HomeTask, SettingType, registry
from orders.core.selectors.home import document_duties

DUTY: Final = "Decide dispute"


def register() -> None:
    """Called once, when Django is ready."""
    lists.register()
    registry.pages.add("dispute", "billing:dispute")
    registry.offer(
        Command(_("Disputes"), "billing:disputes", "message-circle-warning", _("complaint deduction short pay")),
        Command(_("Money stuck by stage"), "billing:stuck", "chart-column", _("dispute cause stage")),
    )
    registry.settings.add(
        SERVICE_DAYS,
        SettingType(
            SERVICE_DAYS,
            _("Business days to decide a dispute"),
            5,
            _days,
            stage=8,
            help=_("A whole number from 1 to 60, from the day that a customer disputes an invoice."),
        ),
    )
    registry.duties.add(
        DUTY,
        DutyRule(
            stage=8,
            name=DUTY,
            subject="self",
            opens={"dispute_opened": None},
            closes={"dispute_decided": None},
            due={"dispute_opened": "due_on"},
        ),
    )
    registry.home_tasks.add(
        "billing.disputes",
        HomeTask(
            "billing.disputes",
            ("billing.credit",),
            document_duties(
                8,
                DUTY,
                _open,
                what=_("Decide the %(document)s"),
                button=_("Decide"),
                url="billing:dispute",
                why=_why,
            ),
        ),
    )


def _days(text: str) -> int:
    days = int(text)
    if not 1 <= days <= 60:
        raise ValueError("a whole number from 1 to 60")
    return days


def _open(actor: Actor) -> QuerySet[Dispute]:
    """Open disputes that nobody else has in hand."""
    rows = disputes_list(actor, {"state": DisputeState.OPEN})
    return rows.filter(Q(owner=None) | Q(owner_id=actor.user_id))


def _why(dispute: Dispute) -> Any:
    return _("%(reason)s, on %(invoice)s") % {"reason": dispute.get_reason_display(), "invoice": dispute.invoice}
