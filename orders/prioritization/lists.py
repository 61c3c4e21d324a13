"""The lists of stage 5: the queue of open orders, and allocation runs."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from omc.lib import lists
from omc.lib.actor import Actor
from omc.lib.lists import Column, ListView, Look, Sort
from omc.lib.registry import BulkAction, registry
from omc.lib.templatetags import ui
from orders.core.lists.forms import about_customer, choice, flag, search
from orders.core.models import Customer
from orders.core.services.bulk import one_by_one
from orders.prioritization.models import AllocationRun, AllocationRunState, Ranking
from orders.prioritization.selectors.queue import (
    QUEUE_ORDER,
    company_of,
    day_minutes,
    positions_of,
    queue,
    waiting_points,
)
from orders.prioritization.selectors.waiting import allocation_runs
from orders.prioritization.services import rank_order

SEE = "prioritization.view_rank"


class QueueFilterForm(forms.Form):
    text = search(_("Order or customer"))
    customer_class = choice(_("Class"), Customer.CustomerClass.choices)
    held = flag(_("On hold only"))


class RunFilterForm(forms.Form):
    state = choice(_("State"), AllocationRunState.choices)


def _queue_form(data: Any, actor: Actor) -> forms.Form:
    return about_customer(QueueFilterForm(data), actor)


def _queue(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Ranking]:
    return queue(actor, **filters)


def _place(rows: list[Any], look: Look) -> None:
    """Where each stands among all open orders, whatever the filter, and what it scores by now."""
    places = positions_of(rows)
    minutes = day_minutes(company_of(look.actor).calendar)
    for row in rows:
        row.position = places.get(row.order_id)
        row.waiting_days, aged = waiting_points(row.rule_set, row.waited_minutes, minutes)
        row.score = row.points + aged


def _customer(row: Any, look: Look) -> SafeString:
    customer = row.order.customer
    said = _now("class %(class)s") % {"class": customer.customer_class}
    url = reverse("core:customer", args=[customer.pk])
    return format_html('<a href="{}">{}</a> <span class="unit">{}</span>', url, customer, said)


def _state(row: Any, look: Look) -> SafeString:
    shown = ui.state(row.order.state, label=row.order.get_state_display())
    if not row.hold_name:
        return shown
    return format_html("{} {}", shown, ui.chip(row.hold_name, "risk", "circle-pause"))


def _state_word(row: Any, look: Look) -> str:
    words = [row.order.get_state_display(), row.hold_name]
    return ", ".join(str(word) for word in words if word)


def _waiting(row: Any, look: Look) -> SafeString:
    if row.waiting_days < 0:
        return format_html('<span class="unit">{}</span>', _now("not wanted yet"))
    return ui.qty(row.waiting_days, _now("working days"), places=1)


def _why(row: Any, look: Look) -> SafeString:
    return format_html(
        '<a class="button small quiet" href="{}">{}<span class="screen-reader"> {}</span></a>',
        reverse("prioritization:explain", args=[row.order_id]),
        _now("Why?"),
        row.order,
    )


QUEUE = ListView(
    key="queue",
    name=_("Queue"),
    unit=_("orders"),
    one=_("order"),
    permission=SEE,
    url="prioritization:queue",
    subject="ranking",
    rows=_queue,
    form=_queue_form,
    prepare=_place,
    columns=(
        lists.link("order", _("Order"), "core:order", "order", to="order_id"),
        lists.quantity("position", _("Position"), "position"),
        Column("customer", _("Customer"), lambda row, look: str(row.order.customer), _customer, css="clip"),
        Column("state", _("State"), _state_word, _state),
        Column(
            "score",
            _("Score"),
            lambda row, look: row.score,
            lambda row, look: ui.qty(row.score, _now("points"), places=1),
            lambda row, look: _now("points"),
            figure=True,
            term="rank",
        ),
        Column(
            "waiting",
            _("Waiting"),
            lambda row, look: row.waiting_days,
            _waiting,
            lambda row, look: _now("working days"),
            figure=True,
        ),
        lists.day("promise", _("Promise"), "order.current_promise", missing=_("not promised")),
        lists.day("requested", _("Requested"), "order.requested_date", missing=_("as soon as possible"), shown=False),
        lists.money("net", _("Net"), "order.net_base"),
        lists.moment("ranked", _("Ranked"), "computed_at", shown=False),
        lists.buttons("why", _why),
    ),
    sorts={"rank": Sort(_("As it gets stock"), QUEUE_ORDER)},
)


def _runs(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[AllocationRun]:
    rows = allocation_runs(actor)
    return rows.filter(state=filters["state"]) if filters.get("state") else rows


def _run_form(data: Any, actor: Actor) -> forms.Form:
    return RunFilterForm(data)


RUNS = ListView(
    key="allocation-runs",
    name=_("Allocation runs"),
    unit=_("runs"),
    one=_("run"),
    permission=SEE,
    url="prioritization:runs",
    rows=_runs,
    form=_run_form,
    columns=(
        lists.link("run", _("Run"), "prioritization:run"),
        lists.state("state", _("State")),
        lists.moment("proposed", _("Proposed"), "created_at"),
        lists.text("by", _("By"), "started_by", missing=_("the clock")),
        lists.moment("applied", _("Applied"), "applied_at", missing="–"),
    ),
    sorts={
        "newest": Sort(_("Newest first"), ("-created_at", "-id"), "proposed"),
        "oldest": Sort(_("Oldest first"), ("created_at", "id"), "proposed"),
    },
)


def _rank_again(ids: list[int], actor: Actor) -> list[tuple[int, str | None]]:
    return one_by_one(ids, lambda pk: rank_order(order_id=pk, actor=actor))


def register() -> None:
    for declared in (QUEUE, RUNS):
        registry.lists.add(declared.key, declared)
    registry.pages.add("ranking", "prioritization:explain")
    registry.bulk_actions.add(
        "queue.rank",
        BulkAction(
            "queue.rank", "ranking", _("Rank again"), "prioritization.rank_orders", _rank_again, icon="refresh-cw"
        ),
    )
