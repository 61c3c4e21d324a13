"""The lists of what waits, what is stopped, what runs and what was sent."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from omc.lib import clock, lists
from omc.lib.actor import Actor
from omc.lib.lists import Column, ListView, Look, Sort
from omc.lib.registry import registry
from omc.lib.templatetags import ui
from orders.core.lists.forms import DutyFilterForm, HoldFilterForm, JobFilterForm, SentFilterForm
from orders.core.models import Hold, JobRun, Message
from orders.core.selectors.duties import duty_list, duty_url
from orders.core.selectors.holds import holds_list
from orders.core.selectors.messages import messages_seen


def _duty_name(duty: Any, look: Look) -> SafeString:
    url, said = duty_url(duty), f"{duty.stage} · {duty.name}"
    name = format_html('<a href="{}">{}</a>', url, said) if url else format_html("{}", said)
    if not duty.waits_for_customer:
        return name
    return format_html('{} <span class="unit">{}</span>', name, _now("with the customer"))


def _due(duty: Any, look: Look) -> SafeString:
    shown = ui.when(duty.due_at, age=False)
    if duty.closed_at is None and duty.due_at and duty.due_at < look.now:
        return format_html("{} {}", ui.chip(_now("overdue"), "risk"), shown)
    return shown


def _take(duty: Any, look: Look) -> SafeString:
    if duty.closed_at is not None:
        return SafeString("")
    if duty.owner_id == look.actor.user_id:
        return ui.chip(_now("yours"), "ok")
    url = reverse("core:take-duty", args=[duty.pk])
    return format_html('<button class="button small" type="submit" formaction="{}">{}</button>', url, _now("Take"))


DUTIES = ListView(
    key="duties",
    name=_("What waits"),
    unit=_("duties"),
    one=_("duty"),
    permission="orders.view_order",
    url="core:duties",
    subject="duty",
    rows=duty_list,
    form=DutyFilterForm,
    bulk_when=lambda duty: duty.closed_at is None,
    columns=(
        Column("duty", _("Duty"), lambda duty, look: f"{duty.stage} {duty.name}", _duty_name),
        lists.link("order", _("Order"), "core:order", "order", to="order_id"),
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.money("value", _("Value"), lambda duty: duty.value_base or None),
        lists.moment("since", _("Waits since"), "opened_at"),
        replace(lists.moment("due", _("Due"), "due_at"), draw=_due),
        lists.moment("done", _("Done"), "closed_at", missing=_("not yet"), shown=False),
        lists.text("owner", _("Who has it"), lambda duty: duty.owner or duty.queue),
        lists.text("queue", _("Department"), "queue", shown=False),
        lists.buttons("take", _take),
    ),
    sorts={
        "oldest": Sort(_("Waits longest"), ("opened_at", "id"), "since"),
        "newest": Sort(_("Came last"), ("-opened_at", "-id"), "since"),
        "value": Sort(_("Highest value"), ("-value_base", "-id"), "value"),
        "due": Sort(_("Due first"), ("due_at", "id"), "due", Q(due_at__isnull=False)),
    },
)


def _holds(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Hold]:
    rows = holds_list(actor)
    text = str(filters.get("text") or "").strip()
    if text:
        rows = rows.filter(
            Q(order__number__istartswith=text)
            | Q(order__customer__name__icontains=text)
            | Q(customer__name__icontains=text)
            | Q(customer__code__istartswith=text)
        )
    if filters.get("kind"):
        rows = rows.filter(hold_type=filters["kind"])
    if filters.get("cause"):
        rows = rows.filter(hold_type__cause=filters["cause"])
    if filters.get("unowned"):
        rows = rows.filter(owner=None)
    if filters.get("mine"):
        rows = rows.filter(owner_id=actor.user_id)
    if filters.get("late"):
        rows = rows.filter(status="active", due_at__lt=clock.now())
    if filters.get("customer"):
        rows = rows.filter(Q(customer=filters["customer"]) | Q(order__customer=filters["customer"]))
    return rows


def _held(hold: Any, look: Look) -> SafeString:
    if hold.order is None:
        return format_html('<a href="{}">{}</a>', reverse("core:customer", args=[hold.customer_id]), hold.customer)
    url = reverse("core:order", args=[hold.order_id])
    return format_html('<a href="{}">{}</a><div class="sub">{}</div>', url, hold.order, hold.order.customer)


def _settle(hold: Any, look: Look) -> SafeString:
    if not look.actor.can(hold.hold_type.resolve_permission):
        return SafeString("")
    return format_html(
        '<a class="button small" href="{}">{}</a> <a class="button small quiet" href="{}">{}</a>',
        reverse("core:resolve-hold", args=[hold.pk]),
        _now("Lift"),
        reverse("core:reject-hold", args=[hold.pk]),
        _now("Reject"),
    )


def _hold_kind(hold: Any, look: Look) -> SafeString:
    shown = ui.chip(hold.hold_type.name, "risk", "circle-pause")
    return format_html("{} {}", shown, ui.chip(_now("rejected"), "broken")) if hold.status == "rejected" else shown


def _hold_due(hold: Any, look: Look) -> SafeString:
    shown = ui.when(hold.due_at, age=False)
    if hold.status == "active" and hold.due_at and hold.due_at < look.now:
        return format_html(
            "{} {}", ui.chip(_now("before a lead") if hold.escalated_at else _now("overdue"), "risk"), shown
        )
    return shown


HOLDS = ListView(
    key="holds",
    name=_("Holds"),
    unit=_("holds"),
    one=_("hold"),
    permission="orders.view_order",
    url="core:holds",
    subject="hold",
    rows=_holds,
    form=HoldFilterForm,
    columns=(
        Column("on", _("On"), lambda hold, look: str(hold.order or hold.customer), _held),
        Column("hold", _("Hold"), lambda hold, look: hold.hold_type.name, _hold_kind),
        lists.text("reason", _("Reason"), "reason", css="wrap"),
        lists.text("cause", _("Caused by"), lambda hold: hold.hold_type.get_cause_display()),
        lists.text("blocks", _("Stops"), lambda hold: ", ".join(hold.hold_type.blocks)),
        lists.money("value", _("Order, net"), lambda hold: hold.order and hold.order.net_base, shown=False),
        lists.text("owner", _("Who has it"), "owner", missing=_("nobody")),
        lists.text("placed_by", _("Placed by"), "placed_by", missing=_("a rule"), shown=False),
        lists.moment("since", _("Since"), "placed_at"),
        replace(lists.moment("due", _("To decide by"), "due_at"), draw=_hold_due),
        lists.buttons("settle", _settle),
    ),
    sorts={
        "oldest": Sort(_("Oldest first"), ("placed_at", "id"), "since"),
        "newest": Sort(_("Newest first"), ("-placed_at", "-id"), "since"),
        "due": Sort(_("Due first"), ("due_at", "id"), "due", Q(due_at__isnull=False)),
    },
)


def _jobs(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[JobRun]:
    rows = JobRun.objects.filter(company_id=actor.company_id).select_related("started_by")
    if filters.get("status"):
        rows = rows.filter(status=filters["status"])
    return rows.filter(started_by_id=actor.user_id) if filters.get("mine") else rows


JOBS = ListView(
    key="jobs",
    name=_("Long jobs"),
    unit=_("jobs"),
    one=_("job"),
    permission="orders.view_jobs",
    url="core:jobs",
    rows=_jobs,
    form=JobFilterForm,
    columns=(
        lists.link("job", _("Job"), "core:job"),
        lists.state("status", _("State"), "status"),
        lists.percent("percent", _("Done"), "percent"),
        lists.text("step", _("Step"), "step", shown=False),
        lists.text("started_by", _("Started by"), "started_by", missing=_("the clock")),
        lists.moment("queued", _("Queued"), "created_at"),
        lists.moment("ended", _("Ended"), "finished_at", age=False),
    ),
    sorts={"newest": Sort(_("Newest first"), ("-id",), "queued"), "oldest": Sort(_("Oldest first"), ("id",), "queued")},
)


def _kind(message: Message) -> str:
    kind = registry.messages.get(message.template)
    words = str(kind.name) if kind else message.template
    return _now("%(kind)s, sent again") % {"kind": words} if message.again_of_id else words


def _sent(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Message]:
    rows = messages_seen(actor).select_related("customer", "order")
    text = str(filters.get("text") or "").strip()
    if text:
        rows = rows.filter(
            Q(subject__icontains=text) | Q(recipient__icontains=text) | Q(order__number__istartswith=text)
        )
    if filters.get("status"):
        rows = rows.filter(status=filters["status"])
    if filters.get("kind"):
        rows = rows.filter(template=filters["kind"])
    return rows.filter(customer=filters["customer"]) if filters.get("customer") else rows


SENT = ListView(
    key="sent",
    name=_("Sent"),
    unit=_("messages"),
    one=_("message"),
    permission="orders.view_sent",
    url="core:sent",
    rows=_sent,
    form=SentFilterForm,
    columns=(
        lists.link("subject", _("Subject"), "core:message", "subject", css="wrap"),
        lists.text("recipient", _("To"), "recipient", css="clip"),
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.link("order", _("Order"), "core:order", "order", to="order_id"),
        lists.text("kind", _("What it says"), _kind),
        lists.state("status", _("State"), "status"),
        lists.text("error", _("Why it did not leave"), "error", css="wrap", shown=False),
        lists.moment("written", _("Written"), "created_at"),
        lists.moment("left", _("Left"), "sent_at", missing=_("not yet"), shown=False),
    ),
    sorts={
        "newest": Sort(_("Newest first"), ("-created_at", "-id"), "written"),
        "oldest": Sort(_("Oldest first"), ("created_at", "id"), "written"),
    },
)
