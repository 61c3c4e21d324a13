"""What promises to pay add to the lists that core iterates."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from billing.models import PaymentPromise
from billing.promises import events, lists, machines  # noqa: F401  declares events and graph
from billing.promises.services import review_promises
from omc.lib.actor import system
from omc.lib.registry import Command, DutyRule, Subscriber, registry
from orders.core.models import Event

DUTY: Final = "Await promised payment"


def register() -> None:
    """Called once, when Django is ready."""
    lists.register()
    registry.pages.add("paymentpromise", "billing:promised")
    registry.offer(Command(_("Promises to pay"), "billing:promises", "handshake", _("payment date said kept broken")))
    registry.duties.add(
        DUTY,
        DutyRule(
            stage=8,
            name=DUTY,
            subject="self",
            opens={"payment_promised": None},
            closes={"payment_promise_ended": None},
            due={"payment_promised": "promised_on"},
            waits_for_customer=True,
        ),
    )
    registry.subscribers.add(
        "billing: promises to pay",
        Subscriber(
            "billing: promises to pay", ("invoice_paid", "invoice_part_paid"), see_whether_kept, looks_again=True
        ),
    )


def see_whether_kept(event: Event) -> None:
    """Money came in for an invoice: perhaps the money that was promised."""
    if PaymentPromise.objects.filter(invoice_id=event.subject_id, state="open").exists():
        review_promises(invoice_id=event.subject_id, actor=system("promises to pay", event.company_id))
