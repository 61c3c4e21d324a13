"""What stage 6 puts on homes, and its card."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Min, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from omc.lib.actor import Actor
from omc.lib.registry import HomeTask, News, StageCard, Todo, registry
from orders.core.models import Company
from orders.core.selectors.companies import as_of
from orders.core.selectors.home import COUNTED, SHOWN, customer_link, day_text, holds_to_decide, todo_of_group
from orders.scheduling.models import PlannedLine
from orders.scheduling.selectors.plans import late_word, planned_list


def register() -> None:
    registry.stage_cards.add("scheduling", CARD)
    for task in (
        HomeTask("scheduling.release", ("scheduling.release_shipment",), release_what_is_due),
        HomeTask("scheduling.late", ("scheduling.plan_shipment",), late_plans),
        HomeTask("scheduling.holds", ("orders.resolve_hold", "scheduling.release_shipment"), HOLDS),
    ):
        registry.home_tasks.add(task.key, task)
    registry.news.add(
        "released",
        News(
            "released",
            ("shipment_released",),
            _("%(count)s shipment was released to the warehouse"),
            _("%(count)s shipments were released to the warehouse"),
            frozenset({"ops", "warehouse", "planner", "admin"}),
            order=50,
        ),
    )


HOLDS = holds_to_decide(
    6,
    Q(hold_type__blocks__overlap=["release", "pick", "ship"], hold_type__is_credit=False)
    & ~Q(hold_type__blocks__contains=["confirm"]),
)


def release_what_is_due(actor: Actor) -> list[Todo]:
    """Everything that should go to the warehouse by today's cut-off and that no hold stops, as one thing."""
    company = Company.objects.get(pk=actor.company_id)
    today = as_of(company)
    due = planned_list(actor, state="open", until=today, ready=True)
    found = PlannedLine.objects.filter(
        planned__in=due.order_by("slot_date", "id").values("pk")[: COUNTED + 1], order_line__ordered__gt=0
    ).aggregate(
        n=Count("planned", distinct=True),
        since=Min("planned__created_at"),
        first=Min("planned__slot_date"),
        cut_off=Min("planned__warehouse__cut_off"),
        worth=Sum(F("quantity") * F("order_line__net_base") / F("order_line__ordered")),
    )
    if not found["n"]:
        return []
    url = f"{reverse('scheduling:shipments')}?until={today}&ready=on"
    return [
        todo_of_group(
            found | {"cut_off": f"{found['cut_off']:%H:%M}"},
            what=ngettext_lazy(
                "%(n)s shipment to release before the %(cut_off)s cut-off",
                "%(n)s shipments to release before the %(cut_off)s cut-off",
                "n",
            ),
            button=_("Release"),
            url=url,
            stage=6,
            due=datetime.combine(found["first"], found["cut_off"] or time(), ZoneInfo(company.time_zone)),
            why=_("the first was planned for %(day)s") % {"day": day_text(found["first"])},
        )
    ]


def late_plans(actor: Actor) -> list[Todo]:
    """Planned shipments that leave after the day that was promised."""
    plans = planned_list(actor, state="open", late=True, ready=True)
    return [
        Todo(
            what=_("Bring %(shipment)s forward, or tell the customer") % {"shipment": plan},
            button=_("Open the plan"),
            url=reverse("scheduling:shipment", args=[plan.pk]),
            since=plan.created_at,
            stage=6,
            amount=plan.order.net_base,
            customer=customer_link(plan.customer),
            why=f"{late_word(plan)}: {day_text(plan.due_date)} → {day_text(plan.slot_date)}",
        )
        for plan in plans.order_by("due_date", "id")[:SHOWN]
    ]


CARD = StageCard(
    stage="scheduling",
    purpose=_("Decides what leaves which warehouse on which day, and tells the warehouse to send it."),
    comes_in=_("promises of ranked orders, short picks, filled back-orders, cancelled rests"),
    goes_out=_(
        "planned shipments with a day; released ones for the warehouse; slot, frozen and arrival as facts of the order"
    ),
    who=_("operations (plan, move, freeze, release, recall, capacity); everybody looks"),
    steps=("release",),
    after=(1, 5),
)
