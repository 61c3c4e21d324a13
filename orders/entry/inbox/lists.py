"""The inbox as a list, where people write about a document, and what one may do with many at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.forms import Form
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from omc.lib import lists
from omc.lib.actor import Actor
from omc.lib.lists import ListView, Look, Sort
from omc.lib.registry import BulkAction, Document, registry
from orders.core.lists.forms import about_customer
from orders.core.models import ProductAlias
from orders.core.services.bulk import one_by_one
from orders.entry.inbox.forms import NameFilterForm, PartnerFilterForm, SenderFilterForm, filter_form
from orders.entry.inbox.machines import WAITING
from orders.entry.inbox.models import EdiPartner, KnownSender
from orders.entry.inbox.selectors import document_list
from orders.entry.inbox.services import assign_document
from orders.entry.inbox.usage import usage_of_names, usage_of_senders


def _doubts(row: Any, look: Look) -> Sequence[tuple[str, str, str]]:
    if row.state in ("proposed", "read") and row.doubtful_count:
        words = ngettext("%(count)s line to look at", "%(count)s lines to look at", row.doubtful_count)
        return [(words % {"count": row.doubtful_count}, "wait", "eye")]
    return []


def _from(row: Any) -> str:
    sender = row.sender or {}
    return sender.get("email") or sender.get("name") or sender.get("edi_id") or ""


def _order(row: Any) -> str:
    return str(row.order) if row.order else ""


DOCUMENTS = ListView(
    key="inbox",
    name=_("Order inbox"),
    unit=_("documents"),
    one=_("document"),
    permission="entry.write_order",
    url="entry:inbox",
    subject="inboxdocument",
    rows=document_list,
    form=filter_form,
    columns=(
        lists.link("document", _("Document"), "entry:inbox-document", sub=lambda row: row.reason, css="clip"),
        lists.text("kind", _("Kind"), "get_kind_display", css="fit"),
        lists.text("sender", _("From"), _from, missing=_("not said"), css="clip"),
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.text("po", _("PO"), "customer_po", css="fit"),
        lists.state("state", _("State"), chips=_doubts),
        lists.quantity("lines", _("Lines"), "line_count"),
        lists.text("assignee", _("Worked on by"), "assignee", missing=_("nobody yet")),
        lists.link("order", _("Order"), "core:order", _order, to="order_id"),
        lists.text("door", _("Came by"), "get_door_display", shown=False),
        lists.day("wanted", _("Wanted"), "requested_date", missing=_("not said"), shown=False),
        lists.moment("received", _("Received"), "received_at"),
    ),
    sorts={
        "oldest": Sort(_("Oldest first"), ("received_at", "id"), "received"),
        "newest": Sort(_("Newest first"), ("-id",), "received"),
    },
    bulk_when=lambda row: row.state in WAITING,
)


def _partners(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[EdiPartner]:
    rows = EdiPartner.objects.filter(company_id=actor.company_id)
    text = str(filters.get("text") or "").strip()
    return rows.filter(key__icontains=text) if text else rows


PARTNERS = ListView(
    key="edi-partners",
    name=_("EDI partners"),
    unit=_("partners"),
    one=_("partner"),
    permission="entry.import_orders",
    url="entry:partners",
    rows=_partners,
    form=lambda data, _actor: PartnerFilterForm(data),
    columns=(
        lists.link("key", _("Partner"), "entry:partner", "key"),
        lists.text("answers_to", _("Answers go to"), "answers_to", missing=_("whoever mailed it, or download")),
        lists.quantity("last", _("Last control number"), "last_control"),
    ),
    sorts={"newest": Sort(_("Newest first"), ("-id",)), "key": Sort(_("By name"), ("key", "id"), "key")},
)


def _names(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[ProductAlias]:
    rows = ProductAlias.objects.filter(company_id=actor.company_id, customer__isnull=False)
    rows = rows.select_related("customer", "product", "learned_by")
    if text := str(filters.get("text") or "").strip():
        rows = rows.filter(Q(alias__icontains=text) | Q(product__sku__istartswith=text))
    return rows.filter(customer=filters["customer"]) if filters.get("customer") else rows


def _senders(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[KnownSender]:
    rows = KnownSender.objects.filter(company_id=actor.company_id).select_related(
        "customer", "learned_by", "learned_from"
    )
    if text := str(filters.get("text") or "").strip():
        rows = rows.filter(key__icontains=text)
    return rows.filter(customer=filters["customer"]) if filters.get("customer") else rows


def _count_names(rows: list[Any], look: Look) -> None:
    found = usage_of_names(rows)
    for row in rows:
        row.usage = found[row.pk]


def _count_senders(rows: list[Any], look: Look) -> None:
    found = usage_of_senders(rows)
    for row in rows:
        row.usage = found[row.pk]


def _name_filter(data: Any, actor: Actor) -> Form:
    return about_customer(NameFilterForm(data), actor)


def _sender_filter(data: Any, actor: Actor) -> Form:
    return about_customer(SenderFilterForm(data), actor)


_TAUGHT = (
    lists.text("by", _("Taught by"), "learned_by", missing=_("not known")),
    lists.moment("taught", _("Taught"), "learned_at", missing=_("not known")),
    lists.quantity("orders", _("Orders it served"), "usage.orders"),
    lists.moment("last", _("Last used"), "usage.last", missing=_("never")),
)
NAMES = ListView(
    key="item-names",
    name=_("What customers call our items"),
    unit=_("names"),
    one=_("name"),
    permission="entry.write_order",
    url="entry:item-names",
    rows=_names,
    form=_name_filter,
    prepare=_count_names,
    columns=(
        lists.link("name", _("They call it"), "entry:item-name", "alias"),
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.link("item", _("Our item"), "core:product", "product", to="product_id", css="clip"),
        *_TAUGHT,
    ),
    sorts={"newest": Sort(_("Newest first"), ("-id",)), "name": Sort(_("By name"), ("alias", "id"), "name")},
)
_KNOWN_BY = {"edi": _("by its EDI number"), "mail": _("by its address"), "name": _("by its name")}
SENDERS = ListView(
    key="known-senders",
    name=_("Who writes for whom"),
    unit=_("senders"),
    one=_("sender"),
    permission="entry.write_order",
    url="entry:known-senders",
    rows=_senders,
    form=_sender_filter,
    prepare=_count_senders,
    columns=(
        lists.link(
            "key",
            _("Sender"),
            "entry:known-sender",
            lambda row: row.key.partition(":")[2],
            css="clip",
            sub=lambda row: _KNOWN_BY.get(row.key.partition(":")[0], ""),
        ),
        lists.link("customer", _("Writes for"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.link("learned_from", _("Learned from"), "entry:inbox-document", "learned_from", to="learned_from_id"),
        *_TAUGHT,
    ),
    sorts={"newest": Sort(_("Newest first"), ("-id",)), "sender": Sort(_("By sender"), ("key", "id"), "key")},
)


def _take(ids: list[int], actor: Actor) -> list[tuple[int, str | None]]:
    return one_by_one(ids, lambda pk: assign_document(document_id=pk, actor=actor))


def register() -> None:
    registry.lists.add(DOCUMENTS.key, DOCUMENTS)
    for declared in (PARTNERS, NAMES, SENDERS):
        registry.lists.add(declared.key, declared)
    registry.bulk_actions.add(
        "inbox.take",
        BulkAction("inbox.take", "inboxdocument", _("Take"), "entry.write_order", _take, icon="hand"),
    )
    registry.documents.add(
        "inboxdocument",
        Document(
            "inboxdocument",
            _("Inbox document"),
            "orders_entry.InboxDocument",
            "entry.write_order",
            "entry:inbox-document",
            "order",
        ),
    )
