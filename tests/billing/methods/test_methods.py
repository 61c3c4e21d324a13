"""When and how orders are billed: the order's word wins, then the customer's, then the house's."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum
from django.test import Client

from billing.methods.rules import parse_instalments
from billing.methods.selectors import billing_of_order
from billing.methods.services import set_customer_billing, set_order_billing
from billing.models import BillingRule, Invoice
from billing.selectors import shipments_to_invoice
from billing.services import invoice_order, invoice_shipment
from omc.lib.errors import InvalidInput, NotFound, PermissionRefused
from orders.core.lifecycle import OrderNotFound
from orders.core.models import Event
from orders.core.services.companies import change_setting
from tests.billing.factories import shipped_order
from tests.factories import make_actor, make_company, make_user

D = Decimal
pytestmark = pytest.mark.django_db


def test_the_order_wins_over_the_customer_and_the_customer_over_the_house() -> None:
    order, _ = shipped_order()
    actor = make_actor(order.company, "admin")
    change_setting(key="billing.freight", value="by_value", actor=actor)
    set_customer_billing(customer_id=order.customer_id, values={"method": "on_delivery"}, actor=actor)
    found = billing_of_order(order)
    assert (found["method"], found.values["method"].origin) == ("on_delivery", "customer")
    assert (found["freight"], found.values["freight"].origin) == ("by_value", "company")
    set_order_billing(order_id=order.pk, values={"method": "on_shipment", "freight": "first"}, actor=actor)
    found = billing_of_order(order)
    assert [(found[name], found.values[name].origin) for name in ("method", "freight")] == [
        ("on_shipment", "order"),
        ("first", "order"),
    ]
    assert Event.objects.get(type="order_billing_changed").data["what"] == "invoiced, freight and charges"


def test_nobody_else_changes_it_and_nonsense_is_refused_at_its_field() -> None:
    order, _ = shipped_order()
    actor = make_actor(order.company, "billing")
    with pytest.raises(PermissionRefused):
        set_order_billing(order_id=order.pk, values={}, actor=make_actor(order.company, "warehouse"))
    with pytest.raises(NotFound):
        set_customer_billing(customer_id=order.customer_id, values={}, actor=make_actor(make_company(), "billing"))
    with pytest.raises(OrderNotFound):
        set_order_billing(order_id=order.pk, values={}, actor=make_actor(make_company(), "billing"))
    for values in ({"method": "whenever"}, {"deposit_percent": D(101)}):
        with pytest.raises(InvalidInput) as refused:
            set_order_billing(order_id=order.pk, values=values, actor=actor)
        assert refused.value.field == next(iter(values))
    assert not BillingRule.objects.exists()


@pytest.mark.parametrize("text", ["50/30", "50/30, 50/30", "fifty/30", "150/10", "100/900"])
def test_instalments_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"[Pp]ercent|instalments"):
        parse_instalments(text)


def test_freight_by_value_goes_along_with_the_goods_and_the_last_takes_the_rest() -> None:
    order, shipments = shipped_order(
        items=[(3, "10.00")],
        ship=[(1,), (1,), (1,)],
        tax_rate="8.875",
        charges=[("Freight", "10.00"), ("Less", "-2.00")],
    )
    actor = make_actor(order.company, "billing")
    set_order_billing(order_id=order.pk, values={"freight": "by_value"}, actor=actor)
    invoices = [invoice_shipment(shipment_id=shipment.pk, actor=actor) for shipment in shipments]
    assert [invoice.lines.get(description="Freight").net_amount for invoice in invoices] == [
        D("3.33"), D("3.34"), D("3.33"),
    ]  # fmt: skip
    sums = Invoice.objects.aggregate(net=Sum("net_amount"), tax=Sum("tax_amount"))
    assert sums == {"net": order.net_amount, "tax": order.tax_amount}
    assert [event.data["left_to_invoice"] for event in Event.objects.filter(type="invoice_posted").order_by("id")] == [
        "2", "1", "0",
    ]  # fmt: skip


def test_an_order_billed_when_confirmed_is_billed_whole_and_once() -> None:
    order, _ = shipped_order(items=[(5, "8.00")], ship=[(5,)], charges=[("Freight", "4.00")])
    actor = make_actor(order.company, "billing")
    set_order_billing(order_id=order.pk, values={"method": "on_order"}, actor=actor)
    invoice = invoice_order(order_id=order.pk, actor=actor)
    assert (invoice.state, invoice.total_amount, invoice.shipment_id) == ("posted", D("44.00"), None)
    assert not shipments_to_invoice(actor).exists()
    order.refresh_from_db()
    assert order.billing == "done"


def test_what_is_billed_on_delivery_waits_for_it_and_what_is_billed_together_is_not_offered() -> None:
    order, (shipment,) = shipped_order()
    actor = make_actor(order.company, "billing")
    assert shipments_to_invoice(actor).get() == shipment
    set_customer_billing(customer_id=order.customer_id, values={"method": "on_delivery"}, actor=actor)
    assert not shipments_to_invoice(actor).exists()
    type(shipment).objects.filter(pk=shipment.pk).update(state="delivered")
    assert shipments_to_invoice(actor).get() == shipment
    set_order_billing(order_id=order.pk, values={"method": "consolidated"}, actor=actor)
    assert not shipments_to_invoice(actor).exists()


def test_an_invoice_in_instalments_is_due_in_parts(client: Client) -> None:
    order, (shipment,) = shipped_order(items=[(1, "100.01")], ship=[(1,)])
    actor = make_actor(order.company, "billing")
    set_order_billing(order_id=order.pk, values={"instalments": parse_instalments("50/60, 50/30")}, actor=actor)
    invoice = invoice_shipment(shipment_id=shipment.pk, actor=actor)
    day = invoice.invoice_date
    assert list(invoice.dues.order_by("position").values_list("due_date", "amount")) == [
        (day + timedelta(days=30), D("50.01")),
        (day + timedelta(days=60), D("50.00")),
    ]
    assert invoice.due_date == day + timedelta(days=60)
    client.force_login(make_user(order.company, "billing"))
    shown = client.get(f"/api/v1/billing/invoices/{invoice.pk}/").json()
    assert [part["open_amount"] for part in shown["dues"]] == ["50.01", "50.00"]
    assert [(row["net_amount"], row["tax_amount"]) for row in shown["taxes"]] == [("100.01", "0.00")]


def test_screens_and_rest_show_and_change_it(client: Client) -> None:
    order, _ = shipped_order()
    client.force_login(make_user(order.company, "billing"))
    for owner, pk in (("orders", order.pk), ("customers", order.customer_id)):
        address = f"/billing/{owner}/{pk}/billing/"
        assert client.get(address).status_code == 200
        refused = client.post(address, {"instalments": "50/30"})
        assert refused.status_code == 422
        assert "sum to 100" in refused.content.decode()
        said: dict[str, Any] = {"method": "consolidated", "every": "week", "deposit_holds": "false"}
        assert client.post(address, said).status_code == 302
        shown = client.get(f"/api/v1{address}").json()
        assert {row["field"]: row["origin"] for row in shown}["every"] == owner.removesuffix("s")
        patched = client.patch(f"/api/v1{address}", {"every": "month"}, "application/json")
        assert {row["field"]: row["value"] for row in patched.json()}["every"] == "month"
        assert client.patch(f"/api/v1{address}", {"instalments": "1/1"}, "application/json").status_code == 400
    assert "Together, once a period" in client.get(f"/orders/{order.pk}/").content.decode()
    client.force_login(make_user(order.company, "warehouse"))
    assert client.get(f"/billing/orders/{order.pk}/billing/").status_code == 403
    client.force_login(make_user(make_company(), "billing"))
    assert client.get(f"/billing/orders/{order.pk}/billing/").status_code == 404
    assert client.get(f"/api/v1/billing/orders/{order.pk}/billing/").status_code == 404
