"""What waits for somebody who decides about prices, as one list: price questions and discount approvals.

Both are duties of this stage, so the list reads these: one table, one order, one page after the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from django import forms
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from omc.lib import clock, lists
from omc.lib.actor import Actor
from omc.lib.lists import Column, ListView, Look, Sort
from omc.lib.templatetags import ui
from orders.core.lists.forms import about_customer, choice, flag
from orders.core.models import Duty
from orders.pricing.guidelines.models import Approval, ApprovalState
from orders.pricing.guidelines.registrations import DUTY as APPROVAL_DUTY
from orders.pricing.questions.lists import about
from orders.pricing.questions.models import PriceQuestion, QuestionState
from orders.pricing.questions.selectors import DECIDE

QUESTION_DUTY: Final = "Answer price question"
KINDS: Final = {"question": (QUESTION_DUTY, _("Question")), "approval": (APPROVAL_DUTY, _("Approval"))}


class QueueFilterForm(forms.Form):
    kind = choice(_("Kind"), [(key, label) for key, (_name, label) in KINDS.items()])
    mine = flag(_("Asked of me"))
    late = flag(_("Late"))


def filter_form(data: Any, actor: Actor) -> forms.Form:
    return about_customer(QueueFilterForm(data), actor)


def waiting(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Duty]:
    """Open decisions about prices, with ``rank`` 0 for those that this actor was asked for."""
    asked = PriceQuestion.objects.filter(state=QuestionState.ASKED, decider_id=actor.user_id)
    requested = Approval.objects.filter(state=ApprovalState.REQUESTED, approver_id=actor.user_id)
    own = Q(subject_type="pricequestion", subject_id__in=asked.values("pk")) | Q(
        subject_type="approval", subject_id__in=requested.values("pk")
    )
    names = [name for key, (name, _label) in KINDS.items() if filters.get("kind") in (None, "", key)]
    rows = Duty.objects.filter(company_id=actor.company_id, closed_at=None, stage=3, name__in=names)
    if filters.get("mine"):
        rows = rows.filter(own)
    if filters.get("late"):
        rows = rows.filter(due_at__lt=clock.now())
    if filters.get("customer"):
        rows = rows.filter(customer=filters["customer"])
    return rows.select_related("customer").annotate(
        rank=Case(When(own, then=Value(0)), default=Value(1), output_field=IntegerField())
    )


def read_subjects(rows: Sequence[Any], look: Look) -> None:
    """Set on each duty what it is about: title, why, who asked, of whom, and its page. Two queries."""
    questions = _by_id(PriceQuestion, "pricequestion", rows, "product", "asked_by", "decider")
    approvals = _by_id(Approval, "approval", rows, "order", "quote", "requested_by", "approver")
    for duty in rows:
        if question := questions.get(duty.subject_id if duty.subject_type == "pricequestion" else 0):
            duty.title, duty.why = about(question), question.reason
            duty.asker, duty.asked_of = question.asked_by, question.decider
            duty.url = reverse("pricing:question", args=[question.pk])
        elif approval := approvals.get(duty.subject_id):
            duty.title, duty.why = str(approval.order or approval.quote), approval.reason
            duty.asker, duty.asked_of = approval.requested_by, approval.approver
            duty.url = reverse("pricing:approval", args=[approval.pk])


def _by_id(model: Any, kind: str, rows: Sequence[Any], *related: str) -> dict[int, Any]:
    named = [duty.subject_id for duty in rows if duty.subject_type == kind]
    found: dict[int, Any] = model.objects.select_related(*related).in_bulk(named) if named else {}
    return found


def _title(duty: Any, look: Look) -> Any:
    return format_html('<a href="{}">{}</a><div class="sub">{}</div>', duty.url, duty.title, duty.why)


def _asked_of(duty: Any, look: Look) -> Any:
    if duty.rank == 0:
        return ui.chip(_("you"), "wait")
    return duty.asked_of or _("whoever may decide")


def _due(duty: Any, look: Look) -> Any:
    shown = ui.when(duty.due_at)
    return format_html("{} {}", shown, ui.chip(_("late"), "risk", "clock-alert")) if duty.due_at < look.now else shown


QUEUE = ListView(
    key="prices-to-decide",
    name=_("Prices to decide"),
    unit=_("decisions"),
    one=_("decision"),
    permission=DECIDE,
    url="pricing:to-decide",
    rows=waiting,
    form=filter_form,
    prepare=read_subjects,
    columns=(
        Column("about", _("About"), lambda row, look: row.title, _title, css="clip"),
        lists.text("kind", _("Kind"), lambda row: dict(KINDS.values())[row.name]),
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.text("by", _("Asked by"), "asker", missing=_("the system")),
        Column("of", _("Asked of"), lambda row, look: str(row.asked_of or ""), _asked_of),
        replace(lists.moment("due", _("Due"), "due_at"), draw=_due),
        lists.moment("opened", _("Waits since"), "opened_at", shown=False),
        lists.money("worth", _("Worth"), "value_base"),
    ),
    sorts={
        "mine": Sort(_("Yours first, then by due time"), ("rank", "due_at", "id"), where=Q(due_at__isnull=False)),
        "due": Sort(_("Due first"), ("due_at", "id"), "due", Q(due_at__isnull=False)),
        "value": Sort(_("Most worth first"), ("-value_base", "-id"), "worth"),
    },
)
