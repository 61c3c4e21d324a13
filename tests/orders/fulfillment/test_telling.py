"""The customer hears that goods left, that some are missing, that they arrived: once per shipment."""

from decimal import Decimal

import pytest

from orders.core import outbox
from orders.core.models import Message
from orders.core.services.messages import choose_messages
from orders.fulfillment.models import ShortReason
from orders.fulfillment.services import deliver_shipment, pick_shipment, ship_shipment
from tests.orders.fulfillment.factories import Dock

pytestmark = pytest.mark.django_db


@pytest.fixture
def dock(settings, tmp_path) -> Dock:
    settings.MEDIA_ROOT = tmp_path
    return Dock()


def told() -> list[str]:
    outbox.drain("fulfillment.tell")
    return list(Message.objects.order_by("id").values_list("template", flat=True))


def test_a_shipment_is_told_once_with_its_packing_slip(dock: Dock) -> None:
    bolt, nut = dock.item(10, sku="BOLT", name="Bolt"), dock.item(10, sku="NUT", name="Nut")
    shipment = ship_shipment(shipment_id=dock.packed((bolt, 4), (nut, 2)).pk, tracking_number="1Z42", actor=dock.picker)
    assert told() == told() == ["shipped"]
    message = Message.objects.get()
    assert message.subject == f"Order {shipment.order} is on its way"
    for words in ("Bolt (BOLT): 4 ", "Nut (NUT): 2 ", "Tracking number: 1Z42", "That was all that was still open"):
        assert words in message.body, words
    assert message.attachments.get().filename == f"{shipment}.pdf"


def test_what_is_missing_is_told_with_what_becomes_of_it(dock: Dock) -> None:
    bolt = dock.item(10, sku="BOLT", name="Bolt")
    shipment = dock.picking((bolt, 10))
    only = shipment.lines.get()
    pick_shipment(
        shipment_id=shipment.pk,
        picked={only.pk: Decimal(7)},
        reasons={only.pk: ShortReason.DAMAGED},
        actor=dock.picker,
    )
    assert told() == ["short"]
    body = Message.objects.get().body
    assert "Bolt (BOLT): we are 3 " in body
    assert "follows as soon as we have it" in body


def test_all_that_was_to_be_picked_needs_no_word(dock: Dock) -> None:
    dock.packed((dock.item(10), 4))
    assert told() == []


@pytest.mark.slow
def test_an_arrival_is_told_to_those_who_asked(dock: Dock) -> None:
    first = ship_shipment(shipment_id=dock.packed((dock.item(10), 4)).pk, actor=dock.picker)
    deliver_shipment(shipment_id=first.pk, received_by="B. Miller", actor=dock.picker)
    assert told() == ["shipped"]
    contact = dock.customer.contacts.get()
    choose_messages(contact_id=contact.pk, wishes={"delivered": "email"}, actor=dock.desk)
    second = ship_shipment(shipment_id=dock.packed((dock.item(10), 4)).pk, actor=dock.picker)
    deliver_shipment(shipment_id=second.pk, received_by="B. Miller", actor=dock.picker)
    assert told() == ["shipped", "shipped", "delivered"]
    assert "Taken by: B. Miller" in Message.objects.get(template="delivered").body
