"""What billing does when it hears of a shipment, and of its own documents."""

from billing.methods.selectors import billing_of_order
from billing.models import Method
from billing.services import AlreadyInvoiced, NothingToInvoice, invoice_shipment, send_invoice
from omc.lib.actor import system
from orders.core.models import Event
from orders.core.selectors.companies import setting
from orders.core.selectors.holds import HoldBlocks
from orders.fulfillment.models import Shipment


def invoice_what_left(event: Event) -> None:
    """Invoice a shipment as soon as it left, where the company wants that.

    A hold that blocks invoicing leaves it on the list of what is to be invoiced.
    """
    if not setting(event.company_id, "billing.post_on_ship"):
        return
    shipment = Shipment.objects.select_related("order").filter(pk=event.data["shipment_id"]).first()
    if shipment is None or billing_of_order(shipment.order)["method"] != Method.ON_SHIPMENT:
        return
    actor = system("invoice on ship", event.company_id)
    try:
        invoice_shipment(shipment_id=event.data["shipment_id"], actor=actor)
    except (AlreadyInvoiced, NothingToInvoice, HoldBlocks):
        return


def send_what_was_posted(event: Event) -> None:
    """Send the document with its PDF; once, since the message's key is the document."""
    send_invoice(invoice_id=event.subject_id, actor=system("send invoice", event.company_id))
