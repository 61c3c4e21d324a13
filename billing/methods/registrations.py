"""What the methods of billing add to the lists that core iterates."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.deposits.services import load_deposit_hold
from billing.methods import consumers, events  # noqa: F401  declares events
from billing.methods.selectors import (
    DEPOSIT_HOLDS,
    DEPOSIT_RULE,
    FREIGHT,
    METHOD,
    billing_of_customer,
    billing_of_order,
    spoken,
)
from billing.models import DepositRule, FreightRule, Method
from omc.lib.actor import Actor
from omc.lib.registry import Panel, SettingType, Subscriber, registry
from orders.core.models import Customer, Order, OrderState


def register() -> None:
    """Called once, when Django is ready."""
    registry.reference.add("deposit hold", load_deposit_hold)
    registry.subscribers.add(
        "billing: on order", Subscriber("billing: on order", ("order_confirmed",), consumers.begin)
    )
    registry.subscribers.add(
        "billing: on delivery", Subscriber("billing: on delivery", ("shipment_delivered",), consumers.bill_what_arrived)
    )
    registry.subscribers.add(
        "billing: deposit paid", Subscriber("billing: deposit paid", ("invoice_paid",), consumers.let_go)
    )
    for key, label, default, choices in (
        (METHOD, _("When an order is invoiced"), Method.ON_SHIPMENT, Method),
        (FREIGHT, _("How freight and charges are billed"), FreightRule.FIRST, FreightRule),
        (DEPOSIT_RULE, _("How a deposit is taken off"), DepositRule.PRO_RATA, DepositRule),
    ):
        words = ", ".join(choices.values)
        registry.settings.add(key, SettingType(key, label, str(default), _one_of(choices.values), stage=8, help=words))
    registry.settings.add(
        DEPOSIT_HOLDS,
        SettingType(
            DEPOSIT_HOLDS,
            _("Release an order only once its deposit is paid"),
            True,
            _yes_or_no,
            stage=8,
            help=_("yes or no. Customers and orders may differ."),
        ),
    )
    for subject, context in (("order", _order_panel), ("customer", _customer_panel)):
        registry.panels.add(
            f"{subject} billing",
            Panel(
                key="billing",
                subject=subject,
                title=_("How it is billed"),
                template="billing/methods/panel.html",
                context=context,
                permission="billing.view_invoice",
                order=82,
            ),
        )


def _one_of(values: list[str]) -> Any:
    def parse(text: str) -> str:
        if (word := text.strip().lower()) not in values:
            raise ValueError(f"say one of {', '.join(values)}")
        return word

    return parse


def _yes_or_no(text: str) -> bool:
    if (word := text.strip().lower()) not in ("yes", "no"):
        raise ValueError("say yes or no")
    return word == "yes"


def _order_panel(order: Order, actor: Actor) -> dict[str, Any] | None:
    if order.state in (OrderState.CANCELLED, OrderState.ABANDONED, OrderState.CLOSED):
        return None
    url = reverse("billing:order_billing", args=[order.pk]) if actor.can("billing.post_invoice") else ""
    return {"rows": spoken(billing_of_order(order)), "url": url}


def _customer_panel(customer: Customer, actor: Actor) -> dict[str, Any]:
    url = reverse("billing:customer_billing", args=[customer.pk]) if actor.can("billing.post_invoice") else ""
    return {"rows": spoken(billing_of_customer(customer)), "url": url}
