"""What planning does when it hears an event: bring what orders want from suppliers and what is ordered in line."""

from typing import Final

from omc.lib.actor import system
from orders.core.message_kinds import kind_of, setting_of
from orders.core.models import Event
from orders.core.selectors.companies import setting
from planning.messages import PURCHASE_ORDER
from planning.models import FROM_SUPPLIER, Promise, SupplyLine, SupplyOrder, SupplyState
from planning.services.follow_supply import follow_supply
from planning.services.send_supply import send_supply_order

ON_ORDERS: Final = ("special_wanted", "special_dropped", "hold_resolved")
ON_SUPPLY: Final = (
    "supply_ordered", "supply_part_received", "supply_received", "supply_moved", "supply_cancelled", "supply_settled",
)  # fmt: skip


def send_purchase_order(event: Event) -> None:
    """The supplier gets what was ordered, where its address is known and the company wants it sent."""
    if setting(event.company_id, setting_of(kind_of(PURCHASE_ORDER))) == "nobody":
        return
    waits = SupplyOrder.objects.filter(pk=event.subject_id, company_id=event.company_id).exclude(supplier__email="")
    if waits.exclude(state=SupplyState.CANCELLED).exists():
        send_supply_order(supply_id=event.subject_id, actor=system("purchase orders", event.company_id))


def follow(event: Event) -> None:
    """Look again at the order that the event is about, or at every order that its supply is for."""
    if event.type in ON_SUPPLY:
        lines = SupplyLine.objects.filter(supply_id=event.subject_id, supply__company_id=event.company_id)
        orders = set(lines.exclude(order_line=None).values_list("order_line__order_id", flat=True))
    else:
        orders = {event.order_id} if event.order_id else set()
    if event.type == "hold_resolved":  # most orders want nothing from suppliers
        waits = Promise.objects.filter(order_id__in=orders, is_open=True, source__in=FROM_SUPPLIER)
        orders = set(waits.values_list("order_id", flat=True))
    for order_id in sorted(orders):
        follow_supply(order_id=order_id, actor=system("special orders", event.company_id))
