"""Disputes as a list."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from billing.disputes.forms import filter_form
from billing.disputes.selectors import disputes_list
from billing.models import Dispute, DisputeState
from omc.lib import lists
from omc.lib.lists import ListView, Look, Sort
from omc.lib.registry import Document, registry
from orders.core.eventlog import stages

SEE = "billing.view_invoice"


def _late(dispute: Dispute, look: Look) -> list[tuple[Any, str, str]]:
    is_late = dispute.state == DisputeState.OPEN and dispute.due_at < look.now
    return [(_("overdue"), "risk", "clock-alert")] if is_late else []


def stage_text(dispute: Dispute) -> str:
    """The number and name of the stage that caused it."""
    return next((f"{stage.number} {stage.name}" for stage in stages() if stage.number == dispute.stage), "")


DISPUTES = ListView(
    key="disputes",
    name=_("Disputes"),
    unit=_("disputes"),
    one=_("dispute"),
    permission=SEE,
    url="billing:disputes",
    subject="dispute",
    rows=disputes_list,
    form=filter_form,
    columns=(
        lists.link(
            "dispute", _("Dispute"), "billing:dispute", "get_reason_display",
            sub=lambda row: row.line.description if row.line else "",
        ),
        lists.state("state", _("State"), chips=_late),
        lists.link("invoice", _("Invoice"), "billing:invoice", "invoice", to="invoice_id"),
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.text("stage", _("Caused by stage"), stage_text),
        lists.money("amount", _("In dispute"), "amount", "currency", permission=SEE),
        lists.money("credited", _("Credited"), "credited_amount", "currency", permission=SEE, shown=False),
        lists.text("owner", _("In the hands of"), "owner", missing=_("nobody yet")),
        lists.moment("raised", _("Raised"), "raised_at"),
        lists.moment("due", _("Due"), "due_at", age=False),
        lists.moment("decided", _("Decided"), "decided_at", missing=_("not yet"), shown=False),
    ),
    sorts={
        "due": Sort(_("Due first"), ("due_at", "id"), "due"),
        "newest": Sort(_("Newest first"), ("-raised_at", "-id"), "raised"),
        "most": Sort(_("Most money"), ("-amount_base", "-id"), "amount"),
    },
)  # fmt: skip


def register() -> None:
    registry.lists.add(DISPUTES.key, DISPUTES)
    registry.documents.add(
        "dispute", Document("dispute", _("Dispute"), "billing.Dispute", SEE, "billing:dispute", "order")
    )
