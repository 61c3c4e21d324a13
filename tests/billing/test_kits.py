"""A kit from the shelf to the invoice: only complete kits are billed."""

from decimal import Decimal

import pytest

from billing.selectors import shipments_to_invoice
from billing.services import NothingToInvoice, invoice_shipment
from orders.core import outbox
from orders.fulfillment.services import pick_shipment, start_picking
from orders.scheduling.models import PlannedShipment
from orders.scheduling.services import release_shipment
from tests.factories import make_actor
from tests.orders.fulfillment.factories import Dock

D = Decimal
pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_half_a_kit_is_billed_with_the_shipment_that_completes_it() -> None:
    dock = Dock()
    clerk = make_actor(dock.company, "billing", channel="job")
    frame, wheel = dock.item(stock=1), dock.item(stock=4)
    kit = dock.kit((frame, 1), (wheel, 4))
    first = dock.picking((kit, 1))
    frames = first.lines.get(order_line__product=frame)
    pick_shipment(shipment_id=first.pk, picked={frames.pk: D(0)}, reasons={frames.pk: "damaged"}, actor=dock.picker)
    dock.ship(dock.pack(first))
    assert list(shipments_to_invoice(clerk)) == []
    with pytest.raises(NothingToInvoice):
        invoice_shipment(shipment_id=first.pk, actor=clerk)

    outbox.drain_all()
    planned = PlannedShipment.objects.get(order=first.order, state="planned")
    release_shipment(planned_id=planned.pk, actor=dock.ops)
    second = start_picking(planned_id=planned.pk, actor=dock.picker)
    dock.ship(dock.pack(pick_shipment(shipment_id=second.pk, actor=dock.picker)))
    assert second in shipments_to_invoice(clerk)
    invoice = invoice_shipment(shipment_id=second.pk, actor=clerk)
    (line,) = invoice.lines.all()
    assert (line.product, line.quantity, line.net_amount) == (kit, D(1), first.order.net_amount)
    assert list(shipments_to_invoice(clerk)) == []
