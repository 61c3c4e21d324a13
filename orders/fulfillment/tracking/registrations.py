"""What tracking tells core: the customer's page, and who settles what did not get through."""

from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.registry import CustomerPage, DutyRule, HomeTask, registry
from orders.core.selectors.home import document_duties
from orders.fulfillment.messages import PAGE
from orders.fulfillment.models import Shipment, ShipmentState
from orders.fulfillment.tracking import page
from orders.fulfillment.tracking.selectors import link_ends, seen_shipment

DUTY: Final = "Settle delivery"


def register() -> None:
    """Called once, when Django is ready."""
    registry.customer_pages.add(
        PAGE, CustomerPage(key=PAGE, name=_("Shipment"), subject=seen_shipment, until=link_ends, doors={"": page.show})
    )
    registry.duties.add(
        DUTY,
        DutyRule(
            stage=7,
            name=DUTY,
            subject="self",
            opens={"shipment_excepted": None},
            closes={"shipment_on_its_way": None, "shipment_delivered": None, "returned_shipment_settled": None},
            due_minutes=240,
        ),
    )
    registry.home_tasks.add(
        "fulfillment.settle",
        HomeTask(
            "fulfillment.settle",
            ("fulfillment.settle_exception",),
            document_duties(
                7,
                DUTY,
                _in_trouble,
                what=_("Settle the delivery of %(document)s"),
                button=_("Settle it"),
                url="fulfillment:shipment",
            ),
        ),
    )


def _in_trouble(actor: Actor) -> QuerySet[Shipment]:
    states = [ShipmentState.EXCEPTION, ShipmentState.RETURNED]
    return Shipment.objects.filter(company_id=actor.company_id, state__in=states)
