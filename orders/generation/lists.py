"""The list of enquiries, and where people may write about one."""

from collections.abc import Iterator
from typing import Any

from django.forms import Form
from django.utils.translation import gettext_lazy as _

from omc.lib import lists
from omc.lib.actor import Actor
from omc.lib.lists import ListView, Sort
from omc.lib.registry import BulkAction, Document, registry
from orders.core.lists.forms import about_customer
from orders.core.services.bulk import one_by_one
from orders.core.services.search import Findable
from orders.generation.forms import EnquiryFilterForm
from orders.generation.models import Enquiry
from orders.generation.selectors import enquiry_list
from orders.generation.services import take_enquiry
from orders.generation.services.enquiries import findable


def _form(data: Any, actor: Actor) -> Form:
    return about_customer(EnquiryFilterForm(data), actor)


ENQUIRIES = ListView(
    key="enquiries",
    name=_("Enquiries"),
    unit=_("enquiries"),
    one=_("enquiry"),
    permission="generation.view_enquiry",
    url="generation:enquiries",
    subject="enquiry",
    rows=enquiry_list,
    form=_form,
    columns=(
        lists.link("enquiry", _("Enquiry"), "generation:enquiry", "number"),
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.text("subject", _("Asked for"), "subject", css="clip"),
        lists.state("state", _("State")),
        lists.text("taken_by", _("Taken by"), "taken_by"),
        lists.text("channel", _("Came by"), "get_channel_display", shown=False),
        lists.day("wanted", _("Wanted for"), "requested_date"),
        lists.money("worth", _("Worth"), "value_base", missing=_("not estimated")),
        lists.quantity("chance", _("Chance of an order"), "probability_percent", "%", shown=False),
        lists.text("close_reason", _("Closed because"), "close_reason", shown=False),
        lists.moment("received", _("Received"), "created_at"),
    ),
    sorts={
        "newest": Sort(_("Newest first"), ("-created_at", "-id"), "received"),
        "oldest": Sort(_("Oldest first"), ("created_at", "id"), "received"),
    },
)


def _take(ids: list[int], actor: Actor) -> list[tuple[int, str | None]]:
    return one_by_one(ids, lambda pk: take_enquiry(enquiry_id=pk, actor=actor))


def _findables(company_id: int) -> Iterator[Findable]:
    rows = Enquiry.objects.filter(company_id=company_id).select_related("customer")
    return (findable(row, row.customer) for row in rows.iterator(2000))


def register() -> None:
    registry.lists.add(ENQUIRIES.key, ENQUIRIES)
    registry.bulk_actions.add(
        "enquiries.take", BulkAction("enquiries.take", "enquiry", _("Take"), "generation.record_enquiry", _take)
    )
    registry.documents.add(
        "enquiry",
        Document(
            "enquiry",
            _("Enquiry"),
            "orders_generation.Enquiry",
            "generation.view_enquiry",
            "generation:enquiry",
            "order",
        ),
    )
    registry.search.add("enquiry", _findables)
