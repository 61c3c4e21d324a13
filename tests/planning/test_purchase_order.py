"""The purchase order: what the supplier reads, who may read it here, and that it leaves once."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from omc.lib.errors import NotFound, PermissionRefused
from orders.core import outbox
from orders.core.models import Message, Supplier, SupplierItem
from orders.core.services.companies import change_setting
from orders.core.services.messages import resend_message
from orders.entry.inbox.rules.pdf import text_of_pdf
from planning.documents import purchase_order_pdf
from planning.models import SupplyOrder
from planning.services import NoAddress, SupplyInput, cancel_supply, order_supply, send_supply_order
from planning.services.supply import SupplyRefused
from tests.factories import make_actor, make_company, make_user
from tests.orders.entry.changes.factories import confirmed
from tests.orders.entry.factories import Desk, line
from tests.orders.entry.test_races import at_once

pytestmark = pytest.mark.django_db


class Buying(Desk):
    """A desk whose items are bought from a supplier that is written to."""

    def __init__(self, **supplier: str) -> None:
        super().__init__()
        self.buyer = make_actor(self.company, "planner")
        self.supplier = Supplier.objects.create(
            company=self.company, code="BOLTS", name="Bolts & Sons", **({"email": "sales@bolts.example"} | supplier)
        )
        self.bolt = self.item(sku="BOLT-8", name="Hex bolt", list_price=Decimal("9.99"))
        SupplierItem.objects.create(
            supplier=self.supplier, product=self.bolt, supplier_sku="HB8", unit_price=Decimal("4.5000")
        )

    def supply(self, quantity: int = 10) -> SupplyOrder:
        made: SupplyOrder = order_supply(
            supplier_id=self.supplier.pk,
            warehouse_id=self.warehouse.pk,
            expected_date=self.customer.created_at.date(),
            lines=[SupplyInput(self.bolt.pk, Decimal(quantity))],
            actor=self.buyer,
        )
        return made

    def web(self, role: str) -> Client:
        client = Client()
        client.force_login(make_user(self.company, role), backend="omc.accounts.backends.RoleBackend")
        return client


def words_of(supply: SupplyOrder) -> str:
    return " ".join(text_of_pdf(purchase_order_pdf(supply)).split())


@pytest.mark.slow
def test_a_drop_shipment_names_the_customers_address_and_our_order_and_never_our_price() -> None:
    desk = Buying()
    desk.customer.addresses.update(name="Yard of Acme", street="5 Canal Road", city="Albany", region="NY")
    order = confirmed(desk, line(desk.bolt, 10, supply="drop_ship"), line(desk.bolt, 4, supply="special"))
    outbox.drain_all(company_id=desk.company.pk)
    direct = SupplyOrder.objects.get(ship_to__isnull=False)
    said = words_of(direct)
    for word in (
        "Purchase order",
        "Send directly to our customer",
        "5 Canal Road",
        "Albany, NY",
        order.number,
        "HB8",
        "BOLT-8",
    ):
        assert str(word) in said
    assert ("45.00" in said, "9.99" in said, "99.90" in said) == (True, False, False)
    ours = words_of(SupplyOrder.objects.get(ship_to=None))
    assert ("5 Canal Road" in ours, "Deliver to" in ours, "18.00" in ours) == (False, True, True)
    told = {message.subject_id: message for message in Message.objects.filter(template="purchase_order")}
    assert told.keys() == set(SupplyOrder.objects.values_list("pk", flat=True))
    mail = told[direct.pk]
    assert (mail.recipient, mail.customer_id, mail.subject) == ("sales@bolts.example", None, f"Purchase order {direct}")
    assert str(order.number) in mail.body
    assert mail.attachments.get().filename == f"{direct}.pdf"


def test_a_german_supplier_reads_german_and_an_unknown_price_is_no_zero() -> None:
    desk = Buying(language="de")
    SupplierItem.objects.all().delete()
    supply = desk.supply()
    outbox.drain_all(company_id=desk.company.pk)
    said = words_of(supply)
    assert ("Bestellung" in said, "Lieferung an" in said, "bitte bestätigen Sie den Preis" in said) == (True,) * 3
    assert ("0.00" in said, "0,00" in said) == (False, False)
    assert Message.objects.get().subject == f"Bestellung {supply}"


@pytest.mark.slow
def test_nothing_leaves_without_an_address_or_where_nobody_wants_it_or_once_it_is_cancelled() -> None:
    desk = Buying(email="")
    supply = desk.supply()
    outbox.drain_all(company_id=desk.company.pk)
    assert not Message.objects.exists()
    with pytest.raises(NoAddress):
        send_supply_order(supply_id=supply.pk, actor=desk.buyer)
    Supplier.objects.update(email="sales@bolts.example")
    change_setting(key="messages.purchase_order", value="nobody", actor=make_actor(desk.company, "admin"))
    desk.supply()
    outbox.drain_all(company_id=desk.company.pk)
    assert not Message.objects.exists()
    page = desk.web("planner").post(reverse("planning:send-supply", args=[supply.pk]), follow=True)
    assert "It goes to sales@bolts.example." in page.text
    assert send_supply_order(supply_id=supply.pk, actor=desk.buyer) == Message.objects.get()
    other = desk.supply()
    cancel_supply(supply_id=other.pk, actor=desk.buyer)
    with pytest.raises(SupplyRefused):
        send_supply_order(supply_id=other.pk, actor=desk.buyer)
    other.refresh_from_db()
    assert "Cancelled purchase order" in words_of(other)
    with pytest.raises(NotFound):
        send_supply_order(supply_id=supply.pk, actor=make_actor(make_company(), "planner"))
    with pytest.raises(PermissionRefused):
        send_supply_order(supply_id=supply.pk, actor=desk.csr)


@pytest.mark.slow
def test_only_who_may_see_cost_reads_it_at_any_door() -> None:
    desk = Buying()
    supply = desk.supply()
    outbox.drain_all(company_id=desk.company.pk)
    message = Message.objects.get()
    file = message.attachments.get()
    doors = [
        reverse("planning:supply-pdf", args=[supply.pk]),
        reverse("api-planning:supply-pdf", args=[supply.pk]),
        reverse("core:message", args=[message.pk]),
        reverse("core:letter", args=[message.pk]),
        reverse("core:attachment", args=[file.pk]),
    ]
    purchasing, clerk = desk.web("pricing"), desk.web("csr")
    assert [purchasing.get(door).status_code for door in doors] == [200] * len(doors)
    assert {clerk.get(door).status_code for door in doors} <= {403, 404}
    shown = clerk.get(reverse("planning:supply", args=[supply.pk])).text
    assert (doors[0] in shown, doors[2] in shown) == (False, False)
    assert doors[0] in purchasing.get(reverse("planning:supply", args=[supply.pk])).text
    assert clerk.get(reverse("api-core:messages")).json()["results"] == []
    assert supply.number not in clerk.get(reverse("core:sent")).text
    with pytest.raises(NotFound):
        resend_message(message_id=message.pk, recipient="me@home.example", actor=desk.csr)
    other = Client()
    other.force_login(make_user(make_company(), "pricing"), backend="omc.accounts.backends.RoleBackend")
    assert {other.get(door).status_code for door in doors} == {404}


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_sent_by_two_at_once_it_leaves_once() -> None:
    desk = Buying()
    supply = desk.supply()
    at_once(*[lambda: send_supply_order(supply_id=supply.pk, actor=desk.buyer)] * 4)
    outbox.drain_all(company_id=desk.company.pk)
    assert Message.objects.filter(template="purchase_order").count() == 1
