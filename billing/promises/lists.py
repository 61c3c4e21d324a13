"""Promises to pay as a list."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from billing.models import PaymentPromise, PromiseState
from billing.promises.forms import filter_form
from billing.promises.selectors import promises_list
from omc.lib import lists
from omc.lib.lists import ListView, Look, Sort
from omc.lib.registry import registry

SEE = "billing.view_invoice"


def _past(promise: PaymentPromise, look: Look) -> list[tuple[Any, str, str]]:
    is_past = promise.state == PromiseState.OPEN and promise.promised_on < look.today
    return [(_("its day is over"), "risk", "clock-alert")] if is_past else []


PROMISES = ListView(
    key="payment-promises",
    name=_("Promises to pay"),
    unit=_("promises"),
    one=_("promise"),
    permission=SEE,
    url="billing:promises",
    subject="paymentpromise",
    rows=promises_list,
    form=filter_form,
    columns=(
        lists.link("invoice", _("Invoice"), "billing:invoice", "invoice", to="invoice_id"),
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.state("state", _("State"), chips=_past),
        lists.money("amount", _("Promised"), "amount", "currency", permission=SEE),
        lists.day("by", _("By"), "promised_on"),
        lists.text("name", _("Who said so"), "name"),
        lists.moment("given", _("Given"), "given_at"),
        lists.moment("ended", _("Ended"), "ended_at", missing=_("not yet"), shown=False),
    ),
    sorts={
        "day": Sort(_("Next day first"), ("promised_on", "id"), "by"),
        "newest": Sort(_("Newest first"), ("-given_at", "-id"), "given"),
    },
)


def register() -> None:
    registry.lists.add(PROMISES.key, PROMISES)
