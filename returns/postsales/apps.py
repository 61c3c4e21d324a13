from collections.abc import Callable
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


def minutes(text: str) -> int:
    """A positive whole number of minutes. Raises: ValueError with a sentence"""
    value = int(text)
    if not 1 <= value <= 60_000:
        raise ValueError("give working minutes between 1 and 60,000")
    return value


class PostsalesConfig(AppConfig):
    name = "returns.postsales"
    label = "returns_postsales"
    verbose_name = _("10 Post-sales service")

    def ready(self) -> None:
        from django.urls import reverse

        from omc.lib.actor import Actor
        from omc.lib.registry import Action, Command, DutyRule, Panel, SettingType, Stage, Subscriber, registry
        from orders.core.models import Order
        from returns.postsales import calls, cards, consumers, events, lists, machines, messages, pages, selectors  # noqa: F401  declares events and graph

        def panel(order: Order, actor: Actor) -> dict[str, Any] | None:
            cases = selectors.cases_of_order(order, actor)
            follow_ups = selectors.follow_ups_of_order(order, actor)
            return {"cases": cases, "follow_ups": follow_ups} if cases or follow_ups else None

        def form_of(key: str) -> Callable[[Order], str]:
            return lambda order: f"{reverse(f'postsales:{key}')}?order={order.pk}"

        lists.register()
        pages.register()
        registry.pages.add("case", "postsales:case")
        registry.offer(
            Command(_("New case"), "postsales:open", "life-buoy", _("complaint question claim"), starts=True),
            Command(_("Plan a follow-up"), "postsales:plan", "calendar-plus", _("call visit"), starts=True),
            Command(_("Follow-ups"), "postsales:follow-ups", "calendar-check"),
        )
        registry.stages.add(
            "postsales",
            Stage(
                number=10,
                key="postsales",
                name=_("Post-sales service"),
                url="postsales:cases",
                permission="postsales.view_case",
                duty=_("Handle case"),
            ),
        )
        registry.duties.add(
            "Handle case",
            DutyRule(
                stage=10,
                name="Handle case",
                subject="self",
                opens={"case_opened": None, "case_reopened": None},
                closes={"case_resolved": None},
                due={"case_replied": 2 * 540, "case_waiting": 5 * 540},
            ),
        )
        registry.duties.add(
            "Follow up",
            DutyRule(
                stage=10,
                name="Follow up",
                opens={"follow_up_planned": None},
                closes={"follow_up_done": lambda data: not data.get("left")},
                due={"follow_up_planned": "due_on"},
            ),
        )
        registry.panels.add(
            "cases",
            Panel(
                key="cases",
                subject="order",
                title=_("Cases"),
                template="returns/postsales/order_panel.html",
                context=panel,
                permission="postsales.view_case",
                order=100,
            ),
        )
        for key, label, permission in (
            ("open", _("Open a case"), "postsales.open_case"),
            ("plan", _("Plan a follow-up"), "postsales.work_case"),
        ):
            registry.actions.add(
                f"postsales.{key}",
                Action(
                    key=f"postsales.{key}",
                    subject="order",
                    label=label,
                    permission=permission,
                    url=form_of(key),
                    when=lambda order: order.state not in ("draft", "abandoned"),
                ),
            )
        registry.subscribers.add(
            "postsales.call_after_delivery",
            Subscriber(
                name="postsales.call_after_delivery",
                events=("order_delivered",),
                handle=consumers.call_after_delivery,
            ),
        )
        registry.settings.add(
            "postsales.reply_due_minutes",
            SettingType(
                key="postsales.reply_due_minutes",
                label=_("First reply to a case, in working minutes"),
                default=240,
                parse=minutes,
                stage=10,
                help=_("A day of the office calendar has 540 working minutes."),
            ),
        )
        messages.register()
        calls.register()
        cards.register()
