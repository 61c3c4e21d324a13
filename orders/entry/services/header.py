"""The header of a draft: the customer's defaults, and what somebody chose instead."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from omc.lib.errors import DomainError, InvalidInput, NotFound
from omc.lib.prepared import Prepared
from orders.core.models import (
    Address,
    Channel,
    Contact,
    Customer,
    DeliveryWay,
    Order,
    PaymentTerms,
    ShipRule,
    ShipRuleOrigin,
    Warehouse,
)
from orders.core.selectors.companies import today
from orders.pricing.selectors import rate_of

HEADER_COLUMNS: Final = (
    "customer_id", "contact_id", "bill_to_id", "ship_to_id", "warehouse_id", "terms_id", "customer_po", "channel",
    "currency", "currency_rate", "ship_rule", "ship_rule_origin", "delivery", "requested_date", "notes",
)  # fmt: skip

_CUSTOMER = Prepared(
    lambda gaps: Customer.objects.select_related("terms", "company").filter(pk=gaps.customer, company_id=gaps.company)
)
_PLACES = Prepared(
    lambda gaps: Address.objects.filter(customer_id=gaps.customer, is_active=True).order_by("-is_default", "id")
)
_FIRST_CONTACT = Prepared(
    lambda gaps: Contact.objects.filter(customer_id=gaps.customer).order_by("-is_primary", "id")[:1]
)


class CustomerClosed(DomainError):
    """The customer is not active: no new orders."""

    code, status = "customer_closed", 422


def customer_of(customer_id: int, company_id: int) -> Customer:
    """An active customer of the company.

    Raises: NotFound, CustomerClosed
    """
    customer = _CUSTOMER.first(customer=customer_id, company=company_id)
    if customer is None:
        raise NotFound("There is no such customer.", field="customer_id")
    if not customer.is_active:
        raise CustomerClosed(f"{customer} takes no new orders.", field="customer_id", customer=customer.code)
    return customer


def take_defaults(order: Order, customer: Customer) -> None:
    """Set everything that follows from who orders."""
    order.customer = customer
    order.terms = customer.terms
    order.ship_rule, order.ship_rule_origin = customer.ship_rule, ShipRuleOrigin.CUSTOMER
    order.warehouse_id = customer.default_warehouse_id or _default_warehouse(order.company_id)
    _set_currency(order, customer.currency)
    places = _PLACES.rows(customer=customer.pk)
    order.ship_to = next((place for place in places if place.use != Address.Use.BILL), None)
    order.bill_to = next((place for place in places if place.use != Address.Use.SHIP), order.ship_to)
    order.contact = _FIRST_CONTACT.first(customer=customer.pk)


def change_header(order: Order, values: Mapping[str, Any]) -> bool:
    """Set what is given on a draft; True when anything differs from before.

    Raises: InvalidInput, NotFound, CustomerClosed, each naming the field
    """
    if unknown := set(values) - set(_SETTERS):
        raise InvalidInput(f"An order has no {', '.join(sorted(unknown))}.", field=min(unknown))
    before = [getattr(order, column) for column in HEADER_COLUMNS]
    for name in _SETTERS:  # the customer first: its defaults give way to what else is given
        if name in values:
            _SETTERS[name](order, values[name])
    return before != [getattr(order, column) for column in HEADER_COLUMNS]


def _default_warehouse(company_id: int) -> int | None:
    return (
        Warehouse.objects.filter(company_id=company_id)
        .order_by("-is_default", "id")
        .values_list("pk", flat=True)
        .first()
    )


def _set_customer(order: Order, customer_id: int) -> None:
    if customer_id != order.customer_id:
        take_defaults(order, customer_of(customer_id, order.company_id))


def _place(name: str) -> Callable[[Order, int | None], None]:
    def choose(order: Order, address_id: int | None) -> None:
        if address_id == getattr(order, f"{name}_id"):
            return
        places = Address.objects.filter(customer_id=order.customer_id, is_active=True)
        found = places.filter(pk=address_id).first() if address_id else None
        if address_id and found is None:
            raise NotFound(f"{order.customer} has no such address.", field=f"{name}_id")
        setattr(order, name, found)

    return choose


def _set_contact(order: Order, contact_id: int | None) -> None:
    if contact_id == order.contact_id:
        return
    people = Contact.objects.filter(customer_id=order.customer_id)
    order.contact = people.filter(pk=contact_id).first() if contact_id else None
    if contact_id and order.contact is None:
        raise NotFound(f"{order.customer} has no such contact.", field="contact_id")


def _set_warehouse(order: Order, warehouse_id: int | None) -> None:
    if warehouse_id == order.warehouse_id:
        return
    warehouses = Warehouse.objects.filter(company_id=order.company_id)
    order.warehouse = warehouses.filter(pk=warehouse_id).first() if warehouse_id else None
    if warehouse_id and order.warehouse is None:
        raise NotFound("There is no such warehouse.", field="warehouse_id")


def _set_terms(order: Order, terms_id: int | None) -> None:
    if terms_id == order.terms_id:
        return
    known = PaymentTerms.objects.filter(company_id=order.company_id)
    order.terms = known.filter(pk=terms_id).first() if terms_id else None
    if terms_id and order.terms is None:
        raise NotFound("There are no such payment terms.", field="terms_id")


def _set_po(order: Order, text: str | None) -> None:
    number = (text or "").strip()
    if len(number) > 60:
        raise InvalidInput("A purchase order number has at most 60 characters.", field="customer_po")
    order.customer_po = number


def _set_channel(order: Order, channel: str) -> None:
    if channel not in Channel.values:
        raise InvalidInput(f"There is no channel {channel}.", field="channel")
    order.channel = channel


def _set_currency(order: Order, currency: str) -> None:
    code = (currency or "").strip().upper()
    if code == order.currency and order.pk:
        return
    own = code == order.company.currency
    order.currency_rate = Decimal(1) if own else rate_of(order.company_id, code, today(order.company))
    order.currency = code


def _set_rule(order: Order, rule: str) -> None:
    if rule == order.ship_rule:
        return
    if rule not in ShipRule.values:
        raise InvalidInput(f"There is no ship rule {rule}.", field="ship_rule")
    order.ship_rule = rule
    own = order.customer.ship_rule == rule
    order.ship_rule_origin = ShipRuleOrigin.CUSTOMER if own else ShipRuleOrigin.ORDER


def _set_delivery(order: Order, delivery: str) -> None:
    wanted = delivery or order.delivery
    if wanted not in DeliveryWay.values:
        raise InvalidInput(f"There is no way of delivery {wanted}.", field="delivery")
    order.delivery = wanted


def _set_date(order: Order, day: date | None) -> None:
    order.requested_date = day


def _set_notes(order: Order, text: str | None) -> None:
    order.notes = (text or "").strip()


_SETTERS: Final[dict[str, Callable[[Order, Any], None]]] = {
    "customer_id": _set_customer,
    "contact_id": _set_contact,
    "bill_to_id": _place("bill_to"),
    "ship_to_id": _place("ship_to"),
    "warehouse_id": _set_warehouse,
    "terms_id": _set_terms,
    "customer_po": _set_po,
    "channel": _set_channel,
    "currency": _set_currency,
    "ship_rule": _set_rule,
    "delivery": _set_delivery,
    "requested_date": _set_date,
    "notes": _set_notes,
}
