"""The list of quotes, and where people may write about one."""

from collections.abc import Iterator
from typing import Any

from django.forms import Form
from django.utils.translation import gettext_lazy as _

from omc.lib import lists
from omc.lib.actor import Actor
from omc.lib.lists import ListView, Sort
from omc.lib.registry import BulkAction, BulkPrint, Document, registry
from orders.core.lists.forms import about_customer
from orders.core.services.bulk import one_by_one
from orders.core.services.search import Findable
from orders.pricing import reference_lists
from orders.pricing.forms import QuoteFilterForm
from orders.pricing.models import Quote
from orders.pricing.selectors import quote_list, quote_margin, quote_of
from orders.pricing.services import quote_pdf, send_quote
from orders.pricing.services.quotes import findable


def _form(data: Any, actor: Actor) -> Form:
    return about_customer(QuoteFilterForm(data, actor), actor)


def _margin_percent(quote: Quote) -> Any:
    return quote_margin(quote)[1]


QUOTES = ListView(
    key="quotes",
    name=_("Quotes"),
    unit=_("quotes"),
    one=_("quote"),
    permission="pricing.view_quote",
    url="pricing:quotes",
    subject="quote",
    rows=quote_list,
    form=_form,
    columns=(
        lists.link("quote", _("Quote"), "pricing:quote"),
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.state("state", _("State")),
        lists.state("conversion", _("Ordered"), "conversion", shown=False),
        lists.text("written_by", _("Written by"), "written_by"),
        lists.day("valid_until", _("Valid until"), "valid_until"),
        lists.day("wanted", _("Wanted for"), "requested_date", shown=False),
        lists.money("net", _("Net"), "net_amount", "currency"),
        lists.money("total", _("Total"), "total_amount", "currency", shown=False),
        lists.percent("margin", _("Margin"), _margin_percent, permission="orders.view_cost"),
        lists.moment("written", _("Written"), "created_at"),
        lists.moment("sent", _("Sent"), "sent_at", missing=_("not yet"), shown=False),
        lists.moment("decided", _("Decided"), "decided_at", missing=_("not yet"), shown=False),
    ),
    sorts={
        "newest": Sort(_("Newest first"), ("-created_at", "-id"), "written"),
        "oldest": Sort(_("Oldest first"), ("created_at", "id"), "written"),
        "expiring": Sort(_("Expires first"), ("valid_until", "id"), "valid_until"),
    },
)


def _send(ids: list[int], actor: Actor) -> list[tuple[int, str | None]]:
    return one_by_one(ids, lambda pk: send_quote(quote_id=pk, actor=actor))


def _paper(pk: int, actor: Actor) -> bytes:
    return quote_pdf(quote_of(actor, pk))


def _findables(company_id: int) -> Iterator[Findable]:
    rows = Quote.objects.filter(company_id=company_id).select_related("customer")
    return (findable(row) for row in rows.iterator(2000))


def register() -> None:
    reference_lists.register()
    registry.prints.add("quotes", BulkPrint("quotes", "quote", _("Print"), "orders.view_price", _paper))
    registry.lists.add(QUOTES.key, QUOTES)
    registry.bulk_actions.add(
        "quotes.send", BulkAction("quotes.send", "quote", _("Send"), "pricing.send_quote", _send, icon="send")
    )
    registry.documents.add(
        "quote",
        Document("quote", _("Quote"), "orders_pricing.Quote", "pricing.view_quote", "pricing:quote", "order"),
    )
    registry.search.add("quote", _findables)
