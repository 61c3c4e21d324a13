"""Invoices are looked over before they are posted: what is stopped waits with its reasons until somebody acts."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from billing.models import Invoice, InvoiceFinding, InvoiceState, Posting
from billing.preflight import history
from billing.preflight.history import predicted_dispute
from billing.preflight.selectors import first_pass_yield
from billing.preflight.services import NotClearable, check_invoice, clear_invoice, name_purchase_order
from billing.services import draft_invoice, invoice_shipment, invoice_shipments, void_invoice
from omc.lib.errors import InvalidInput, NotFound, PermissionRefused
from orders.core.models import Customer, Duty, Event, Order
from orders.core.services.companies import change_setting
from tests.billing.factories import shipped_order
from tests.factories import make_actor, make_company, make_user

D = Decimal
pytestmark = pytest.mark.django_db


@pytest.fixture
def stopped() -> Any:
    """An order whose customer wants its number on the invoice, and which has none."""
    order, (shipment,) = shipped_order(items=[(10, "12.34")])
    Customer.objects.filter(pk=order.customer_id).update(po_required=True)
    actor = make_actor(order.company, "billing")
    return order, shipment, invoice_shipment(shipment_id=shipment.pk, actor=actor), actor


def test_what_is_stopped_bills_nothing_and_waits_with_its_reason(stopped: Any) -> None:
    order, _, invoice, _ = stopped
    invoice.refresh_from_db()
    assert (invoice.state, invoice.number, invoice.open_amount) == (InvoiceState.PREFLIGHT_FAILED, None, D(0))
    assert not Posting.objects.exists()
    assert not order.lines.filter(invoiced__gt=0).exists()
    assert not invoice.dues.exists()
    assert list(invoice.findings.filter(severity="block").values_list("code", flat=True)) == ["po_missing"]
    event = Event.objects.get(type="invoice_preflight_failed")
    assert (event.order_id, event.from_state, event.to_state) == (order.pk, "draft", "preflight_failed")
    duty = Duty.objects.get(name="Mend invoice", closed_at=None)
    assert (duty.subject_type, duty.subject_id, duty.order_id) == ("invoice", invoice.pk, order.pk)


def test_mended_it_is_posted_and_counts_as_mended(stopped: Any) -> None:
    order, shipment, invoice, actor = stopped
    again = invoice_shipment(shipment_id=shipment.pk, actor=actor)
    assert (again.pk, again.state) == (invoice.pk, InvoiceState.PREFLIGHT_FAILED)
    Order.objects.filter(pk=order.pk).update(customer_po="PO-7")

    posted = invoice_shipment(shipment_id=shipment.pk, actor=actor)

    posted.refresh_from_db()
    assert (posted.pk, posted.state, posted.customer_po, posted.preflight) == (invoice.pk, "posted", "PO-7", "mended")
    assert not posted.findings.filter(severity="block").exists()
    assert not Duty.objects.filter(name="Mend invoice", closed_at=None).exists()
    assert Duty.objects.filter(name="Collect", subject_id=posted.pk, closed_at=None).exists()
    found = first_pass_yield(actor, posted.invoice_date)
    assert (found.posted, found.first, found.mended, found.percent) == (1, 0, 1, D("0.0"))


def test_cleared_with_a_reason_it_is_posted_in_spite_of_it(stopped: Any) -> None:
    order, shipment, invoice, actor = stopped
    with pytest.raises(InvalidInput):
        clear_invoice(invoice_id=invoice.pk, reason=" ", actor=actor)
    with pytest.raises(PermissionRefused):
        clear_invoice(invoice_id=invoice.pk, reason="they know", actor=make_actor(order.company, "csr"))
    with pytest.raises(NotFound):
        clear_invoice(invoice_id=invoice.pk, reason="they know", actor=make_actor(make_company(), "billing"))

    clear_invoice(invoice_id=invoice.pk, reason="Agreed by phone", actor=actor)
    invoice.refresh_from_db()
    assert invoice.state == InvoiceState.PREFLIGHT_OK
    finding = invoice.findings.get(severity="block")
    assert (finding.cleared_because, finding.cleared_by_id) == ("Agreed by phone", actor.user_id)

    posted = invoice_shipment(shipment_id=shipment.pk, actor=actor)
    posted.refresh_from_db()
    assert (posted.state, posted.preflight) == ("posted", "cleared")
    assert posted.findings.get(severity="block").cleared_because == "Agreed by phone"


def test_a_number_written_on_the_invoice_mends_it(stopped: Any, client: Client) -> None:
    order, shipment, invoice, actor = stopped
    client.force_login(make_user(order.company, "billing"))
    address = f"/billing/invoices/{invoice.pk}/purchase-order/"
    assert client.post(address, {"customer_po": " "}).status_code == 422
    assert client.post(address, {"customer_po": "PO-9"}).status_code == 302
    posted = invoice_shipment(shipment_id=shipment.pk, actor=actor)
    assert (posted.state, posted.customer_po) == ("posted", "PO-9")
    with pytest.raises(NotFound):
        name_purchase_order(invoice_id=invoice.pk, customer_po="PO-10", actor=actor)


def test_what_is_found_after_it_was_cleared_stops_it_again(stopped: Any) -> None:
    order, shipment, invoice, actor = stopped
    clear_invoice(invoice_id=invoice.pk, reason="Agreed by phone", actor=actor)
    Customer.objects.filter(pk=order.customer_id).update(tax_exempt=True)
    line = order.lines.get()
    line.tax_rate, line.tax_amount = D(10), D("12.34")
    line.save()
    assert invoice_shipment(shipment_id=shipment.pk, actor=actor).state == InvoiceState.PREFLIGHT_FAILED
    codes = set(invoice.findings.filter(severity="block").values_list("code", flat=True))
    assert codes == {"po_missing", "tax_on_exempt"}


def test_nobody_clears_what_would_bill_more_than_was_shipped(stopped: Any) -> None:
    _, _, invoice, actor = stopped
    InvoiceFinding.objects.filter(invoice=invoice, code="po_missing").update(code="more_than_shipped")
    with pytest.raises(NotClearable):
        clear_invoice(invoice_id=invoice.pk, reason="they know", actor=actor)
    invoice.refresh_from_db()
    assert invoice.state == InvoiceState.PREFLIGHT_FAILED


def test_a_company_may_only_be_warned_or_not_look_at_all() -> None:
    for severity, kept in (("warn", 1), ("off", 0)):
        order, (shipment,) = shipped_order()
        Customer.objects.filter(pk=order.customer_id).update(po_required=True)
        admin = make_actor(order.company, "admin")
        change_setting(key="billing.preflight.po_missing", value=severity, actor=admin)
        invoice = invoice_shipment(shipment_id=shipment.pk, actor=admin)
        assert (invoice.state, invoice.preflight) == ("posted", "first_pass")
        assert invoice.findings.filter(code="po_missing").count() == kept


def test_a_draft_is_looked_over_without_being_posted() -> None:
    order, (shipment,) = shipped_order()
    actor = make_actor(order.company, "billing")
    draft = draft_invoice(shipment_id=shipment.pk, actor=actor)
    assert check_invoice(invoice_id=draft.pk, actor=actor).state == InvoiceState.PREFLIGHT_OK
    Customer.objects.filter(pk=order.customer_id).update(po_required=True)
    assert check_invoice(invoice_id=draft.pk, actor=actor).state == InvoiceState.PREFLIGHT_FAILED
    void_invoice(invoice_id=draft.pk, reason="drafted by mistake", actor=actor)
    assert not Duty.objects.filter(name="Mend invoice", closed_at=None).exists()


def test_a_run_goes_on_past_what_is_stopped_and_says_why(stopped: Any) -> None:
    order, shipment, _, actor = stopped
    _, (other,) = shipped_order(order.company)
    outcome = dict(invoice_shipments([shipment.pk, other.pk], actor))
    assert outcome[other.pk] is None
    assert "order number" in str(outcome[shipment.pk])
    assert Invoice.objects.filter(number__isnull=False).count() == 1


def test_the_page_and_rest_show_clear_and_refuse(stopped: Any, client: Client) -> None:
    order, _, invoice, _ = stopped
    client.force_login(make_user(order.company, "billing"))
    page = client.get(f"/billing/invoices/{invoice.pk}/").content.decode()
    assert "This customer wants its order number on every invoice" in page
    refused = client.post(f"/billing/invoices/{invoice.pk}/clear/", {"reason": ""})
    assert refused.status_code == 422
    found = client.get(f"/api/v1/billing/invoices/{invoice.pk}/preflight/").json()
    assert [row["code"] for row in found["findings"] if row["severity"] == "block"] == ["po_missing"]
    cleared = client.post(f"/api/v1/billing/invoices/{invoice.pk}/clear/", {"reason": "ok"}, "application/json")
    assert cleared.json()["state"] == "preflight_ok"
    assert client.post(f"/billing/invoices/{invoice.pk}/check/").status_code == 302
    client.force_login(make_user(order.company, "csr"))
    assert client.post(f"/billing/invoices/{invoice.pk}/clear/", {"reason": "ok"}).status_code == 403


def test_past_disputes_say_what_the_next_one_would_be_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "_sources", [])
    assert predicted_dispute(1) is None
    history.learn_from(lambda customer_id: [("price", 3), ("freight", 1)] if customer_id == 1 else [("price", 1)])
    found = predicted_dispute(1)
    assert found is not None
    assert (found.reason, found.times, found.of) == ("price", 3, 4)
    assert predicted_dispute(2) is None
