"""A deposit is billed once when its order is confirmed, and comes off the later invoices to the cent."""

from decimal import Decimal

import pytest
from django.db.models import Sum

from billing.deposits.services import DepositRefused, invoice_deposit
from billing.methods.services import begin_billing, set_order_billing
from billing.models import Invoice, Posting
from billing.services import credit_lines, invoice_shipment, lock_customer, record_payment
from omc.lib.actor import system
from omc.lib.errors import PermissionRefused
from omc.lib.service import verb
from orders.core import lifecycle, outbox
from orders.core.models import Hold, Order
from tests.billing.factories import shipped_order
from tests.factories import make_actor

D = Decimal
pytestmark = pytest.mark.django_db


def balances() -> dict[str, D]:
    rows = Posting.objects.values_list("account").annotate(total=Sum("debit") - Sum("credit"))
    return {account: total for account, total in rows if total}


def balanced() -> bool:
    rows = Posting.objects.values("document_type", "document_id").annotate(off=Sum("debit") - Sum("credit"))
    return not [row for row in rows if row["off"]]


@pytest.mark.parametrize("rule", ["pro_rata", "first"])
def test_a_deposit_comes_off_the_later_invoices_to_the_cent(rule: str) -> None:
    order, shipments = shipped_order(
        items=[(3, "33.33")], ship=[(1,), (1,), (1,)], tax_rate="8.875", charges=[("Freight", "7.00")]
    )
    actor = make_actor(order.company, "billing")
    values = {"deposit_percent": D(40), "deposit_rule": rule, "deposit_holds": False}
    set_order_billing(order_id=order.pk, values=values, actor=actor)

    deposit = invoice_deposit(order_id=order.pk, actor=actor)

    assert (deposit.state, deposit.is_deposit) == ("posted", True)
    assert deposit.net_amount == D("42.80")  # 40 % of 106.99
    assert balances()["deposits"] == D("-42.80")
    assert "revenue" not in balances()
    invoices = [invoice_shipment(shipment_id=shipment.pk, actor=actor) for shipment in shipments]
    sums = Invoice.objects.aggregate(net=Sum("net_amount"), tax=Sum("tax_amount"), total=Sum("total_amount"))
    assert sums == {"net": order.net_amount, "tax": order.tax_amount, "total": order.total_amount}
    if rule == "first":
        assert invoices[0].total_amount == 0
    else:
        assert all(invoice.total_amount > 0 for invoice in invoices)
    assert balances() == {
        "receivable": order.total_amount, "revenue": -order.net_amount, "tax": -order.tax_amount,
    }  # fmt: skip
    assert balanced()


def test_a_deposit_of_all_leaves_nothing_on_the_later_invoices() -> None:
    order, shipments = shipped_order(items=[(7, "3.33")], ship=[(2,), (5,)], tax_rate="7")
    actor = make_actor(order.company, "billing")
    set_order_billing(order_id=order.pk, values={"deposit_percent": D(100)}, actor=actor)
    assert invoice_deposit(order_id=order.pk, actor=actor).total_amount == order.total_amount
    assert [invoice_shipment(shipment_id=row.pk, actor=actor).state for row in shipments] == ["paid", "paid"]
    assert "deposits" not in balances()


def test_it_is_billed_once_and_only_where_it_is_agreed() -> None:
    order, _ = shipped_order()
    actor = make_actor(order.company, "billing")
    with pytest.raises(DepositRefused):
        invoice_deposit(order_id=order.pk, actor=actor)
    set_order_billing(order_id=order.pk, values={"deposit_percent": D(10)}, actor=actor)
    with pytest.raises(PermissionRefused):
        invoice_deposit(order_id=order.pk, actor=make_actor(order.company, "csr"))
    invoice_deposit(order_id=order.pk, actor=actor)
    with pytest.raises(DepositRefused):
        invoice_deposit(order_id=order.pk, actor=actor)
    assert Invoice.objects.filter(is_deposit=True).count() == 1


def test_the_order_is_held_until_the_deposit_is_paid() -> None:
    order, _ = shipped_order()
    actor = make_actor(order.company, "billing")
    set_order_billing(order_id=order.pk, values={"deposit_percent": D(50)}, actor=actor)
    Order.objects.filter(pk=order.pk).update(state="confirmed")
    (deposit,) = begin_billing(order.pk, order.company_id)
    assert begin_billing(order.pk, order.company_id) == []
    hold = Hold.objects.get(order=order)
    assert (hold.hold_type.code, hold.hold_type.blocks) == ("deposit", ["release"])
    record_payment(
        customer_id=order.customer_id, amount=deposit.total_amount, received_on=deposit.invoice_date, actor=actor
    )
    outbox.drain_all(company_id=order.company_id)
    hold.refresh_from_db()
    assert hold.status == "resolved"


@verb(silent="a test")
def credit(*, order_id: int, customer_id: int, line_id: int, quantity: D, company_id: int) -> Invoice:
    actor = system("test", company_id)
    lock_customer(customer_id, actor)
    order = lifecycle.lock(order_id, actor)
    return credit_lines(order=order, quantities=[(line_id, quantity)], reason="damaged", actor=actor)


def test_what_is_credited_after_a_deposit_balances() -> None:
    order, (shipment,) = shipped_order(items=[(4, "25.00")], ship=[(4,)], tax_rate="10")
    actor = make_actor(order.company, "billing")
    set_order_billing(order_id=order.pk, values={"deposit_percent": D(50), "deposit_holds": False}, actor=actor)
    invoice_deposit(order_id=order.pk, actor=actor)
    invoice = invoice_shipment(shipment_id=shipment.pk, actor=actor)
    note = credit(
        order_id=order.pk,
        customer_id=order.customer_id,
        line_id=order.lines.get().pk,
        quantity=D(3),
        company_id=order.company_id,
    )
    invoice.refresh_from_db()
    assert (note.total_amount, invoice.open_amount, note.open_amount) == (D("82.50"), D(0), D("27.50"))
    assert balanced()
