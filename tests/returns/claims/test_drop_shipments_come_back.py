"""What a supplier sent to the customer comes back: into our stock at what we paid, or straight to the supplier."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from billing.selectors.invoices import invoice_lines
from billing.services import invoice_shipped
from omc.lib.errors import NotFound
from orders.core.models import Order, OrderLine, Product, Supplier
from planning import services as planning
from planning.models import StockLevel, StockMovement
from planning.selectors.reconcile import stock_differences
from returns.claims import services
from returns.claims.models import Return
from returns.claims.selectors import senders_of
from returns.claims.services import ReturnInput, ReturnRefused
from tests.factories import make_actor, make_company, make_user
from tests.orders.fulfillment.suppliers import Trade, drop_ship

pytestmark = pytest.mark.django_db
D = Decimal


class Back(Trade):
    """Four of ten that Acme sent come back; our cost with Acme is 6.00."""

    def __init__(self) -> None:
        super().__init__()
        self.me = make_actor(self.company, "csr_lead", "warehouse", "service", "billing", "ops")
        self.sold: Product = self.bought_item(list_price=D("10.00"))
        self.order = self.ordered(drop_ship(self.sold, 10))
        self.sent({self.supply().lines.get().pk: D(10)})
        self.drain()
        invoice_shipped(actor=self.me)

    def line(self) -> OrderLine:
        return OrderLine.objects.get(order=self.order)

    def asked(self, order: Order | None = None, **authorized: Any) -> Return:
        line = OrderLine.objects.filter(order=order or self.order).first()
        assert line is not None
        wanted = [ReturnInput(order_line_id=line.pk, quantity=D(4), reason="not_wanted")]
        document = services.request_return(order_id=line.order_id, lines=wanted, actor=self.me)
        made: Return = services.authorize_return(return_id=document.pk, actor=self.me, **authorized)
        return made

    def came(self, document: Return) -> None:  # type: ignore[override]
        row = document.lines.get()
        services.receive_return(return_id=document.pk, received={row.pk: D(4)}, actor=self.me)

    def decided(self, document: Return, disposition: str, accepted: int = 4) -> None:
        outcome = {document.lines.get().pk: (D(accepted), disposition)}
        services.inspect_return(return_id=document.pk, outcome=outcome, actor=self.me)

    def level(self) -> tuple[Decimal, Decimal]:
        row = StockLevel.objects.filter(product=self.sold).first()
        return (row.on_hand, row.unavailable) if row else (D(0), D(0))


@pytest.fixture
def back() -> Back:
    return Back()


@pytest.mark.slow
def test_it_comes_back_to_us_into_stock_at_what_we_paid_for_it(back: Back) -> None:
    assert back.level() == (0, 0)
    document = back.asked()
    back.came(document)
    assert (back.level(), back.line().returned) == ((4, 4), 4)
    moved = StockMovement.objects.get(product=back.sold, kind="return")
    assert (moved.quantity, moved.unit_cost) == (4, D("6.0000"))
    back.sold.refresh_from_db()
    assert (back.sold.average_cost, back.sold.last_cost) == (D("6.0000"), None)
    back.decided(document, "restock")
    assert back.level() == (4, 0)
    settled = services.settle_return(return_id=document.pk, actor=back.me)
    assert settled.credit_note is not None
    assert (settled.net_amount, [row.quantity for row in invoice_lines(settled.credit_note)]) == (D("40.00"), [4])
    services.close_return(return_id=document.pk, actor=back.me)
    line = back.line()
    assert (line.shipped, line.returned, line.credited) == (10, 4, 4)
    assert not list(stock_differences(back.company.pk))


@pytest.mark.slow
def test_what_lies_in_stock_is_averaged_with_it(back: Back) -> None:
    planning.receive_stock(
        product_id=back.sold.pk, warehouse_id=back.warehouse.pk, quantity=D(4), unit_cost=D(8), actor=back.ops
    )
    back.came(back.asked())
    back.sold.refresh_from_db()
    assert (back.sold.average_cost, back.sold.last_cost) == (D("7.0000"), D("8.0000"))


@pytest.mark.slow
def test_it_goes_straight_back_to_the_supplier_past_our_stock(back: Back) -> None:
    document = back.asked(supplier_id=back.acme.pk)
    assert (document.supplier, document.warehouse) == (back.acme, None)
    back.came(document)
    assert (back.level(), back.line().returned) == ((0, 0), 4)
    for ours in ("restock", "scrap"):
        with pytest.raises(ReturnRefused, match="The supplier has it"):
            back.decided(document, ours)
    back.decided(document, "supplier", accepted=3)  # one is sent to the customer again
    assert (back.level(), back.line().returned) == ((0, 0), 3)
    assert not StockMovement.objects.filter(product=back.sold).exists()
    settled = services.settle_return(return_id=document.pk, actor=back.me)
    assert (settled.net_amount, back.line().credited) == (D("30.00"), 3)


@pytest.mark.slow
def test_what_came_back_to_us_goes_on_to_its_supplier(back: Back) -> None:
    document = back.asked()
    back.came(document)
    back.decided(document, "supplier")
    assert (back.level(), back.line().returned) == ((0, 0), 4)
    assert not list(stock_differences(back.company.pk))


@pytest.mark.slow
def test_only_to_the_supplier_that_sent_all_of_it(back: Back) -> None:
    other = Supplier.objects.create(company=back.company, code="OTHER", name="Other")
    with pytest.raises(ReturnRefused, match="goes back to that supplier"):
        back.asked(supplier_id=other.pk)
    assert set(Return.objects.values_list("state", "supplier")) == {("requested", None)}
    waiting = Return.objects.get()
    assert senders_of(waiting) == [back.acme]
    with pytest.raises(NotFound):
        services.authorize_return(
            return_id=waiting.pk, supplier_id=back.acme.pk, actor=make_actor(make_company(), "service")
        )


@pytest.mark.slow
def test_the_page_and_rest_offer_the_supplier(back: Back) -> None:
    line = back.line()
    wanted = [ReturnInput(order_line_id=line.pk, quantity=D(4), reason="not_wanted")]
    document = services.request_return(order_id=line.order_id, lines=wanted, actor=back.me)
    client = Client()
    user = make_user(back.company, "service", "warehouse")
    client.force_login(user, backend="omc.accounts.backends.RoleBackend")
    page = reverse("claims:return", args=[document.pk])
    assert "Or straight to the supplier" in client.get(page).text
    answer = client.post(
        reverse("api-claims:authorize", args=[document.pk]), {"supplier_id": back.acme.pk}, "application/json"
    )
    assert (answer.status_code, answer.json()["supplier_name"], answer.json()["warehouse"]) == (200, "Acme", None)
    shown = client.get(page).text
    assert ("Acme" in shown, 'value="supplier"' in shown, 'value="restock"' in shown) == (True, True, False)
