"""The lists of cases and of follow-ups, and where people may write about a case."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import Form
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from omc.lib import lists
from omc.lib.actor import Actor
from omc.lib.lists import Column, ListView, Look, Sort
from omc.lib.registry import BulkAction, Document, registry
from omc.lib.templatetags import ui
from orders.core.lists.forms import about_customer, flag
from orders.core.models import Company
from orders.core.selectors.companies import as_of
from orders.core.services.bulk import one_by_one
from orders.core.services.search import Findable
from returns.postsales.forms import CaseFilterForm
from returns.postsales.models import Case, FollowUp
from returns.postsales.rules import reply_standing
from returns.postsales.selectors import ENDED, cases_list, follow_ups_list
from returns.postsales.services import assign_case
from returns.postsales.services.cases import findable

STANDINGS = {
    "late": (_("Reply late"), "broken", "clock-alert"),
    "due": (_("Reply due"), "wait", ""),
    "kept": (_("Replied in time"), "ok", ""),
    "missed": (_("Replied late"), "risk", ""),
}


def _form(data: Any, actor: Actor) -> Form:
    return about_customer(CaseFilterForm(data), actor)


def _rows(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Case]:
    asked = {name: value for name, value in filters.items() if name != "customer"}
    rows = cases_list(actor, **asked)
    return rows.filter(customer=filters["customer"]) if filters.get("customer") else rows


def _standing(case: Any, look: Look) -> str:
    return reply_standing(
        due_at=case.reply_due_at, replied_at=case.first_reply_at, now=look.now, ended=case.state in ENDED
    )


def _reply(case: Any, look: Look) -> SafeString:
    standing = _standing(case, look)
    if standing not in STANDINGS:
        return format_html("–")
    shown = ui.chip(*STANDINGS[standing])
    if standing not in ("late", "due"):
        return shown
    return format_html('{}<div class="sub">{}</div>', shown, ui.when(case.reply_due_at))


def _reply_word(case: Any, look: Look) -> str:
    standing = STANDINGS.get(_standing(case, look))
    return str(standing[0]) if standing else ""


CASES = ListView(
    key="cases",
    name=_("Cases"),
    unit=_("cases"),
    one=_("case"),
    permission="postsales.view_case",
    url="postsales:cases",
    subject="case",
    rows=_rows,
    form=_form,
    columns=(
        lists.link("case", _("Case"), "postsales:case", "number"),
        lists.text("subject", _("What it is about"), "subject", css="wrap"),
        lists.text("kind", _("Kind"), "get_kind_display"),
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.link("order", _("Order"), "core:order", "order", to="order_id"),
        lists.state("state", _("State")),
        Column("reply", _("First reply"), _reply_word, _reply),
        lists.text("owner", _("Owner"), lambda case: case.owner or _now("nobody yet"), css="nowrap"),
        lists.moment("opened", _("Opened"), "created_at"),
        lists.moment("resolved", _("Resolved"), "resolved_at", missing=_("not yet"), shown=False),
        lists.quantity("satisfaction", _("Satisfaction, 1 to 5"), "satisfaction", shown=False),
    ),
    sorts={
        "newest": Sort(_("Newest first"), ("-created_at", "-id"), "opened"),
        "oldest": Sort(_("Oldest first"), ("created_at", "id"), "opened"),
    },
)


class FollowUpFilterForm(forms.Form):
    late = flag(_("Overdue only"))
    mine = flag(_("Mine only"))
    done = forms.BooleanField(label=_("Done"), required=False, widget=forms.HiddenInput)  # the tabs set it


def _follow_up_form(data: Any, actor: Actor) -> Form:
    return about_customer(FollowUpFilterForm(data), actor)


def _follow_ups(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[FollowUp]:
    rows = follow_ups_list(actor, done=bool(filters.get("done")))
    if filters.get("late"):
        rows = rows.filter(due_on__lt=as_of(Company.objects.get(pk=actor.company_id)))
    if filters.get("mine"):
        rows = rows.filter(owner_id=actor.user_id)
    return rows.filter(customer=filters["customer"]) if filters.get("customer") else rows


def _after(one: Any, look: Look) -> SafeString:
    if one.case:
        return format_html('<a href="{}">{}</a>', reverse("postsales:case", args=[one.case_id]), one.case)
    return format_html('<a href="{}">{}</a>', reverse("core:order", args=[one.order_id]), one.order)


def _due(one: Any, look: Look) -> SafeString:
    shown = ui.when(one.due_on)
    if one.done_at or one.due_on >= look.today:
        return shown
    return format_html("{} {}", ui.chip(_now("Overdue"), "broken", "clock-alert"), shown)


def _complete(one: Any, look: Look) -> SafeString:
    if one.done_at or not look.actor.can("postsales.work_case"):
        return SafeString("")
    return format_html(
        '<a class="button small" href="{}">{}</a>', reverse("postsales:done", args=[one.pk]), _now("Done")
    )


FOLLOW_UPS = ListView(
    key="follow-ups",
    name=_("Follow-ups"),
    unit=_("follow-ups"),
    one=_("follow-up"),
    permission="postsales.view_case",
    url="postsales:follow-ups",
    rows=_follow_ups,
    form=_follow_up_form,
    columns=(
        lists.text("purpose", _("What it is for"), "purpose", css="wrap"),
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        Column("after", _("After"), lambda one, look: str(one.case or one.order), _after),
        lists.text("owner", _("Who"), "owner", missing=_("nobody yet")),
        Column("due", _("Due"), lambda one, look: one.due_on, _due),
        lists.text("outcome", _("What came of it"), "outcome", css="wrap"),
        lists.moment("done", _("Done"), "done_at", missing=_("not yet"), shown=False),
        lists.moment("planned", _("Planned"), "created_at", shown=False),
        lists.buttons("complete", _complete),
    ),
    sorts={
        "due": Sort(_("Due first"), ("due_on", "id"), "due"),
        "newest": Sort(_("Newest first"), ("-latest_at", "-id")),
    },
)


def _take(ids: list[int], actor: Actor) -> list[tuple[int, str | None]]:
    return one_by_one(ids, lambda pk: assign_case(case_id=pk, actor=actor))


def _findables(company_id: int) -> Iterator[Findable]:
    rows = Case.objects.filter(company_id=company_id).select_related("customer", "order")
    return (findable(row, row.customer, row.order) for row in rows.iterator(2000))


def register() -> None:
    for declared in (CASES, FOLLOW_UPS):
        registry.lists.add(declared.key, declared)
    registry.bulk_actions.add(
        "cases.take", BulkAction("cases.take", "case", _("Take"), "postsales.work_case", _take, icon="hand")
    )
    registry.documents.add(
        "case",
        Document("case", _("Case"), "returns_postsales.Case", "postsales.view_case", "postsales:case", "order"),
    )
    registry.search.add("case", _findables)
