"""The list of cases, and where people may write about one."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.forms import Form
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from omc.lib import lists
from omc.lib.actor import Actor
from omc.lib.lists import Column, ListView, Look, Sort
from omc.lib.registry import BulkAction, Document, registry
from omc.lib.templatetags import ui
from orders.core.lists.forms import about_customer
from orders.core.services.bulk import one_by_one
from orders.core.services.search import Findable
from returns.postsales.forms import CaseFilterForm
from returns.postsales.models import Case
from returns.postsales.rules import reply_standing
from returns.postsales.selectors import ENDED, cases_list
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
        lists.text("subject", _("What it is about"), "subject", css="clip"),
        lists.text("kind", _("Kind"), "get_kind_display"),
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.link("order", _("Order"), "core:order", "order", to="order_id"),
        lists.state("state", _("State")),
        Column("reply", _("First reply"), _reply_word, _reply),
        lists.text("owner", _("Owner"), lambda case: case.owner or _now("nobody yet")),
        lists.moment("opened", _("Opened"), "created_at"),
        lists.moment("resolved", _("Resolved"), "resolved_at", missing=_("not yet"), shown=False),
        lists.quantity("satisfaction", _("Satisfaction, 1 to 5"), "satisfaction", shown=False),
    ),
    sorts={
        "newest": Sort(_("Newest first"), ("-id",), "opened"),
        "oldest": Sort(_("Oldest first"), ("id",), "opened"),
    },
)


def _take(ids: list[int], actor: Actor) -> list[tuple[int, str | None]]:
    return one_by_one(ids, lambda pk: assign_case(case_id=pk, actor=actor))


def _findables(company_id: int) -> Iterator[Findable]:
    rows = Case.objects.filter(company_id=company_id).select_related("customer", "order")
    return (findable(row, row.customer, row.order) for row in rows.iterator(2000))


def register() -> None:
    registry.lists.add(CASES.key, CASES)
    registry.bulk_actions.add(
        "cases.take", BulkAction("cases.take", "case", _("Take"), "postsales.work_case", _take, icon="hand")
    )
    registry.documents.add(
        "case",
        Document("case", _("Case"), "returns_postsales.Case", "postsales.view_case", "postsales:case", "order"),
    )
    registry.search.add("case", _findables)
