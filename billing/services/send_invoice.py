from billing.messages import RELATED, kind_of
from billing.models import Invoice
from omc.lib.actor import Actor, require
from omc.lib.errors import NotFound
from omc.lib.service import verb
from orders.core.links.services import issue_link
from orders.core.models import Message
from orders.core.services.messages import tell_customer


@verb(silent="the message is its own record")
def send_invoice(*, invoice_id: int, actor: Actor) -> Message | None:
    """Send a posted invoice or credit note with its PDF to the order's contact, else the customer's main one.

    Once per document, however often it is asked. None when nobody there has a mail address.

    Raises: NotFound
    """
    require(actor, "billing.post_invoice")
    invoice = (
        Invoice.objects.select_related(*RELATED)
        .filter(pk=invoice_id, company_id=actor.company_id, number__isnull=False)
        .first()
    )
    if invoice is None:
        raise NotFound(f"There is no posted invoice {invoice_id}.", invoice_id=invoice_id)
    contact = invoice.order.contact if invoice.order else None
    issue_link("invoice", invoice, actor=actor, contact=contact)
    message: Message | None = tell_customer(
        kind=kind_of(invoice),
        key=f"invoice:{invoice.pk}",
        about=invoice,
        customer=invoice.customer,
        contact=contact,
        order_id=invoice.order_id,
        actor=actor,
    )
    return message
