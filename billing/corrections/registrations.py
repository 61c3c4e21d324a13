"""What corrections add to the lists that core iterates."""

from decimal import Decimal
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from billing.corrections import events, machines  # noqa: F401  declares events and graph
from billing.corrections.services import LIMITS
from billing.models import WriteOff, WriteOffState
from omc.accounts.roles import ROLE_NAMES
from omc.lib.actor import Actor
from omc.lib.registry import DutyRule, HomeTask, SettingType, registry
from orders.core.selectors.home import document_duties

DUTY: Final = "Agree to write-off"
USUAL: Final = {"billing": "25", "credit": "100", "admin": "500"}


def register() -> None:
    """Called once, when Django is ready."""
    registry.pages.add("writeoff", "billing:show_write_off")
    for role, key in LIMITS.items():
        registry.settings.add(
            key,
            SettingType(
                key,
                _("Written off without asking, at most: %s") % ROLE_NAMES[role],
                USUAL[role],
                _amount,
                stage=8,
                help=_("An amount in company currency per invoice. Above it a second person has to agree."),
            ),
        )
    registry.duties.add(
        DUTY,
        DutyRule(
            stage=8,
            name=DUTY,
            subject="self",
            opens={"write_off_requested": None},
            closes={"written_off": None, "write_off_refused": None},
        ),
    )
    registry.home_tasks.add(
        "billing.write_offs",
        HomeTask(
            "billing.write_offs",
            ("billing.record_payment",),
            document_duties(
                8, DUTY, _waiting, what=_("Look at the %(document)s"), button=_("Agree or refuse"),
                url="billing:show_write_off", why=lambda found: found.reason,
            ),
        ),
    )  # fmt: skip


def _amount(text: str) -> str:
    """Kept as text: settings are JSON."""
    amount = Decimal(text.strip())
    if not (amount.is_finite() and 0 <= amount <= 1_000_000):
        raise ValueError("an amount from 0 to 1,000,000")
    return str(amount)


def _waiting(actor: Actor) -> QuerySet[WriteOff]:
    """Write-offs that a colleague asked for."""
    rows: Any = WriteOff.objects.filter(company_id=actor.company_id, state=WriteOffState.REQUESTED)
    return rows.exclude(requested_by_id=actor.user_id)
