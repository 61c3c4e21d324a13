"""What the guidelines add to the lists that core iterates."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.registry import Command, DutyRule, HomeTask, Panel, SettingType, Todo, registry
from orders.core.models import RuleState
from orders.core.selectors.home import document_duties
from orders.pricing.guidelines import events, lists, machines  # noqa: F401  declares events and graph
from orders.pricing.guidelines.models import Approval
from orders.pricing.guidelines.selectors import approval_list, versions_of
from orders.pricing.guidelines.services import APPROVAL_DAYS, load_discount_hold
from orders.pricing.guidelines.services.approvals import APPROVE
from orders.pricing.guidelines.showing import order_panel

DUTY = "Decide discount"


def register() -> None:
    """Called once, when Django is ready."""
    lists.register()
    registry.pages.add("approval", "pricing:approval")
    registry.reference.add("discount hold", load_discount_hold)
    registry.offer(
        Command(_("Discount approvals"), "pricing:approvals", "stamp", _("approve exception margin")),
        Command(_("Discount guidelines"), "pricing:guidelines", "ruler", _("limits discount margin")),
        Command(_("What exceptions led to"), "pricing:exceptions", "chart-line", _("discount outcome approver")),
    )
    registry.settings.add(
        APPROVAL_DAYS,
        SettingType(
            APPROVAL_DAYS,
            _("Business days to decide about a discount"),
            2,
            _days,
            stage=3,
            help=_("A whole number from 1 to 30. A request that nobody decided by then expires."),
        ),
    )
    registry.duties.add(
        DUTY,
        DutyRule(
            stage=3,
            name=DUTY,
            subject="self",
            opens={"discount_requested": None},
            closes={
                "discount_approved": None,
                "discount_refused": None,
                "discount_request_expired": None,
                "discount_voided": None,
            },
        ),
    )
    registry.home_tasks.add("pricing.decide", HomeTask("pricing.decide", (APPROVE,), TO_DECIDE))
    registry.home_tasks.add("pricing.guidelines", HomeTask("pricing.guidelines", ("orders.manage_rules",), to_publish))
    registry.panels.add(
        "order guidelines",
        Panel(
            key="guidelines",
            subject="order",
            title=_("Discount guidelines"),
            template="orders/pricing/guidelines/panel.html",
            context=order_panel,
            permission="orders.view_price",
            order=28,
        ),
    )


def _days(text: str) -> int:
    days = int(text)
    if not 1 <= days <= 30:
        raise ValueError("a whole number from 1 to 30")
    return days


def _waiting(actor: Actor) -> QuerySet[Approval]:
    """Requests that this person may decide: not their own, and not asked of somebody else."""
    rows = approval_list(actor, {}).exclude(requested_by_id=actor.user_id)
    return rows.filter(Q(approver=None) | Q(approver_id=actor.user_id))


def _why(approval: Approval) -> Any:
    return approval.reason


TO_DECIDE = document_duties(
    3, DUTY, _waiting, what=_("Decide %(document)s"), button=_("Decide"), url="pricing:approval", why=_why
)


def to_publish(actor: Actor) -> list[Todo]:
    """The latest version of the guidelines, while it is a draft of somebody else's."""
    latest = versions_of(actor.company_id).first()
    if latest is None or latest.status != RuleState.DRAFT or latest.created_by_id == actor.user_id:
        return []
    return [
        Todo(
            what=_("Publish the %(rule)s") % {"rule": latest},
            button=_("Read and publish"),
            url=reverse("pricing:guidelines"),
            since=latest.created_at,
            why=_("written by %(author)s") % {"author": latest.created_by or _("the system")},
        )
    ]
