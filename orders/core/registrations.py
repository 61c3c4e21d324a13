"""What core itself adds to the lists that it iterates."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.registry import BulkAction, Document, Panel, registry
from orders.core import forms
from orders.core.links import choosing
from orders.core.lists.orders import ORDERS
from orders.core.lists.parties import CUSTOMERS, PRODUCTS
from orders.core.lists.work import DUTIES, HOLDS, JOBS, SENT
from orders.core.models import Company, Customer, HoldScope, Product
from orders.core.selectors.buying import Buying, bought_by, buyers_of
from orders.core.selectors.messages import told_at
from orders.core.services import bulk, holds, printing
from orders.core.services.duties import take_duty
from orders.core.services.hold_owners import assign_hold
from orders.core.services.parties import customers_found, items_found

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
    for declared in (ORDERS, CUSTOMERS, PRODUCTS, DUTIES, HOLDS, JOBS, SENT):
        registry.lists.add(declared.key, declared)
    bulk.register()
    printing.register()
    choosing.register()
    _panels()
    registry.search.add("customer", customers_found)
    registry.search.add("item", items_found)
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
        BulkAction("holds.reject", "hold", _("Reject"), "orders.resolve_hold", _reject, _lift_form, "ban"),
        BulkAction("holds.assign", "hold", _("Hand on"), "orders.resolve_hold", _hand_on, _hand_on_form, "hand"),
        BulkAction("duties.take", "duty", _("Take"), "orders.view_order", _take, icon="hand"),
    ):
        registry.bulk_actions.add(action.key, action)


def _panels() -> None:
    for subject, title, template, context in (
        ("customer", _("What they buy"), "orders/core/bought.html", _bought),
        ("product", _("Who buys it"), "orders/core/buyers.html", _buyers),
    ):
        panel = Panel("buying", subject, title, template, context, order=15, lazy=True)
        registry.panels.add(f"{subject} buying", panel)
    registry.panels.add(
        "customer told",
        Panel("told", "customer", _("What they are told"), "orders/core/told_panel.html", _told, order=80, flush=True),
    )


def _told(customer: Customer, actor: Actor) -> dict[str, Any]:
    return {"people": told_at(customer), "may_change": actor.can("orders.tell_customer")}


def _bought(customer: Customer, actor: Actor) -> dict[str, Any]:
    return _seen(bought_by(customer, customer.company), customer.company, actor)


def _buyers(product: Product, actor: Actor) -> dict[str, Any]:
    return _seen(buyers_of(product, product.company), product.company, actor)


def _seen(buying: Buying, company: Company, actor: Actor) -> dict[str, Any]:
    """Net for those who may see prices; for the others units."""
    sees_price = actor.can("orders.view_price")
    values = [net if sees_price else units for _month, net, units in buying.months]
    names = [f"{month:%b %y}" for month, _net, _units in buying.months[12:]]
    series = [
        {"name": _("These 12 months"), "values": values[12:]},
        {"name": _("The 12 before"), "values": values[:12]},
    ]
    return {
        "buying": buying,
        "sees_price": sees_price,
        "currency": company.currency,
        "unit": company.currency if sees_price else _("units"),
        "series": series,
        "labels": names,
    }


def _order_hold_form(data: Any, actor: Actor) -> forms.HoldForm:
    return forms.HoldForm(data, company_id=actor.company_id, scope=HoldScope.ORDER)


def _customer_hold_form(data: Any, actor: Actor) -> forms.HoldForm:
    return forms.HoldForm(data, company_id=actor.company_id, scope=HoldScope.CUSTOMER)


def _lift_form(data: Any, actor: Actor) -> forms.ResolveForm:
    return forms.ResolveForm(data)


def _hold_orders(ids: list[int], actor: Actor, **given: Any) -> Answers:
    return bulk.one_by_one(ids, lambda pk: holds.place_hold(order_id=pk, actor=actor, **given))


def _hold_customers(ids: list[int], actor: Actor, **given: Any) -> Answers:
    return bulk.one_by_one(ids, lambda pk: holds.place_customer_hold(customer_id=pk, actor=actor, **given))


def _lift(ids: list[int], actor: Actor, **given: Any) -> Answers:
    return bulk.one_by_one(ids, lambda pk: holds.resolve_hold(hold_id=pk, actor=actor, **given))


def _reject(ids: list[int], actor: Actor, **given: Any) -> Answers:
    return bulk.one_by_one(ids, lambda pk: holds.reject_hold(hold_id=pk, actor=actor, **given))


def _hand_on_form(data: Any, actor: Actor) -> forms.AssignHoldForm:
    return forms.AssignHoldForm(data, company_id=actor.company_id)


def _hand_on(ids: list[int], actor: Actor, **given: Any) -> Answers:
    return bulk.one_by_one(ids, lambda pk: assign_hold(hold_id=pk, actor=actor, **given))


def _take(ids: list[int], actor: Actor) -> Answers:
    return bulk.one_by_one(ids, lambda pk: take_duty(duty_id=pk, actor=actor))
