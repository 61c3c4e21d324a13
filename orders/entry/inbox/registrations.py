"""What the inbox adds to the lists that core iterates."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.registry import Action, Command, DutyRule, HomeTask, Panel, registry
from orders.core.models import Customer, Order, ProductAlias
from orders.core.selectors.home import document_duties
from orders.entry.inbox import events, lists, machines, messages  # noqa: F401  declares events and graph
from orders.entry.inbox.models import InboxDocument, KnownSender
from orders.entry.inbox.selectors import document_list, documents_of_order
from orders.entry.inbox.services.reading import register_jobs

DUTY = "Read order document"
DUE_MINUTES = 120


def register() -> None:
    """Called once, when Django is ready."""
    lists.register()
    messages.register()
    register_jobs()
    registry.pages.add("inboxdocument", "entry:inbox-document")
    registry.offer(
        Command(_("Paste anything"), "entry:paste", "clipboard-paste", _("paste text mail lines order"), starts=True),
        Command(_("Order inbox"), "entry:inbox", "inbox", _("documents mail pdf edi ubl upload")),
        Command(_("Order mailbox"), "entry:mailbox", "mail", _("imap mail server password settings")),
        Command(_("What customers call our items"), "entry:item-names", "tags", _("aliases part numbers learned")),
        Command(_("Who writes for whom"), "entry:known-senders", "users", _("senders learned mail edi")),
        Command(_("EDI partners"), "entry:partners", "reply", _("answers 997 855 control numbers")),
    )
    registry.duties.add(
        DUTY,
        DutyRule(
            stage=4,
            name=DUTY,
            subject="self",
            opens={"document_received": None, "document_brought_back": None},
            closes={"document_ordered": None, "document_set_aside": None},
            due_minutes=DUE_MINUTES,
        ),
    )
    registry.home_tasks.add("entry.inbox", HomeTask("entry.inbox", ("entry.write_order",), TO_READ))
    registry.panels.add(
        "order inbox",
        Panel(
            key="inbox",
            subject="order",
            title=_("What the customer sent"),
            template="orders/entry/inbox/panel.html",
            context=_of_order,
            permission="entry.write_order",
            order=15,
        ),
    )
    registry.panels.add(
        "customer learned",
        Panel(
            key="learned",
            subject="customer",
            title=_("Learned from their orders"),
            template="orders/entry/inbox/learned_panel.html",
            context=_learned,
            permission="entry.write_order",
            order=85,
        ),
    )
    registry.actions.add(
        "entry.inbox",
        Action(
            key="entry.inbox",
            subject="order_list",
            label=_("Order inbox"),
            permission="entry.write_order",
            url=lambda _list: reverse("entry:inbox"),
            when=lambda _list: True,
        ),
    )


def _of_order(order: Order, actor: Actor) -> dict[str, Any] | None:
    rows = documents_of_order(order.pk, actor)
    return {"documents": rows} if rows else None


def _learned(customer: Customer, actor: Actor) -> dict[str, Any] | None:
    of_customer = {"company_id": actor.company_id, "customer_id": customer.pk}
    names, senders = ProductAlias.objects.filter(**of_customer), KnownSender.objects.filter(**of_customer)
    return {"names": names.count(), "senders": senders.count(), "customer": customer}


def _waiting(actor: Actor) -> QuerySet[InboxDocument]:
    """Waiting documents that nobody else has taken."""
    rows = document_list(actor, {"state": "waiting"})
    return rows.filter(Q(assignee__isnull=True) | Q(assignee_id=actor.user_id))


def _why(document: InboxDocument) -> Any:
    if document.state == "broken":
        return _("it cannot be read")
    return document.customer or _("customer unknown")


TO_READ = document_duties(
    4, DUTY, _waiting, what=_("Read “%(document)s”"), button=_("Open"), url="entry:inbox-document", why=_why
)
