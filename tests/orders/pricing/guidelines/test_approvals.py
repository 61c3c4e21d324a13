"""Prices beyond the guidelines: asked for, decided by somebody else, void when a price changes, followed afterwards."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from omc.accounts.models import User
from omc.lib import clock
from omc.lib.actor import system
from omc.lib.errors import IllegalTransition, NotFound, PermissionRefused
from orders.core.inputs import LineInput
from orders.core.models import Duty, Event, Hold, HoldState
from orders.core.services.holds import resolve_hold
from orders.entry.services import confirm_order, return_to_draft, save_draft, start_order, submit_order
from orders.pricing import services as pricing
from orders.pricing.guidelines import outcomes, services
from orders.pricing.models import Approval
from tests.factories import OrderFactory, make_actor, make_company, make_user
from tests.orders.entry.factories import Desk

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 23, 8, tzinfo=UTC)  # a Monday


class Scene(Desk):
    """An order desk under guidelines: 10 % off needs approval, 30 % nobody may give, a margin of 20 % has to stay."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.pricing = make_actor(self.company, "pricing")
        self.admin = make_actor(self.company, "admin")
        self.product = self.item()

    def guidelines(self, *rows: services.GuidelineInput) -> Any:
        version = services.draft_guidelines(rows=rows or USUAL, actor=self.pricing)
        return services.publish_guidelines(version_id=version.pk, actor=self.admin)

    def line(self, price: object = None, quantity: object = 10) -> LineInput:
        typed = None if price is None else Decimal(str(price))
        why = "as agreed by phone" if price is not None else ""
        return LineInput(sku=self.product.sku, quantity=Decimal(str(quantity)), unit_price=typed, price_reason=why)

    def quote(self, *lines: LineInput) -> Any:
        return pricing.write_quote(customer_id=self.customer.pk, lines=lines, actor=self.lead)

    def submitted(self, *lines: LineInput) -> Any:
        order = start_order(customer_id=self.customer.pk, actor=self.lead)
        save_draft(order_id=order.pk, lines=list(lines), actor=self.lead)
        return submit_order(order_id=order.pk, actor=self.lead)

    def asked(self, price: object = 8) -> Approval:
        quote = self.quote(self.line(price))
        return services.request_approval(quote_id=quote.pk, reason="to win the site", actor=self.lead)


USUAL = (
    services.GuidelineInput(max_discount_percent=Decimal(10)),
    services.GuidelineInput(max_discount_percent=Decimal(30), mode="block"),
)


@pytest.fixture
def scene():
    with clock.stopped_at(MORNING):
        found = Scene()
        found.guidelines()
        yield found


def holds(order: Any) -> list[tuple[str, str]]:
    rows = Hold.objects.filter(order=order).exclude(status="resolved").order_by("pk")
    return list(rows.values_list("hold_type__code", "status"))


def test_without_guidelines_no_price_needs_approval():
    scene = Scene()
    assert holds(scene.submitted(scene.line(1))) == []
    assert Approval.objects.count() == 0


def test_a_quote_beyond_the_guidelines_goes_out_only_after_somebody_else_approved_it(scene):
    quote = scene.quote(scene.line(8), scene.line(9.5))
    with pytest.raises(services.DiscountNotApproved, match=r"line 1.*ask for approval"):
        pricing.send_quote(quote_id=quote.pk, actor=scene.lead, recipient="a@b.example")

    asked = services.request_approval(quote_id=quote.pk, reason="to win the site", actor=scene.lead)
    assert [(row["position"], row["discount_percent"], row["mode"]) for row in asked.findings] == [
        (1, "20.00", "approve")
    ]
    assert (asked.system_base, asked.net_base, asked.cost_base) == (200, 175, 120)
    duty = Duty.objects.get(subject_type="approval", subject_id=asked.pk, closed_at=None)
    assert (duty.name, duty.stage, duty.customer_id, duty.value_base) == ("Decide discount", 3, quote.customer_id, 175)
    with pytest.raises(services.DiscountNotApproved, match="wait for approval"):
        pricing.send_quote(quote_id=quote.pk, actor=scene.lead, recipient="a@b.example")
    with pytest.raises(services.OwnRequest):
        services.approve_discount(approval_id=asked.pk, actor=scene.lead)
    with pytest.raises(PermissionRefused):
        services.approve_discount(approval_id=asked.pk, actor=scene.csr)
    with pytest.raises(NotFound):
        services.approve_discount(approval_id=asked.pk, actor=make_actor(make_company(), "pricing"))

    services.approve_discount(approval_id=asked.pk, actor=scene.pricing, decision="once")
    assert Duty.objects.get(pk=duty.pk).closed_at is not None
    sent = pricing.send_quote(quote_id=quote.pk, actor=scene.lead, recipient="a@b.example")
    assert sent.state == "sent"


def test_changing_a_priced_field_voids_the_approval_and_the_same_prices_keep_it(scene):
    asked = scene.asked()
    services.approve_discount(approval_id=asked.pk, actor=scene.pricing)
    quote_id = asked.quote_id
    pricing.change_quote(quote_id=quote_id, lines=[scene.line(8)], actor=scene.lead, customer_note="Soon")
    assert Approval.objects.get(pk=asked.pk).state == "approved"

    pricing.change_quote(quote_id=quote_id, lines=[scene.line(8, quantity=11)], actor=scene.lead)
    assert Approval.objects.get(pk=asked.pk).state == "voided"
    assert Event.objects.filter(subject_type="approval", type="discount_voided").count() == 1
    with pytest.raises(services.DiscountNotApproved):
        pricing.send_quote(quote_id=quote_id, actor=scene.lead, recipient="a@b.example")


def test_what_nobody_may_approve_cannot_be_asked_for(scene):
    quote = scene.quote(scene.line(6.9))
    with pytest.raises(services.NothingToApprove, match="beyond what anybody may approve"):
        services.request_approval(quote_id=quote.pk, reason="please", actor=scene.lead)
    with pytest.raises(services.DiscountNotApproved, match="change them"):
        pricing.send_quote(quote_id=quote.pk, actor=scene.lead, recipient="a@b.example")
    fine = scene.quote(scene.line(9))
    with pytest.raises(services.NothingToApprove, match="keeps the guidelines"):
        services.request_approval(quote_id=fine.pk, reason="please", actor=scene.lead)
    assert Approval.objects.count() == 0


def test_an_order_is_accepted_then_held_until_its_prices_are_approved(scene):
    order = scene.submitted(scene.line(8))
    assert (order.state, holds(order)) == ("pending", [("discount_approval", "active")])
    hold = Hold.objects.get(order=order)
    assert "line 1" in hold.reason
    for person in (scene.lead, scene.pricing, scene.admin):
        with pytest.raises(PermissionRefused):
            resolve_hold(hold_id=hold.pk, resolution="never mind", actor=person)

    services.approve_discount(approval_id=Approval.objects.get().pk, actor=scene.pricing, decision="fair")
    hold.refresh_from_db()
    assert (hold.status, hold.resolution) == (HoldState.RESOLVED, f"Approved by {scene.pricing.name}: fair")
    assert confirm_order(order_id=order.pk, actor=scene.lead).state == "confirmed"


def test_a_refused_order_is_free_once_its_prices_keep_the_guidelines(scene):
    order = scene.submitted(scene.line(8))
    with pytest.raises(Exception, match="Say why not"):
        services.refuse_discount(approval_id=Approval.objects.get().pk, decision=" ", actor=scene.pricing)
    services.refuse_discount(approval_id=Approval.objects.get().pk, decision="9 at least", actor=scene.pricing)
    assert holds(order) == [("discount_approval", "rejected")]

    return_to_draft(order_id=order.pk, actor=scene.lead)
    save_draft(order_id=order.pk, lines=[scene.line(9)], actor=scene.lead)
    assert holds(submit_order(order_id=order.pk, actor=scene.lead)) == []


def test_an_approved_order_handed_in_again_asks_anew_only_for_other_prices(scene):
    order = scene.submitted(scene.line(8))
    services.approve_discount(approval_id=Approval.objects.get().pk, actor=scene.pricing)
    return_to_draft(order_id=order.pk, actor=scene.lead)
    assert holds(submit_order(order_id=order.pk, actor=scene.lead)) == []

    return_to_draft(order_id=order.pk, actor=scene.lead)
    save_draft(order_id=order.pk, lines=[scene.line(7.5)], actor=scene.lead)
    assert holds(submit_order(order_id=order.pk, actor=scene.lead)) == [("discount_approval", "active")]
    assert list(Approval.objects.order_by("pk").values_list("state", flat=True)) == ["voided", "requested"]


def test_a_request_expires_after_two_business_days_and_can_be_asked_again(scene):
    order = scene.submitted(scene.line(8))
    asked = Approval.objects.get()
    assert asked.expires_at - MORNING >= timedelta(days=1)
    with clock.stopped_at(asked.expires_at + timedelta(minutes=1)):
        with pytest.raises(services.RequestOutdated):
            services.approve_discount(approval_id=asked.pk, actor=scene.pricing)
        assert services.expire_approvals(actor=system("test", scene.company.pk)) == 1
        assert services.expire_approvals(actor=system("test", scene.company.pk)) == 0
        assert holds(order) == [("discount_approval", "active")]
        again = services.request_approval(order_id=order.pk, reason="still", actor=scene.lead)
        services.approve_discount(approval_id=again.pk, actor=scene.pricing)
        assert holds(order) == []


def test_a_request_is_handed_only_to_a_colleague_who_may_decide_it(scene):
    asked = scene.asked()
    colleague, csr = make_user(scene.company, "csr_lead"), make_user(scene.company, "csr")
    with pytest.raises(services.OwnRequest):
        services.delegate_approval(approval_id=asked.pk, approver_id=scene.lead.user_id, actor=scene.pricing)
    with pytest.raises(Exception, match="may not decide"):
        services.delegate_approval(approval_id=asked.pk, approver_id=csr.pk, actor=scene.pricing)
    services.delegate_approval(approval_id=asked.pk, approver_id=colleague.pk, actor=scene.pricing)
    assert Approval.objects.get(pk=asked.pk).approver == colleague
    assert Duty.objects.get(subject_type="approval", subject_id=asked.pk).owner == colleague


def test_a_discount_on_the_whole_and_the_margin_on_cost_count(scene):
    scene.guidelines(services.GuidelineInput(min_margin_percent=Decimal(35), mode="approve"))
    charge = LineInput(kind="charge", description="Discount", quantity=Decimal(1), unit_price=Decimal(-10))
    quote = scene.quote(scene.line(None), charge)  # 100.00 - 10.00 against a cost of 60.00
    asked = services.request_approval(quote_id=quote.pk, reason="fair", actor=scene.lead)
    assert asked.findings[0]["margin_percent"] == "33.33"
    assert asked.findings[0]["max_discount_percent"] is None


def test_versions_are_published_by_the_right_people_and_rolled_back(scene):
    with pytest.raises(PermissionRefused):
        services.draft_guidelines(rows=USUAL, actor=scene.lead)
    own = services.GuidelineInput(customer=scene.customer.code, max_discount_percent=Decimal(50))
    second = services.draft_guidelines(rows=[*USUAL, own], actor=scene.pricing)
    with pytest.raises(PermissionRefused):
        services.publish_guidelines(version_id=second.pk, actor=scene.pricing)
    services.publish_guidelines(version_id=second.pk, actor=scene.admin)
    assert holds(scene.submitted(scene.line(6))) == []
    services.rollback_guidelines(actor=scene.admin)
    assert holds(scene.submitted(scene.line(6))) == [("discount_approval", "active")]
    with pytest.raises(services.InvalidGuidelines) as refusal:
        services.draft_guidelines(rows=[services.GuidelineInput(customer="NOBODY")], actor=scene.pricing)
    assert [row["field"] for row in refusal.value.data["lines"]] == ["customer", "max_discount_percent"]


def test_every_exception_is_followed_and_told_per_approver(scene):
    def bought(at: datetime, net: str) -> None:
        with clock.stopped_at(at):
            OrderFactory(company=scene.company, customer=scene.customer, confirmed=True, net_base=Decimal(net))

    asked = scene.asked()
    services.approve_discount(approval_id=asked.pk, actor=scene.pricing)
    bought(MORNING - timedelta(days=91), "5000")
    bought(MORNING - timedelta(days=10), "100")
    bought(MORNING + timedelta(days=80), "250")
    bought(MORNING + timedelta(days=95), "7000")
    asked = Approval.objects.get()
    early = outcomes.outcomes_of([asked])[asked.pk]
    assert (early.before_base, early.after_base, early.orders_after, early.is_over) == (100, 250, 1, False)
    with clock.stopped_at(MORNING + timedelta(days=100)):
        record = outcomes.approver_records(scene.pricing)[0]
    assert (record.granted, record.over, record.rose, record.stayed, record.given_base) == (1, 1, 1, 1, 20)


def client(scene: Scene, *roles: str) -> Client:
    found = Client()
    found.force_login(make_user(scene.company, *roles), backend="omc.accounts.backends.RoleBackend")
    return found


@pytest.mark.slow
def test_the_screens_lead_through_asking_and_deciding_and_hide_margins(scene):
    quote = scene.quote(scene.line(8))
    lead, pricing_desk, csr = client(scene, "csr_lead"), client(scene, "pricing"), client(scene, "csr")
    page = reverse("pricing:quote", args=[quote.pk])
    assert "needs approval" in lead.get(page).text
    lead.post(reverse("pricing:ask-quote-approval", args=[quote.pk]), {"reason": "to win"})
    asked = Approval.objects.get()
    screen = reverse("pricing:approval", args=[asked.pk])
    assert str(quote) in lead.get(reverse("pricing:approvals")).text
    assert "Margin" in pricing_desk.get(screen).text
    assert "Margin" not in csr.get(screen).text
    decide = reverse("pricing:decide-approval", args=[asked.pk])
    assert csr.post(decide, {"answer": "approve"}).status_code == 403
    assert pricing_desk.post(decide, {"answer": "refuse"}).status_code == 422
    assert pricing_desk.post(decide, {"answer": "approve", "decision": "once"}).url == screen
    assert Approval.objects.get().state == "approved"
    assert pricing_desk.get(reverse("pricing:exceptions")).status_code == 200
    assert csr.get(reverse("pricing:exceptions")).status_code == 403
    edit = reverse("pricing:edit-guidelines")
    assert pricing_desk.get(edit).status_code == 200
    rows = {
        "rows-TOTAL_FORMS": 2,
        "rows-INITIAL_FORMS": 0,
        "rows-0-customer_class": "A",
        "rows-0-max_discount_percent": "15",
    }
    assert pricing_desk.post(edit, rows | {"rows-0-mode": "warn"}).url == reverse("pricing:guidelines")
    assert "customer class is A" in csr.get(reverse("pricing:guidelines")).text
    assert csr.get(edit).status_code == 403


def test_rest_leads_to_the_same_room_and_hides_margins(scene):
    quote = scene.quote(scene.line(8))
    lead, pricing_desk, csr = client(scene, "csr_lead"), client(scene, "pricing"), client(scene, "csr")
    asked = lead.post("/api/v1/pricing/approvals/", {"quote_id": quote.pk, "reason": "to win"}, "application/json")
    assert (asked.status_code, asked.json()["findings"][0]["discount_percent"]) == (201, "20.00")
    one = f"/api/v1/pricing/approvals/{asked.json()['id']}/"
    seen = csr.get(one).json()
    assert not [key for key in (*seen["impact"], *seen["findings"][0]) if "margin" in key]
    assert csr.post(one, {"answer": "approve"}, "application/json").status_code == 403
    assert lead.post(one, {"answer": "approve"}, "application/json").status_code == 403
    assert pricing_desk.get("/api/v1/pricing/approvals/records/").status_code == 200
    draft = {"rows": [{"customer_class": "B", "max_discount_percent": "12"}]}
    assert pricing_desk.post("/api/v1/pricing/guidelines/", draft, "application/json").status_code == 201
    assert csr.post("/api/v1/pricing/guidelines/", draft, "application/json").status_code == 403


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_is_refused():
    scene = Scene()
    scene.guidelines()
    asked, other = scene.asked(), make_actor(scene.company, "csr_lead")

    def decide(run: Any, actor: Any) -> str:
        try:
            return str(run(approval_id=asked.pk, decision="so it is", actor=actor).state)
        except IllegalTransition:
            return "too late"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(decide, services.approve_discount, scene.pricing)
        second = pool.submit(decide, services.refuse_discount, other)
        answers = sorted([first.result(), second.result()])
    assert answers[-1] == "too late"
    assert Event.objects.filter(type__in=["discount_approved", "discount_refused"]).count() == 1
    assert User.objects.filter(pk=Approval.objects.get().decided_by_id).exists()
