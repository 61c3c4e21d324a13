from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    name = "analytics"
    label = "analytics"
    verbose_name = _("Analytics")

    def ready(self) -> None:
        from analytics import consumers, services
        from analytics.selectors.stages import DAY_MINUTES
        from analytics.selectors.variance import JOB
        from analytics.selectors.waiting import waiting_of
        from omc.lib.actor import Actor
        from omc.lib.registry import Command, Panel, Subscriber, registry
        from orders.core.models import Order
        from orders.core.services.jobs import register_job

        def where_the_time_went(order: Order, actor: Actor) -> dict[str, Any] | None:
            waiting = waiting_of(order, actor)
            if not waiting.hops:
                return None
            calendar = waiting.elapsed_calendar.total_seconds() / 60
            return {"waiting": waiting, "calendar_minutes": calendar, "day_minutes": DAY_MINUTES}

        registry.offer(
            Command(_("Profit bridge"), "analytics:bridges", "chart-column", _("margin variance price volume mix")),
        )
        registry.subscribers.add(
            "analytics.mark_sales",
            Subscriber("analytics.mark_sales", consumers.SALES_CHANGED, consumers.mark_sales, looks_again=True),
        )
        registry.panels.add(
            "waiting",
            Panel(
                key="waiting",
                subject="order",
                title=_("Where the time went"),
                template="analytics/order_panel.html",
                context=where_the_time_went,
                order=110,
            ),
        )
        register_job(JOB, permission="analytics.run_variance", queue="analytics", body=services.compute_variance)
