"""What billing does when an order is confirmed, a shipment arrives, or a deposit is paid."""

from billing.deposits import services as deposits
from billing.methods.selectors import billing_of_order
from billing.methods.services import begin_billing
from billing.models import Method
from billing.services import AlreadyInvoiced, NothingToInvoice, invoice_shipment
from omc.lib.actor import system
from orders.core.models import Event
from orders.core.selectors.companies import setting
from orders.core.selectors.holds import HoldBlocks
from orders.fulfillment.models import Shipment


def begin(event: Event) -> None:
    """Bill the deposit of an order, or all of it, where that is agreed."""
    if event.order_id is None:
        return
    try:
        begin_billing(event.order_id, event.company_id)
    except (deposits.DepositRefused, NothingToInvoice, HoldBlocks):
        return


def bill_what_arrived(event: Event) -> None:
    """Invoice a shipment once it arrived, where that is agreed and the company bills by itself."""
    if not setting(event.company_id, "billing.post_on_ship"):
        return
    shipment = Shipment.objects.select_related("order").filter(pk=event.subject_id, company_id=event.company_id).first()
    if shipment is None or billing_of_order(shipment.order)["method"] != Method.ON_DELIVERY:
        return
    try:
        invoice_shipment(shipment_id=shipment.pk, actor=system("invoice on delivery", event.company_id))
    except (AlreadyInvoiced, NothingToInvoice, HoldBlocks):
        return


def let_go(event: Event) -> None:
    """An order whose deposit is paid may be released."""
    deposits.let_go(event.subject_id, event.company_id)
