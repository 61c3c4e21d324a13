"""What the pre-flight adds to the lists that core iterates."""

from datetime import timedelta

from django.db.models import Count, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from billing.models import Dispute, DisputeReason, Invoice, InvoiceKind, InvoiceState
from billing.preflight import events, history  # noqa: F401  declares events
from billing.preflight.checks import CHECKS, CHOICES
from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.registry import DutyRule, HomeTask, SettingType, Text, registry
from orders.core.selectors.home import document_duties

DUTY = "Mend invoice"


def register() -> None:
    """Called once, when Django is ready."""
    registry.duties.add(
        DUTY,
        DutyRule(
            stage=8,
            name=DUTY,
            subject="self",
            opens={"invoice_preflight_failed": None},
            closes={"invoice_preflight_passed": None, "invoice_cleared": None, "invoice_voided": None},
        ),
    )
    history.learn_from(_disputed)
    registry.home_tasks.add("billing.mend", HomeTask("billing.mend", ("billing.post_invoice",), TO_MEND))
    for check in CHECKS.values():
        registry.settings.add(
            check.setting,
            SettingType(
                check.setting,
                format_lazy("{}: {}", _("Before posting"), check.name),
                check.severity,
                _severity,
                stage=8,
                help=_("block, warn or off. What blocks keeps the invoice from being posted until somebody acts."),
            ),
        )


def _disputed(customer_id: int) -> list[tuple[Text, int]]:
    """For which reasons a customer disputed invoices in the last 365 days, and how often."""
    since = clock.now() - timedelta(days=365)
    rows = Dispute.objects.filter(customer_id=customer_id, raised_at__gte=since).values("reason")
    return [
        (DisputeReason(row["reason"]).label, row["times"])
        for row in rows.annotate(times=Count("id")).order_by("-times")
    ]


def _stopped(actor: Actor) -> QuerySet[Invoice]:
    return Invoice.objects.filter(
        company_id=actor.company_id, kind=InvoiceKind.INVOICE, state=InvoiceState.PREFLIGHT_FAILED
    ).select_related("customer", "order")


TO_MEND = document_duties(
    8,
    DUTY,
    _stopped,
    what=_("Mend the %(document)s"),
    button=_("Open the invoice"),
    url="billing:invoice",
    why=lambda invoice: _("it was stopped before posting"),
)


def _severity(text: str) -> str:
    if (word := text.strip().lower()) not in CHOICES:
        raise ValueError("say block, warn or off")
    return word
