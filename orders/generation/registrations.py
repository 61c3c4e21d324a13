"""What order generation adds to the lists that core iterates."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.registry import Command, DutyRule, Panel, Stage, registry
from orders.core.models import Customer, Order
from orders.generation import events, lists, machines, selectors  # noqa: F401  declares events and graph
from orders.generation.models import Enquiry


def register() -> None:
    """Called once, when Django is ready."""
    lists.register()
    registry.pages.add("enquiry", "generation:enquiry")
    registry.offer(
        Command(_("New enquiry"), "generation:record", "message-square-plus", _("inquiry lead"), starts=True),
    )
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
    for subject, context in (("order", _of_order), ("customer", _of_customer)):
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


def _of_order(order: Order, actor: Actor) -> dict[str, Any] | None:
    return _panel(selectors.enquiries_of_order(order, actor))


def _of_customer(customer: Customer, actor: Actor) -> dict[str, Any] | None:
    return _panel(selectors.enquiries_of_customer(customer, actor)[:10])


def _panel(enquiries: Iterable[Enquiry]) -> dict[str, Any] | None:
    rows = list(enquiries)
    return {"enquiries": rows} if rows else None
