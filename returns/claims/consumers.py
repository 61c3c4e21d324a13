"""What claims does when it hears of its own returns: the customer is told that the goods are here."""

from omc.lib.actor import system
from orders.core.models import Event, Message
from orders.core.services.messages import tell_customer
from returns.claims.messages import RELATED
from returns.claims.models import Return


def tell_received(event: Event) -> Message | None:
    """One message per arrival; the credit is told with its credit note."""
    document = Return.objects.select_related(*RELATED).get(pk=event.subject_id, company_id=event.company_id)
    message: Message | None = tell_customer(
        kind="return_received",
        key=f"return:{document.pk}:received:{event.pk}",
        about=document,
        customer=document.customer,
        contact=document.order.contact if document.order else None,
        order_id=document.order_id,
        actor=system("return message", event.company_id),
    )
    return message
