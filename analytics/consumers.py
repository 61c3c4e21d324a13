"""What analytics does when it hears of a stage: it marks the order, and the minute's job does the rest."""

from analytics import services
from omc.lib.actor import system
from orders.core.models import Event

SALES_CHANGED = ("invoice_posted", "invoice_voided", "credit_note_posted")


def mark_sales(event: Event) -> None:
    """An invoice or a credit note was posted or voided."""
    if event.order_id is not None:
        services.mark_dirty(order_id=event.order_id, actor=system("analytics.mark_sales", event.company_id))
