from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GenerationConfig(AppConfig):
    name = "orders.generation"
    label = "orders_generation"
    verbose_name = _("2 Order generation")

    def ready(self) -> None:
        from omc.lib.actor import Actor
        from omc.lib.registry import DutyRule, Panel, Stage, registry
        from orders.core.models import Customer, Order
        from orders.generation import events, machines, selectors  # noqa: F401  declares events and graph

        def on_order(order: Order, actor: Actor) -> dict[str, Any] | None:
            return _rows(selectors.enquiries_of_order(order, actor))

        def on_customer(customer: Customer, actor: Actor) -> dict[str, Any] | None:
            return _rows(selectors.enquiries_of_customer(customer, actor)[:10])

        registry.stages.add(
            "generation",
            Stage(
                number=2,
                key="generation",
                name=_("Order generation"),
                url="generation:enquiries",
                permission="generation.view_enquiry",
                duty=_("Answer enquiry"),
            ),
        )
        registry.duties.add(
            "Answer enquiry",
            DutyRule(
                stage=2,
                name="Answer enquiry",
                subject="self",
                opens={"enquiry_received": None},
                closes={"enquiry_quoted": None, "enquiry_ordered": None, "enquiry_closed": None},
                due_minutes=240,
            ),
        )
        for subject, context in (("order", on_order), ("customer", on_customer)):
            registry.panels.add(
                f"{subject} enquiries",
                Panel(
                    key="enquiries",
                    subject=subject,
                    title=_("Enquiries"),
                    template="orders/generation/panel.html",
                    context=context,
                    permission="generation.view_enquiry",
                    order=20,
                ),
            )


def _rows(enquiries: Any) -> dict[str, Any] | None:
    rows = list(enquiries)
    return {"enquiries": rows} if rows else None
