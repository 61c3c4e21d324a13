from django.utils.translation import gettext as _
from django.utils.translation import override

from billing.documents import invoice_pdf
from billing.models import Invoice, InvoiceKind
from omc.lib.actor import Actor, require
from omc.lib.documents import day
from omc.lib.errors import NotFound
from omc.lib.service import verb
from orders.core.letters import written
from orders.core.models import Contact, Message
from orders.core.services.messages import File, send_message


@verb(silent="the message is its own record")
def send_invoice(*, invoice_id: int, actor: Actor) -> Message | None:
    """Send a posted invoice or credit note with its PDF to the order's contact, else the customer's main one.

    Once per document, however often it is asked. None when nobody there has a mail address.

    Raises: NotFound
    """
    require(actor, "billing.post_invoice")
    invoice = (
        Invoice.objects.select_related("customer", "company", "order__contact", "bill_to", "shipment", "original")
        .filter(pk=invoice_id, company_id=actor.company_id, number__isnull=False)
        .first()
    )
    if invoice is None:
        raise NotFound(f"There is no posted invoice {invoice_id}.", invoice_id=invoice_id)
    contact = _recipient(invoice)
    if contact is None:
        return None
    number, total = str(invoice.number), f"{invoice.total_amount:,.2f} {invoice.currency}"
    with override(invoice.customer.language):
        if invoice.kind == InvoiceKind.CREDIT_NOTE:
            subject = _("Credit note %(number)s") % {"number": number}
            words = _("please find attached our credit note.")
            facts = [(_("Credit note"), number), (_("Credited"), total)]
        else:
            subject = _("Invoice %(number)s") % {"number": number}
            words = _("please find attached our invoice.")
            facts = [(_("Invoice"), number), (_("Total"), total), (_("Due"), day(invoice.due_date))]
        order = invoice.order
        if order is not None:
            facts[1:1] = [(_("Our order number"), str(order)), (_("Your order number"), order.customer_po)]
        body = written(_("Dear %(name)s,") % {"name": contact.name}, words, facts, invoice.company.name)
    message: Message = send_message(
        key=f"invoice:{invoice.pk}",
        template="invoice",
        about=invoice,
        recipient=contact.email,
        contact=contact,
        customer_id=invoice.customer_id,
        order_id=invoice.order_id,
        subject=subject,
        body=body,
        files=[File(f"{invoice.number}.pdf", invoice_pdf(invoice))],
        actor=actor,
    )
    return message


def _recipient(invoice: Invoice) -> Contact | None:
    named = invoice.order.contact if invoice.order else None
    if named is not None and named.email:
        return named
    return invoice.customer.contacts.exclude(email="").order_by("-is_primary", "id").first()
