"""What order entry does when it hears of confirmations and new dates: the customer is told, outside the stock locks."""

from omc.lib.actor import system
from orders.core.models import Event
from orders.entry.services import acknowledge_order, tell_new_dates


def tell(event: Event) -> None:
    """One after the other per order, so that new dates are told after the first. What moved at once is told at once:
    the first of several events finds all of it, the others find nothing new."""
    actor = system("order acknowledgement", event.company_id)
    if event.type == "order_confirmed":
        acknowledge_order(order_id=event.order_id or 0, actor=actor)
    elif not _came_with_a_change(event):
        tell_new_dates(order_id=event.order_id or 0, cause=event.pk, actor=actor)


def _came_with_a_change(event: Event) -> bool:
    """Whether the date moved because the order was changed: then the message of the change tells it."""
    of_order = Event.objects.filter(subject_type=event.subject_type, subject_id=event.subject_id)
    return of_order.filter(seq=event.seq - 1, type="order_changed").exists()
