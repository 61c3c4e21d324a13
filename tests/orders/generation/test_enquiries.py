"""An enquiry from the first call to the order, or to a clear no."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from omc.lib.errors import DomainError, IllegalTransition, InvalidInput, NotFound, PermissionRefused
from omc.lib.machine import MACHINES
from orders.core.models import Duty, Event, SearchEntry
from orders.generation import services
from orders.generation.models import Enquiry, EnquiryState
from orders.generation.services import EnquiryInput
from tests.factories import CustomerFactory, OrderFactory, ProductFactory, make_actor, make_company

pytestmark = pytest.mark.django_db


class Scene:
    def __init__(self) -> None:
        self.company = make_company()
        self.customer = CustomerFactory(company=self.company)
        self.product = ProductFactory(company=self.company)
        self.csr = make_actor(self.company, "csr")

    def enquiry(self, **fields: Any) -> Enquiry:
        given = {"customer_id": self.customer.pk, "subject": "200 bolts by May", "actor": self.csr}
        return services.record_enquiry(**given | fields)

    def facts(self) -> list[str]:
        return list(Event.objects.filter(subject_type="enquiry").order_by("id").values_list("type", flat=True))


@pytest.fixture
def scene():
    return Scene()


def test_an_enquiry_is_recorded_and_waits_for_an_answer(scene):
    lines = [
        EnquiryInput(product_id=scene.product.pk, quantity=Decimal(200)),
        EnquiryInput(text="matching washers", quantity=Decimal(400)),
    ]

    enquiry = scene.enquiry(lines=lines, value=Decimal("1200.00"))

    assert (enquiry.state, enquiry.number) == ("received", "EN-000001")
    assert [(line.position, line.product_id, line.text) for line in enquiry.lines.order_by("position")] == [
        (1, scene.product.pk, ""),
        (2, None, "matching washers"),
    ]
    duty = Duty.objects.get(subject_type="enquiry", subject_id=enquiry.pk)
    assert (duty.stage, duty.name, duty.customer, duty.owner) == (2, "Answer enquiry", scene.customer, None)
    assert scene.facts() == ["enquiry_received"]
    assert SearchEntry.objects.get(kind="enquiry").url == f"/generation/{enquiry.pk}/"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"subject": " "}, "subject"),
        ({"channel": "pigeon"}, "channel"),
        ({"value": Decimal(-1)}, "value"),
        ({"probability_percent": 101}, "probability_percent"),
        ({"lines": [EnquiryInput(quantity=Decimal(1))]}, "lines"),
        ({"lines": [EnquiryInput(text="x", quantity=Decimal(0))]}, "lines"),
        ({"lines": [EnquiryInput(product_id=0, text="", quantity=Decimal(1))]}, "lines"),
        ({"contact_id": 999}, "contact_id"),
    ],
)
def test_a_senseless_enquiry_is_refused_at_its_field_and_nothing_is_written(scene, fields, field):
    with pytest.raises(DomainError) as refusal:
        scene.enquiry(**fields)

    assert refusal.value.field == field
    assert not Enquiry.objects.exists()


def test_nothing_of_another_company_goes_in(scene):
    with pytest.raises(NotFound):
        scene.enquiry(customer_id=CustomerFactory().pk)
    with pytest.raises(NotFound):
        scene.enquiry(lines=[EnquiryInput(product_id=ProductFactory().pk, quantity=Decimal(1))])
    assert not Enquiry.objects.exists()


def test_taking_it_on_makes_the_duty_ones_own_and_a_colleague_is_told_so(scene):
    enquiry, colleague = scene.enquiry(), make_actor(scene.company, "csr")

    services.take_enquiry(enquiry_id=enquiry.pk, actor=scene.csr)
    with pytest.raises(services.EnquiryTakenAlready, match=scene.csr.name):
        services.take_enquiry(enquiry_id=enquiry.pk, actor=colleague)

    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.taken_by_id) == ("working", scene.csr.user_id)
    assert Duty.objects.get(subject_type="enquiry").owner_id == scene.csr.user_id
    assert scene.facts() == ["enquiry_received", "enquiry_taken"]


def test_closing_needs_a_reason_and_ends_the_duty(scene):
    enquiry = scene.enquiry()

    with pytest.raises(InvalidInput):
        services.close_enquiry(enquiry_id=enquiry.pk, reason=" ", actor=scene.csr)
    services.close_enquiry(enquiry_id=enquiry.pk, reason="Only comparing", actor=scene.csr)
    with pytest.raises(IllegalTransition):
        services.close_enquiry(enquiry_id=enquiry.pk, reason="Again", actor=scene.csr)

    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.close_reason) == ("closed", "Only comparing")
    assert Duty.objects.get(subject_type="enquiry").close_reason == "enquiry_closed"


def test_a_second_quote_is_recorded_beside_the_first_but_a_closed_enquiry_takes_none(scene):
    enquiry = scene.enquiry()
    services.mark_quoted(enquiry_id=enquiry.pk, quote_number="QU-1", actor=scene.csr)
    services.mark_quoted(enquiry_id=enquiry.pk, quote_number="QU-2", actor=scene.csr)
    services.close_enquiry(enquiry_id=enquiry.pk, reason="No", actor=scene.csr)

    with pytest.raises(IllegalTransition):
        services.mark_quoted(enquiry_id=enquiry.pk, quote_number="QU-3", actor=scene.csr)

    quotes = Event.objects.filter(type="enquiry_quoted").order_by("id").values_list("data__quote", flat=True)
    assert list(quotes) == ["QU-1", "QU-2"]


def test_a_customer_may_order_after_all_and_only_the_first_order_counts(scene):
    enquiry = scene.enquiry()
    services.close_enquiry(enquiry_id=enquiry.pk, reason="No answer", actor=scene.csr)
    first, second = [OrderFactory(company=scene.company, customer=scene.customer) for _ in range(2)]

    services.mark_ordered(enquiry_id=enquiry.pk, order=first, actor=scene.csr)
    services.mark_ordered(enquiry_id=enquiry.pk, order=second, actor=scene.csr)

    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.order) == ("ordered", first)
    assert Event.objects.get(type="enquiry_ordered").order_id == first.pk


def test_whoever_lacks_the_permission_or_belongs_elsewhere_is_refused(scene):
    enquiry = scene.enquiry()

    for actor, refusal in (
        (make_actor(scene.company, "warehouse"), PermissionRefused),
        (make_actor(make_company(), "csr"), NotFound),
    ):
        with pytest.raises(refusal):
            services.take_enquiry(enquiry_id=enquiry.pk, actor=actor)
        with pytest.raises(refusal):
            services.close_enquiry(enquiry_id=enquiry.pk, reason="x", actor=actor)
    assert scene.facts() == ["enquiry_received"]


def test_the_statements_do_not_grow_with_the_lines(scene):
    counts = []
    for many in (1, 40):
        lines = [EnquiryInput(product_id=scene.product.pk, quantity=Decimal(1))] * many
        with CaptureQueriesContext(connection) as captured:
            scene.enquiry(lines=lines)
        counts.append(len(captured))

    assert counts[0] == counts[1] <= 12


def test_the_graph_of_an_enquiry_is_sound():
    machine = MACHINES["enquiry"]

    assert set(machine.states) == set(EnquiryState.values)
    assert machine.unreachable() == set()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_it_at_once_one_has_it():
    scene = Scene()
    enquiry = scene.enquiry()
    actors = [make_actor(scene.company, "csr") for _ in range(4)]

    def attempt(actor: Any) -> str:
        try:
            services.take_enquiry(enquiry_id=enquiry.pk, actor=actor)
            return "won"
        except services.EnquiryTakenAlready:
            return "lost"
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(attempt, actors))

    enquiry.refresh_from_db()
    assert sorted(outcomes) == ["lost"] * 3 + ["won"]
    assert enquiry.taken_by_id == actors[outcomes.index("won")].user_id
    assert scene.facts() == ["enquiry_received", "enquiry_taken"]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_closing_twice_at_once_closes_once():
    scene = Scene()
    enquiry = scene.enquiry()

    def attempt(reason: str) -> str:
        try:
            services.close_enquiry(enquiry_id=enquiry.pk, reason=reason, actor=scene.csr)
            return "won"
        except IllegalTransition:
            return "lost"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, ["a", "b"])) == ["lost", "won"]
