"""What a customer's page shows of cases and follow-ups."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.registry import Panel, registry
from orders.core.models import Customer
from returns.postsales.selectors import cases_list, follow_up_rows

SHOWN = 10


def _of_customer(customer: Customer, actor: Actor) -> dict[str, Any] | None:
    cases = list(cases_list(actor).filter(customer=customer).order_by("-id")[:SHOWN])
    owed = follow_up_rows(actor).filter(customer=customer, done_at=None)
    follow_ups = list(owed.order_by("due_on", "id")[:SHOWN])
    return {"cases": cases, "follow_ups": follow_ups} if cases or follow_ups else None


def register() -> None:
    registry.panels.add(
        "customer cases",
        Panel(
            "cases",
            "customer",
            _("Cases"),
            "returns/postsales/order_panel.html",
            _of_customer,
            "postsales.view_case",
            order=100,
            more=lambda customer: f"{reverse('postsales:cases')}?customer={customer.pk}",
        ),
    )
