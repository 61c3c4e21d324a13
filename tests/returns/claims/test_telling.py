"""The customer hears that what they sent back has arrived, parcel by parcel, and of the credit."""

import pytest

from orders.core import outbox
from orders.core.models import Message
from returns.claims import services
from tests.factories import ContactFactory
from tests.returns.claims.test_returns import inspect, to_authorized
from tests.returns.factories import D, Shop

pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_each_parcel_is_told_once_and_the_credit_with_its_credit_note(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    shop = Shop()
    ContactFactory(customer=shop.customer, email="ann@example.com")
    document = to_authorized(shop, shop.delivered((shop.bolt, 10, "12.50")), 5)
    line = document.lines.get()
    for came in (2, 3):
        services.receive_return(return_id=document.pk, received={line.pk: D(came)}, actor=shop.dock)
        outbox.drain("claims.tell")
        outbox.drain("claims.tell")
    first, second = Message.objects.filter(template="return_received").order_by("id")
    assert first.subject == f"Your return {document} has arrived"
    assert "(BOLT): 2 pc so far, of 5 pc" in first.body
    assert "The rest has not arrived yet." in first.body
    assert "(BOLT): 5 pc" in second.body
    assert "The rest" not in second.body

    inspect(shop, document, (5, "restock"))
    services.settle_return(return_id=document.pk, actor=shop.finance)
    outbox.drain("billing: send invoice")
    credit = Message.objects.get(template="credit_note")
    assert "Credited: 62.50" in credit.body
    assert credit.attachments.count() == 1
