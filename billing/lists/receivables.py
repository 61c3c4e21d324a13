"""The list of what customers owe, by days past due."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from billing.selectors import customers_owing, on_account
from omc.lib import lists
from omc.lib.actor import Actor
from omc.lib.lists import Column, ListView, Look, Sort
from omc.lib.registry import registry
from omc.lib.templatetags import ui
from orders.core.lists.forms import choice, flag, search
from orders.core.models import Company, Customer
from orders.core.selectors.companies import as_of

SEE = "billing.view_invoice"
AGES = (
    ("current", _("Not due")),
    ("to_30", _("1–30 days")),
    ("to_60", _("31–60 days")),
    ("to_90", _("61–90 days")),
    ("over_90", _("Over 90 days")),
)


class ReceivableFilterForm(forms.Form):
    text = search(_("Customer's code or name"))
    customer_class = choice(_("Class"), Customer.CustomerClass.choices)
    overdue = flag(_("Overdue only"))


def _form(data: Any, actor: Actor) -> forms.Form:
    return ReceivableFilterForm(data)


def _rows(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Any]:
    today = as_of(Company.objects.get(pk=actor.company_id))
    rows = customers_owing(actor, today)
    text = str(filters.get("text") or "").strip()
    if text:
        rows = rows.filter(Q(code__istartswith=text) | Q(name__icontains=text))
    if filters.get("customer_class"):
        rows = rows.filter(customer_class=filters["customer_class"])
    return rows.filter(oldest_due__lt=today) if filters.get("overdue") else rows


def _beside_account(rows: list[Any], look: Look) -> None:
    found = on_account(look.actor, [row.pk for row in rows])
    for row in rows:
        row.on_account = found.get(row.pk)
        row.oldest_days = max((look.today - row.oldest_due).days, 0)


def _age(key: str, label: Any) -> Column:
    """An amount, or a dash where nothing is that old."""

    def draw(row: Any, look: Look) -> SafeString:
        amount = getattr(row, key)
        return ui.money(amount, look.currency) if amount else SafeString("–")

    return Column(
        key,
        label,
        lambda row, look: getattr(row, key),
        draw,
        lambda row, look: look.currency,
        permission=SEE,
        figure=True,
    )


RECEIVABLES = ListView(
    key="receivables",
    name=_("Receivables"),
    unit=_("customers"),
    one=_("customer"),
    permission=SEE,
    url="billing:receivables",
    subject="customer",
    rows=_rows,
    form=_form,
    prepare=_beside_account,
    columns=(
        lists.link("customer", _("Customer"), "core:customer", "name", sub=lambda row: row.code),
        lists.text("code", _("Code"), "code", shown=False),
        lists.quantity("invoices", _("Invoices"), "invoice_count"),
        *(_age(key, label) for key, label in AGES),
        lists.money("total", _("Total"), "total", permission=SEE),
        lists.quantity("oldest", _("Oldest, past due"), "oldest_days", _("days"), shown=False),
        _age("on_account", _("On account")),
        lists.money("limit", _("Credit limit"), "credit_limit", permission=SEE, missing=_("no limit")),
    ),
    sorts={
        "most": Sort(_("Largest debt"), ("-total", "-id"), "total"),
        "oldest": Sort(_("Longest overdue"), ("oldest_due", "id"), "oldest"),
        "name": Sort(_("Name"), ("name", "id"), "customer"),
    },
)


def register() -> None:
    registry.lists.add(RECEIVABLES.key, RECEIVABLES)
