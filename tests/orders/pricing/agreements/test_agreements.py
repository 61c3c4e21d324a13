"""Blanket agreements: orders draw on so much of an item at a price, each unit once, and give back what they cancel."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from omc.lib import clock
from omc.lib.actor import Actor, system
from omc.lib.errors import IllegalTransition, InvalidInput, NotFound, PermissionRefused, StaleVersion
from orders.core import ledger
from orders.core.models import Customer, Duty, Hold, HoldType, Notification, Order, Product
from orders.core.services.holds import resolve_hold
from orders.entry import services as entry
from orders.entry.changes import services as changes
from orders.entry.selectors.grid import rows_of
from orders.pricing import services as pricing
from orders.pricing.agreements import services
from orders.pricing.agreements.selectors import agreements as selectors
from orders.pricing.agreements.services import AgreedInput, InvalidAgreement
from orders.pricing.models import Agreement, ReleaseLine
from orders.pricing.selectors import explain
from tests.factories import make_actor, make_company, make_user
from tests.orders.entry.factories import Desk, line
from tests.orders.pricing.factories import PriceBreakFactory, PriceListFactory

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 23, 8, tzinfo=UTC)
DAY = MORNING.date()
D = Decimal


@dataclass
class Scene(Desk):
    """Somebody in sales and in pricing, and an item of which a customer agreed to take 1,000 at 9.80."""

    sales: Actor = field(init=False)
    pricing: Actor = field(init=False)
    product: Product = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.sales, self.pricing = make_actor(self.company, "sales"), make_actor(self.company, "pricing")
        self.product = self.item(stock=5000, list_price="12", sku="PIPE")

    def agreement(self, *items: AgreedInput, active: bool = True, **terms: Any) -> Agreement:
        given: dict[str, Any] = {
            "customer_id": self.customer.pk,
            "items": items or [AgreedInput("PIPE", D(1000), D("9.8"))],
            "valid_from": DAY - timedelta(10),
            "valid_to": DAY + timedelta(89),
        }
        made = services.write_agreement(actor=self.sales, **given | terms)
        if active:
            made = services.activate_agreement(agreement_id=made.pk, actor=self.pricing)
        return made

    def order(self, quantity: Any, product: Product | None = None, customer: Customer | None = None) -> Order:
        return self.pending(line(product or self.product, quantity), customer=customer)

    def left(self, agreement: Agreement) -> Decimal:
        return selectors.items_of(agreement, DAY)[0].left


@pytest.fixture(autouse=True)
def morning() -> Any:
    with clock.stopped_at(MORNING):
        yield


@pytest.fixture
def scene() -> Scene:
    return Scene()


def held(order: Order) -> list[str]:
    return [hold.reason for hold in Hold.objects.filter(order=order, hold_type__code="over_agreement", status="active")]


def price_of(order: Order) -> Decimal:
    return order.lines.get().unit_price


# --- the price


def test_an_order_takes_the_agreed_price_and_says_why(scene: Scene) -> None:
    agreement = scene.agreement()

    order = scene.order(400)

    told = explain(order.lines.get(), scene.csr)
    assert told is not None
    assert [(step.label, step.amount, step.price, step.agreement_id) for step in told.steps] == [
        ("List price of the item", D("12.0000"), D("12.0000"), None),
        ("Blanket agreement", D("-2.2000"), D("9.8000"), agreement.pk),
    ]
    assert (scene.left(agreement), held(order)) == (D(600), [])


def test_an_agreement_stands_above_a_contract_and_a_promotion_marked_so_may_be_lower(scene: Scene) -> None:
    scene.agreement()
    contract = PriceListFactory(company=scene.company, kind="contract", customer=scene.customer)
    PriceBreakFactory(price_list=contract, product=scene.product, unit_price="9")
    assert price_of(scene.order(1)) == D("9.8000")

    promotion = PriceListFactory(company=scene.company, kind="promotion", best_of=True)
    PriceBreakFactory(price_list=promotion, product=scene.product, unit_price="8")
    order = scene.order(1)

    assert price_of(order) == D("8.0000")
    assert not ReleaseLine.objects.filter(line__order=order).exists()


@pytest.mark.parametrize(
    "terms",
    [
        {"active": False},
        {"valid_from": DAY + timedelta(1)},
        {"currency": "EUR"},
    ],
)
def test_a_draft_a_later_one_and_another_currency_set_no_price(scene: Scene, terms: dict[str, Any]) -> None:
    scene.agreement(**terms)
    assert price_of(scene.order(1)) == D("12.0000")


def test_another_customer_and_one_that_is_used_up_pay_the_list_price(scene: Scene) -> None:
    scene.agreement(AgreedInput("PIPE", D(10), D("9.8")))
    other = scene.make_customer()

    assert price_of(scene.order(1, customer=other)) == D("12.0000")
    assert [price_of(scene.order(10)), price_of(scene.order(1))] == [D("9.8000"), D("12.0000")]


def test_a_price_of_ones_own_draws_on_nothing(scene: Scene) -> None:
    agreement = scene.agreement()
    order = entry.start_order(customer_id=scene.customer.pk, actor=scene.lead)
    entry.save_draft(order_id=order.pk, lines=[line(scene.product, 5, unit_price=D(11))], actor=scene.lead)
    entry.submit_order(order_id=order.pk, actor=scene.lead)

    assert scene.left(agreement) == D(1000)


def test_a_quote_at_the_agreed_price_is_drawn_when_it_becomes_an_order(scene: Scene) -> None:
    agreement = scene.agreement()
    quote = pricing.write_quote(customer_id=scene.customer.pk, lines=[line(scene.product, 100)], actor=scene.lead)
    pricing.send_quote(quote_id=quote.pk, actor=scene.lead)
    order = entry.convert_quote(quote_id=quote.pk, actor=scene.lead)
    assert scene.left(agreement) == D(1000)

    entry.submit_order(order_id=order.pk, actor=scene.lead)

    assert scene.left(agreement) == D(900)


# --- never over what was agreed without a decision


def test_what_goes_over_is_held_until_pricing_decides(scene: Scene) -> None:
    agreement = scene.agreement()
    scene.order(700)

    order = scene.order(400)

    assert price_of(order) == D("9.8000")
    assert held(order) == [f"More than is left of agreement {agreement}: line 1 by 100."]
    hold = Hold.objects.get(order=order, hold_type__code="over_agreement")
    with pytest.raises(PermissionRefused):
        resolve_hold(hold_id=hold.pk, resolution="fine", actor=scene.lead)
    resolve_hold(hold_id=hold.pk, resolution="They renew next week", actor=scene.pricing)
    entry.confirm_order(order_id=order.pk, actor=scene.csr)
    assert scene.left(agreement) == D(-100)


def test_two_lines_of_one_order_share_what_is_left(scene: Scene) -> None:
    scene.agreement(AgreedInput("PIPE", D(100), D("9.8")))
    order = scene.pending(line(scene.product, 60), line(scene.product, 50))
    assert "line 2 by 10" in held(order)[0]


def test_back_to_draft_and_smaller_the_hold_goes_and_the_number_of_the_release_stays(scene: Scene) -> None:
    agreement = scene.agreement()
    order = scene.order(1200)
    scene.order(1)
    entry.return_to_draft(order_id=order.pk, actor=scene.csr)
    assert scene.left(agreement) == D(1000)  # the second order paid the list price: nothing was left

    entry.save_draft(order_id=order.pk, lines=[line(scene.product, 900)], actor=scene.csr)
    entry.submit_order(order_id=order.pk, actor=scene.csr)

    assert (held(order), scene.left(agreement)) == ([], D(100))
    assert [row.release for row in selectors.drawn_by(order)] == [1]


def test_what_is_cancelled_or_comes_back_is_given_back(scene: Scene) -> None:
    agreement = scene.agreement()
    first, second = scene.order(400), scene.order(100)
    entry.cancel_order(order_id=first.pk, reason="Project stopped", actor=scene.csr)
    assert scene.left(agreement) == D(900)

    shipped = second.lines.get()
    ledger.post(second.pk, [(shipped.pk, column, D(100)) for column in ("picked", "packed", "shipped")])
    ledger.post(second.pk, [(shipped.pk, "returned", D(30))])

    assert scene.left(agreement) == D(930)


def test_a_change_order_that_takes_more_than_is_left_is_held(scene: Scene) -> None:
    agreement = scene.agreement()
    order = scene.order(800)
    entry.confirm_order(order_id=order.pk, actor=scene.csr)
    change = changes.open_change(order_id=order.pk, actor=scene.csr)
    wish = changes.LineWish(line_id=order.lines.get().pk, fields={"quantity": "1100"}, reason="changed_mind")
    changes.write_change(change_id=change.pk, wishes=changes.Wishes(lines=[wish]), actor=scene.csr)
    changes.save_change(change_id=change.pk, actor=scene.csr)

    assert held(order) == [f"More than is left of agreement {agreement}: line 1 by 100."]
    assert scene.left(agreement) == D(-100)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_orders_for_the_last_quantity_at_once_hold_one_of_them() -> None:
    scene = Scene()
    agreement = scene.agreement()
    drafts = [scene.draft(line(scene.product, 600)) for _ in range(2)]
    barrier = Barrier(2)

    def submit(order: Order) -> None:
        try:
            with clock.stopped_at(MORNING):
                barrier.wait()
                entry.submit_order(order_id=order.pk, actor=scene.csr)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(submit, drafts))

    assert sorted(len(held(order)) for order in drafts) == [0, 1]
    assert scene.left(agreement) == D(-200)
    assert sorted(agreement.releases.values_list("number", flat=True)) == [1, 2]


# --- its own way


def test_sales_writes_it_pricing_puts_it_in_force(scene: Scene) -> None:
    agreement = scene.agreement(active=False)
    assert (
        Duty.objects.get(subject_type="agreement", subject_id=agreement.pk, closed_at=None).name == "Decide agreement"
    )
    with pytest.raises(PermissionRefused):
        services.activate_agreement(agreement_id=agreement.pk, actor=scene.sales)
    with pytest.raises(PermissionRefused):
        services.write_agreement(customer_id=scene.customer.pk, items=[], valid_from=DAY, valid_to=DAY, actor=scene.csr)

    services.activate_agreement(agreement_id=agreement.pk, actor=scene.pricing)

    assert not Duty.objects.filter(subject_type="agreement", closed_at=None).exists()
    with pytest.raises(IllegalTransition):
        services.activate_agreement(agreement_id=agreement.pk, actor=scene.pricing)


def test_a_revision_keeps_the_terms_before_and_cannot_go_under_what_is_drawn(scene: Scene) -> None:
    agreement = scene.agreement()
    order = scene.order(400)
    terms = {"agreement_id": agreement.pk, "valid_from": DAY, "valid_to": DAY + timedelta(30), "reason": "Steel rose"}
    with pytest.raises(InvalidAgreement, match="400 pc are drawn already"):
        services.change_agreement(items=[AgreedInput("PIPE", D(399), D(10))], actor=scene.pricing, **terms)
    other = scene.item(sku="ROD")
    with pytest.raises(InvalidAgreement, match="PIPE was drawn on"):
        services.change_agreement(items=[AgreedInput(other.sku, D(1), D(1))], actor=scene.pricing, **terms)
    with pytest.raises(PermissionRefused):
        services.change_agreement(items=[], actor=scene.sales, **terms)
    with pytest.raises(InvalidInput, match="Say why"):
        services.change_agreement(items=[], actor=scene.pricing, **terms | {"reason": " "})

    services.change_agreement(items=[AgreedInput("PIPE", D(900), D(10))], actor=scene.pricing, version=2, **terms)

    assert [(one.number, one.reason, one.terms["items"]) for one in agreement.revisions.order_by("number")] == [
        (1, "", [{"sku": "PIPE", "quantity": "1000", "unit_price": "9.8000"}]),
        (2, "Steel rose", [{"sku": "PIPE", "quantity": "900", "unit_price": "10.0000"}]),
    ]
    assert (price_of(order), price_of(scene.order(1))) == (D("9.8000"), D("10.0000"))
    with pytest.raises(StaleVersion):
        services.change_agreement(items=[], actor=scene.pricing, version=2, **terms)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (AgreedInput("NOBODY", D(1), D(1)), "sku"),
        (AgreedInput("PIPE", D(0), D(1)), "quantity"),
        (AgreedInput("PIPE", D(1), D(-1)), "unit_price"),
    ],
)
def test_what_cannot_be_agreed_is_named_by_row_and_nothing_is_written(scene: Scene, row: Any, field: str) -> None:
    with pytest.raises(InvalidAgreement) as refusal:
        scene.agreement(AgreedInput("PIPE", D(1), D(1)) if row.sku != "PIPE" else row, row)
    problems: Any = refusal.value.data["lines"]
    assert field in {problem["field"] for problem in problems}
    assert not Agreement.objects.exists()


def test_a_closed_one_sets_no_price_and_a_draft_that_was_priced_by_it_is_held(scene: Scene) -> None:
    agreement = scene.agreement()
    draft = scene.draft(line(scene.product, 5))
    services.close_agreement(agreement_id=agreement.pk, reason="They left", actor=scene.pricing)

    entry.submit_order(order_id=draft.pk, actor=scene.csr)

    assert held(draft)
    assert price_of(scene.order(1)) == D("12.0000")


def test_the_clock_ends_it_and_its_owner_hears_before(scene: Scene) -> None:
    agreement = scene.agreement(valid_to=DAY + timedelta(31))
    job = system("watch_agreements", scene.company.pk)
    assert services.warn_of_ends(actor=job) == 0

    with clock.stopped_at(MORNING + timedelta(1)):
        assert [services.warn_of_ends(actor=job), services.warn_of_ends(actor=job)] == [1, 0]
        assert services.end_agreements(actor=job) == 0
    with clock.stopped_at(MORNING + timedelta(32)):
        assert services.end_agreements(actor=job) == 1

    told = Notification.objects.get()
    assert (told.user_id, told.url) == (scene.sales.user_id, reverse("pricing:agreement", args=[agreement.pk]))
    agreement.refresh_from_db()
    assert agreement.state == "ended"
    assert price_of(scene.order(1)) == D("12.0000")


def test_whoever_is_slower_than_the_plan_is_shown_and_both_words_agree(scene: Scene) -> None:
    slow = scene.agreement(valid_from=DAY - timedelta(49), valid_to=DAY + timedelta(50))  # half the term
    scene.order(390)
    listed = list(selectors.agreement_list(scene.pricing, {"behind": True}))
    assert [(row.pk, selectors.pace_on(row, DAY).of_plan) for row in listed] == [(slow.pk, D("78.0"))]

    scene.order(10)

    assert not selectors.agreement_list(scene.pricing, {"behind": True}).exists()
    found = selectors.agreement_of(scene.pricing, slow.pk)
    assert selectors.pace_on(found, DAY).is_behind is False
    burn = selectors.burn_down_of(found, DAY)
    assert burn is not None
    assert burn.left[burn.days.index(DAY)] == D("5880.00")


# --- doors


def client_of(scene: Scene, role: str) -> Client:
    client = Client()
    client.force_login(make_user(scene.company, role))
    return client


def form(**fields: Any) -> dict[str, Any]:
    rows = {"lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-0-sku": "PIPE", "lines-0-quantity": "50"}
    days = {"valid_from": "2026-11-23", "valid_to": "2026-12-31"}
    return rows | {"lines-0-unit_price": "9.5"} | days | fields


@pytest.mark.slow
def test_the_screens_write_activate_revise_and_close(scene: Scene) -> None:
    sales, house = client_of(scene, "sales"), client_of(scene, "pricing")
    bad = sales.post(reverse("pricing:new-agreement"), form(customer=scene.customer.code, **{"lines-0-sku": "NO"}))
    assert (bad.status_code, b"There is no item NO." in bad.content) == (422, True)

    sales.post(reverse("pricing:new-agreement"), form(customer=scene.customer.code))
    made = Agreement.objects.get()
    page = reverse("pricing:agreement", args=[made.pk])
    assert b"somebody in pricing puts it in force" in sales.get(page).content
    house.post(reverse("pricing:activate-agreement", args=[made.pk]))
    order = scene.order(20)
    assert order.number is not None
    body = house.get(page).content.decode()
    assert order.number in body
    assert "30 " in body
    edit = reverse("pricing:edit-agreement", args=[made.pk])
    assert sales.post(edit, form(reason="More")).status_code == 403
    assert house.post(edit, form(reason="More", version="2", **{"lines-0-quantity": "70"})).status_code == 302
    assert house.post(reverse("pricing:close-agreement", args=[made.pk]), {"reason": ""}).status_code == 422
    house.post(reverse("pricing:close-agreement", args=[made.pk]), {"reason": "Done"})
    made.refresh_from_db()
    assert (made.state, made.revision) == ("closed", 2)
    assert made.number in house.get(reverse("pricing:agreements") + "?state=all").content.decode()


@pytest.mark.slow
def test_the_order_page_the_grid_and_the_customer_page_tell_of_it(scene: Scene) -> None:
    agreement = scene.agreement()
    order = scene.order(400)
    csr = client_of(scene, "csr")

    shown = csr.get(reverse("core:order", args=[order.pk])).content.decode()
    assert f"release 1 of {agreement}" in shown
    assert str(agreement) in csr.get(reverse("core:customer", args=[scene.customer.pk])).content.decode()
    hidden = client_of(scene, "warehouse").get(reverse("core:order", args=[order.pk])).content.decode()
    assert str(agreement) not in hidden
    row = rows_of(scene.draft(line(scene.product, 50)), scene.csr)[0]
    assert row.agreed is not None
    assert (row.agreed.left, row.agreed.quantity) == (D(600), D(1000))


@pytest.mark.slow
def test_rest_does_the_same_and_leaves_other_companies_alone(scene: Scene) -> None:
    api, house = client_of(scene, "sales"), client_of(scene, "pricing")
    body = {
        "customer_id": scene.customer.pk, "valid_from": "2026-11-23", "valid_to": "2026-12-31",
        "items": [{"sku": "PIPE", "quantity": "50", "unit_price": "9.5"}],
    }  # fmt: skip
    headers: Any = {"content_type": "application/json", "headers": {"Idempotency-Key": "one"}}
    made = api.post("/api/v1/pricing/agreements/", body, **headers).json()
    assert api.post("/api/v1/pricing/agreements/", body, **headers).json()["id"] == made["id"]
    url = f"/api/v1/pricing/agreements/{made['id']}/"
    assert api.post(f"{url}activate/").status_code == 403
    assert house.post(f"{url}activate/").json()["state"] == "active"
    scene.order(20)
    assert house.get(url).json()["items"][0]["left"] == "30.000000"
    assert [row["drawn"] for row in house.get(f"{url}releases/").json()["results"]] == ["20.000000"]
    change = {key: body[key] for key in ("valid_from", "valid_to", "items")} | {"reason": "Longer", "version": 1}
    assert house.put(url, change, content_type="application/json").status_code == 412
    assert house.put(url, change | {"version": 2}, content_type="application/json").json()["revision"] == 2
    assert house.post(f"{url}close/", {"reason": "Over"}, content_type="application/json").json()["state"] == "closed"

    stranger = make_actor(make_company(), "pricing")
    with pytest.raises(NotFound):
        selectors.agreement_of(stranger, made["id"])
    with pytest.raises(NotFound):
        services.close_agreement(agreement_id=made["id"], reason="x", actor=stranger)


def test_every_company_has_the_hold(scene: Scene) -> None:
    assert HoldType.objects.get(company=scene.company, code="over_agreement").blocks == ["confirm", "release"]
