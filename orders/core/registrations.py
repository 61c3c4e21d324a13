"""What core itself adds to the lists that it iterates."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.registry import BulkAction, Document, registry
from orders.core import forms
from orders.core.lists.orders import ORDERS
from orders.core.lists.parties import CUSTOMERS, PRODUCTS
from orders.core.lists.work import DUTIES, HOLDS, JOBS
from orders.core.models import HoldScope
from orders.core.services import bulk, holds
from orders.core.services.duties import take_duty

Answers = list[tuple[int, str | None]]


def register() -> None:
    """Called once, when Django is ready."""
    for document in (
        Document("order", _("Order"), "orders.Order", "orders.view_order", "core:order", "pk"),
        Document("customer", _("Customer"), "orders.Customer", "orders.view_order", "core:customer"),
        Document("product", _("Item"), "orders.Product", "orders.view_order", "core:product"),
    ):
        registry.documents.add(document.key, document)
        registry.pages.add(document.key, document.page)
    for declared in (ORDERS, CUSTOMERS, PRODUCTS, DUTIES, HOLDS, JOBS):
        registry.lists.add(declared.key, declared)
    bulk.register()
    for action in (
        BulkAction(
            "orders.hold", "order", _("Hold"), "orders.place_hold", _hold_orders, _order_hold_form, "circle-pause"
        ),
        BulkAction(
            "customers.hold",
            "customer",
            _("Hold everything they have open"),
            "orders.place_hold",
            _hold_customers,
            _customer_hold_form,
            "circle-pause",
        ),
        BulkAction("holds.lift", "hold", _("Lift"), "orders.resolve_hold", _lift, _lift_form, "circle-play"),
        BulkAction("duties.take", "duty", _("Take"), "orders.view_order", _take, icon="hand"),
    ):
        registry.bulk_actions.add(action.key, action)


def _order_hold_form(data: Any, actor: Actor) -> forms.HoldForm:
    return forms.HoldForm(data, company_id=actor.company_id, scope=HoldScope.ORDER)


def _customer_hold_form(data: Any, actor: Actor) -> forms.HoldForm:
    return forms.HoldForm(data, company_id=actor.company_id, scope=HoldScope.CUSTOMER)


def _lift_form(data: Any, actor: Actor) -> forms.ResolveForm:
    return forms.ResolveForm(data)


def _hold_orders(ids: list[int], actor: Actor, **given: str) -> Answers:
    return bulk.one_by_one(ids, lambda pk: holds.place_hold(order_id=pk, actor=actor, **given))


def _hold_customers(ids: list[int], actor: Actor, **given: str) -> Answers:
    return bulk.one_by_one(ids, lambda pk: holds.place_customer_hold(customer_id=pk, actor=actor, **given))


def _lift(ids: list[int], actor: Actor, **given: str) -> Answers:
    return bulk.one_by_one(ids, lambda pk: holds.resolve_hold(hold_id=pk, actor=actor, **given))


def _take(ids: list[int], actor: Actor) -> Answers:
    return bulk.one_by_one(ids, lambda pk: take_duty(duty_id=pk, actor=actor))
