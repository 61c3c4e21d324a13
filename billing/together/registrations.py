"""What invoicing together adds to the lists that core iterates."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from billing.together import events  # noqa: F401  declares events
from billing.together.services import invoice_groups
from omc.lib.registry import Command, registry
from orders.core.services.jobs import Job, register_job

KIND = "invoice_together"


def register() -> None:
    """Called once, when Django is ready."""
    registry.offer(Command(_("Invoice together"), "billing:together", "layers", _("consolidated monthly weekly")))
    register_job(
        KIND, name=_("Invoicing together"), permission="billing.post_invoice", queue="default", body=_invoice_together
    )


def _invoice_together(job: Job) -> dict[str, Any]:
    outcome = invoice_groups(
        actor=job.actor,
        due_only=not job.inputs.get("early"),
        report=lambda done, total: job.report(done, total, "invoices"),
    )
    refused = [f"{customer}: {reason}" for customer, reason in outcome if reason]
    return {"invoiced": len(outcome) - len(refused), "refused": refused[:100]}
