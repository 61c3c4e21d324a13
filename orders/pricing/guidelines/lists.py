"""Requests for approval as a list."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from omc.lib import lists
from omc.lib.lists import ListView, Sort
from omc.lib.registry import Document, registry
from orders.pricing.guidelines.forms import filter_form
from orders.pricing.guidelines.models import Approval
from orders.pricing.guidelines.selectors import approval_list


def document_of(approval: Approval) -> Any:
    """The quote or order that it is about."""
    return approval.order or approval.quote


APPROVALS = ListView(
    key="discount-approvals",
    name=_("Discount approvals"),
    unit=_("requests"),
    one=_("request"),
    permission="orders.view_price",
    url="pricing:approvals",
    subject="approval",
    rows=approval_list,
    form=filter_form,
    columns=(
        lists.link(
            "about", _("About"), "pricing:approval", lambda row: str(document_of(row)), sub=lambda row: row.reason
        ),
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.state("state", _("State")),
        lists.quantity("lines", _("Lines outside"), lambda row: len(row.findings)),
        lists.money("net", _("Net"), "net_base"),
        lists.text("by", _("Asked by"), "requested_by", missing=_("the system")),
        lists.text("approver", _("Asked of"), "approver", missing=_("whoever may")),
        lists.moment("asked", _("Asked"), "requested_at"),
        lists.moment("expires", _("Expires"), "expires_at"),
        lists.text("decided_by", _("Decided by"), "decided_by", missing=_("nobody yet"), shown=False),
        lists.moment("decided", _("Decided"), "decided_at", missing=_("not yet"), shown=False),
    ),
    sorts={
        "first": Sort(_("Expires first"), ("expires_at", "id"), "expires"),
        "newest": Sort(_("Newest first"), ("-id",), "asked"),
    },
)


def register() -> None:
    registry.lists.add(APPROVALS.key, APPROVALS)
    registry.documents.add(
        "approval",
        Document(
            "approval",
            _("Discount request"),
            "orders_pricing.Approval",
            "orders.view_price",
            "pricing:approval",
            "order",
        ),
    )
