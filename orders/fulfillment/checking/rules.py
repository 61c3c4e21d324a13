"""Which shipments a second person looks at before they are packed."""

from typing import Final

from omc.lib.errors import DomainError
from orders.core.models import Customer
from orders.core.selectors.companies import setting
from orders.fulfillment.models import Shipment, ShipmentState

CLASSES: Final = "fulfillment.checked_classes"


class NotChecked(DomainError):
    """A second person has to look at it before it is packed."""

    code = "not_checked"


def wants_check(shipment: Shipment) -> bool:
    """It is picked, and its customer is of a class whose goods are checked before they are packed."""
    classes = str(setting(shipment.company_id, CLASSES))
    return shipment.state == ShipmentState.PICKED and bool(classes) and _class_of(shipment) in classes


def _class_of(shipment: Shipment) -> str:
    return str(shipment.order.customer.customer_class)


def refuse_unchecked(shipment: Shipment) -> None:
    """Raises: NotChecked"""
    if wants_check(shipment):
        raise NotChecked(
            f"{shipment} is for a customer of class {_class_of(shipment)}: somebody else than the picker checks it first.",
            shipment=shipment.number,
        )


def parse_classes(text: str) -> str:
    """Customer classes as they were typed: "A, B" is AB. Raises: ValueError"""
    letters = "".join(text.replace(",", " ").upper().split())
    if strange := set(letters) - set(Customer.CustomerClass.values):
        raise ValueError(f"{min(strange)} is no customer class; there are {', '.join(Customer.CustomerClass.values)}.")
    return "".join(sorted(set(letters)))
