from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    name = "analytics"
    label = "analytics"
    verbose_name = _("Analytics")

    def ready(self) -> None:
        from analytics import consumers, services
        from analytics.selectors.figures import PERIODS
        from analytics.selectors.variance import JOB
        from analytics.selectors.waiting import waiting_of
        from analytics.selectors.wall import DAY_MINUTES, longest_unattended
        from omc.lib.actor import Actor
        from omc.lib.registry import Command, HomeSection, Panel, Subscriber, registry
        from orders.core.models import Company, Order
        from orders.core.services.jobs import register_job

        def where_the_time_went(order: Order, actor: Actor) -> dict[str, Any] | None:
            waiting = waiting_of(order, actor)
            if not waiting.hops:
                return None
            calendar = waiting.elapsed_calendar.total_seconds() / 60
            return {"waiting": waiting, "calendar_minutes": calendar, "day_minutes": DAY_MINUTES}

        def at_a_glance(actor: Actor) -> dict[str, Any] | None:
            from analytics.views.figures import cards
            from analytics.views.wall import drawn_wall

            if not actor.roles & {"exec", "admin"}:
                return None
            company = Company.objects.get(pk=actor.company_id)
            return drawn_wall(actor) | cards(company, actor, PERIODS[0]) | {"worst": longest_unattended(actor, 3)}

        registry.offer(
            Command(_("The cycle wall"), "analytics:wall", "workflow", _("stages waiting unattended bottleneck")),
            Command(_("Staple walk"), "analytics:walks", "footprints", _("follow an order history waiting")),
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
        registry.home_sections.add(
            "cycle",
            HomeSection(
                key="cycle",
                permission="orders.oversee",
                template="analytics/home.html",
                context=at_a_glance,
                order=10,
            ),
        )
        register_job(
            JOB,
            name=_("Profit bridge"),
            permission="analytics.run_variance",
            queue="analytics",
            body=services.compute_variance,
        )
