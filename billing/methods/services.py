"""Write how a customer or an order is billed, and begin billing where it begins with the order."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from billing.deposits.services import invoice_deposit
from billing.methods.events import OrderBillingChanged
from billing.methods.rules import FIELDS
from billing.methods.selectors import LABELS, billing_of_order
from billing.models import BillingRule, DepositRule, Every, FreightRule, Invoice, Method
from billing.services.invoice_order import invoice_order
from omc.lib import clock
from omc.lib.actor import Actor, require, system
from omc.lib.errors import InvalidInput, NotFound
from omc.lib.service import verb
from orders.core import eventlog, lifecycle
from orders.core.models import Customer, Order, OrderState

_CHOICES = {"method": Method, "every": Every, "freight": FreightRule, "deposit_rule": DepositRule}
_OVER = (OrderState.CLOSED, OrderState.CANCELLED, OrderState.ABANDONED)


@verb(silent="an agreement with the customer: its row says what it is and when it was last changed")
def set_customer_billing(*, customer_id: int, values: Mapping[str, Any], actor: Actor) -> BillingRule:
    """Agree with a customer how it is billed; empty is as the house does. Invoices that are posted stay as they are.

    Raises: InvalidInput at the field, NotFound
    """
    require(actor, "billing.post_invoice")
    customer = (
        Customer.objects.select_for_update(no_key=True).filter(pk=customer_id, company_id=actor.company_id).first()
    )
    if customer is None:
        raise NotFound(f"There is no customer {customer_id}.", customer_id=customer_id)
    return _write({"customer": customer}, values, actor)


@verb(events=(OrderBillingChanged,))
def set_order_billing(*, order_id: int, values: Mapping[str, Any], actor: Actor) -> BillingRule:
    """Agree for one order how it is billed; empty is as with the customer.

    Raises: InvalidInput at the field or when the order is over, OrderNotFound
    Events: order_billing_changed
    """
    require(actor, "billing.post_invoice")
    order = lifecycle.lock(order_id, actor)
    if order.state in _OVER:
        raise InvalidInput(f"{order} is {order.get_state_display().lower()}: it is not billed any more.")
    rule = _write({"order": order}, values, actor)
    said = [str(LABELS[field]).lower() for field in FIELDS if getattr(rule, field) not in (None, "", [])]
    eventlog.record(order, OrderBillingChanged(what=", ".join(said) or "as with the customer"), actor=actor)
    return rule


def _write(owner: dict[str, Any], values: Mapping[str, Any], actor: Actor) -> BillingRule:
    for field, choices in _CHOICES.items():
        if values.get(field) and values[field] not in choices.values:
            raise InvalidInput("There is no such choice.", field=field)
    percent = values.get("deposit_percent")
    if percent is not None and not Decimal(0) <= percent <= Decimal(100):
        raise InvalidInput("The percent is between 0 and 100.", field="deposit_percent")
    chosen = {field: values[field] for field in FIELDS if field in values}
    rule, _made = BillingRule.objects.update_or_create(
        **owner, defaults=chosen | {"company_id": actor.company_id, "updated_at": clock.now()}
    )
    return rule


def begin_billing(order_id: int, company_id: int) -> list[Invoice]:
    """What is billed as soon as an order is confirmed: its deposit, or all of it. Nothing twice."""
    order = Order.objects.filter(pk=order_id, company_id=company_id).first()
    if order is None or order.state not in (OrderState.CONFIRMED, OrderState.RELEASED):
        return []
    rule = billing_of_order(order)
    actor = system("billing on order", company_id)
    if rule["method"] == Method.ON_ORDER:
        return [invoice_order(order_id=order.pk, actor=actor)]
    if rule["deposit_percent"] and not Invoice.objects.filter(order=order, is_deposit=True).exists():
        return [invoice_deposit(order_id=order.pk, actor=actor)]
    return []
