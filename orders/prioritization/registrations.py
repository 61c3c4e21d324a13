"""What stage 5 tells the registries."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from omc.lib.registry import Command, DutyRule, Panel, SettingType, Stage, Subscriber, registry
from orders.prioritization import consumers, lists
from orders.prioritization.selectors.queue import ranking_panel
from orders.prioritization.selectors.standing import standing_before
from orders.prioritization.services import load_rule_set


def register() -> None:
    lists.register()
    registry.standings.add("prioritization", standing_before)
    registry.offer(
        Command(_("Allocation runs"), "prioritization:runs", "split", _("give stock")),
        Command(_("Rule sets"), "prioritization:rule-sets", "sliders-horizontal", _("ranking points")),
    )
    registry.stages.add(
        "prioritization",
        Stage(
            number=5,
            key="prioritization",
            name=_("Order prioritization"),
            url="prioritization:queue",
            permission="prioritization.view_rank",
            duty=_("Rank order"),
        ),
    )
    registry.duties.add(
        "rank order",
        DutyRule(
            stage=5,
            name="Rank order",
            opens={"order_confirmed": _has_goods},
            closes={"order_ranked": None, "order_cancelled": None},
            due_minutes=60,
        ),
    )
    registry.subscribers.add(
        "prioritization.rank",
        Subscriber(
            "prioritization.rank",
            consumers.RANKING_EVENTS,
            consumers.rank_again,
            looks_again=True,
            handle_many=consumers.rank_many_again,
        ),
    )
    registry.panels.add(
        "rank",
        Panel(
            key="rank",
            subject="order",
            title=_("Rank"),
            template="orders/prioritization/panel.html",
            context=ranking_panel,
            permission="prioritization.view_rank",
            order=25,
        ),
    )
    registry.settings.add(
        "prioritization.lead_days",
        SettingType(
            key="prioritization.lead_days",
            label=_("Waiting starts this many working days before the requested date"),
            default=5,
            parse=_days,
            stage=5,
            help=_("An order confirmed later than that waits from its confirmation."),
        ),
    )
    registry.reference.add("ranking rules", load_rule_set)


def _has_goods(data: dict[str, Any]) -> bool:
    return Decimal(str(data["goods_lines"])) > 0


def _days(text: str) -> int:
    days = int(text)
    if not 0 <= days <= 250:
        raise ValueError("between 0 and 250 working days")
    return days
