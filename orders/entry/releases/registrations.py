"""What order entry adds for planned releases: the duty to order what is due, and its button."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.registry import Action, DutyRule, HomeTask, registry
from orders.core.selectors.home import day_text, document_duties
from orders.pricing.agreements.plan_models import PlannedRelease, PlannedReleaseState
from orders.pricing.agreements.selectors.plan import STILL_OPEN, planned_list

DUTY = "Order planned release"


def register() -> None:
    """Called once, when Django is ready."""
    registry.duties.add(
        DUTY,
        DutyRule(
            stage=4,
            name=DUTY,
            subject="self",
            opens={"release_due": None, "release_given_back": None},
            closes={"release_ordered": None, "release_moved": None, "release_skipped": None},
        ),
    )
    registry.home_tasks.add("entry.releases", HomeTask("entry.releases", ("entry.write_order",), TO_ORDER))
    registry.actions.add(
        "entry.order-release",
        Action(
            key="entry.order-release",
            subject="plannedrelease",
            label=_("Make the order"),
            permission="entry.write_order",
            url=lambda release: reverse("entry:order-release", args=[release.pk]),
            when=lambda release: release.state in STILL_OPEN and release.agreement.state == "active",
            method="post",
            primary=True,
        ),
    )


def _due(actor: Actor) -> QuerySet[PlannedRelease]:
    return planned_list(actor, {"state": PlannedReleaseState.DUE})


TO_ORDER = document_duties(
    4,
    DUTY,
    _due,
    what=_("Order release %(document)s, or move it"),
    button=_("Open the release"),
    url="pricing:planned-release",
    why=lambda release: _("wanted for %(day)s") % {"day": day_text(release.day)},
)
