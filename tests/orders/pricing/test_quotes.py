"""A quote from the first draft to the order."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pypdf
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from omc.lib import clock
from omc.lib.actor import system
from omc.lib.errors import IllegalTransition, InvalidInput, NotFound, PermissionRefused, StaleVersion
from omc.lib.machine import MACHINES
from orders.core.inputs import LineInput
from orders.core.models import Duty, Event, Message, ProductAlias, ProductUnit, SearchEntry
from orders.core.services.companies import change_setting
from orders.generation.services import record_enquiry
from orders.pricing import services, tasks
from orders.pricing.models import Quote, QuoteLine, QuoteState
from orders.pricing.rules import Again, asks_again
from orders.pricing.selectors import InvalidLines
from orders.pricing.selectors.costs import cost_basis
from tests.factories import (
    AddressFactory,
    ContactFactory,
    CustomerFactory,
    OrderFactory,
    ProductFactory,
    make_actor,
    make_company,
)
from tests.orders.pricing.factories import PriceBreakFactory, PriceListFactory, TaxRuleFactory

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 23, 8, tzinfo=UTC)


class Scene:
    """A company with a customer, an item and people."""

    def __init__(self) -> None:
        self.company = make_company()
        self.customer = CustomerFactory(company=self.company)
        self.contact = ContactFactory(customer=self.customer, email="pat@customer.example")
        self.product = ProductFactory(company=self.company, sku="BOLT-M8")
        self.csr = make_actor(self.company, "csr")
        self.pricing = make_actor(self.company, "pricing")

    def line(self, quantity: object = 5, **fields: Any) -> LineInput:
        said = {"price_reason": "as agreed by phone"} if "unit_price" in fields else {}
        return LineInput(**{"sku": "BOLT-M8", "quantity": Decimal(str(quantity))} | said | fields)

    def quote(self, **fields: Any) -> Quote:
        fields = {"customer_id": self.customer.pk, "lines": [self.line()], "actor": self.csr} | fields
        return services.write_quote(**fields)

    def sent(self, **fields: Any) -> Quote:
        return services.send_quote(quote_id=self.quote(**fields).pk, actor=self.csr)

    def accepted(self, **fields: Any) -> Quote:
        return services.accept_quote(quote_id=self.sent(**fields).pk, actor=self.csr)

    def facts(self, quote: Quote) -> list[str]:
        events = Event.objects.filter(subject_type="quote", subject_id=quote.pk).order_by("seq")
        return list(events.values_list("type", flat=True))


@pytest.fixture
def scene():
    with clock.stopped_at(MORNING):
        yield Scene()


def fresh(quote: Quote) -> Quote:
    return Quote.objects.get(pk=quote.pk)


def test_a_quote_is_drafted_at_the_price_in_force_and_waits_to_be_sent(scene):
    base = PriceListFactory(company=scene.company)
    PriceBreakFactory(price_list=base, product=scene.product, unit_price=Decimal("9.5"))

    quote = scene.quote(lines=[scene.line(4)])

    quote = fresh(quote)
    line = quote.lines.get()
    assert (quote.state, quote.revision, str(quote)) == ("draft", 1, quote.number)
    assert (line.unit_price, line.quantity, line.net_amount) == (Decimal("9.5"), 4, Decimal("38.00"))
    assert (quote.net_amount, quote.total_amount, quote.cost_base) == (38, 38, 24)
    assert quote.valid_until == date(2026, 12, 23)
    assert quote.contact == scene.contact
    assert scene.facts(quote) == ["quote_drafted"]
    duty = Duty.objects.get(subject_type="quote", subject_id=quote.pk)
    assert (duty.stage, duty.name, duty.value_base, duty.closed_at) == (3, "Send quote", 38, None)
    assert SearchEntry.objects.get(kind="quote", object_id=quote.pk).permission == "pricing.view_quote"


def test_the_usual_days_come_from_the_setting(scene):
    admin = make_actor(scene.company, "admin")
    change_setting(key="pricing.quote_valid_days", value="7", actor=admin)

    assert scene.quote().valid_until == date(2026, 11, 30)
    with pytest.raises(InvalidInput):
        change_setting(key="pricing.quote_valid_days", value="0", actor=admin)


def test_items_are_found_by_number_customer_number_and_barcode_and_packs_are_converted(scene):
    other = ProductFactory(company=scene.company, sku="NUT-M8", barcode="4001234567890")
    ProductAlias.objects.create(company=scene.company, product=other, alias="their-7")
    ProductAlias.objects.create(company=scene.company, product=scene.product, customer=scene.customer, alias="THEIR-7")
    ProductUnit.objects.create(product=other, unit="BOX", factor=12)

    quote = scene.quote(
        lines=[
            scene.line(sku="bolt-m8"),
            scene.line(sku="THEIR-7"),
            scene.line(2, sku="4001234567890", unit="BOX"),
            LineInput(product_id=other.pk, quantity=Decimal(1)),
        ]
    )

    lines = list(quote.lines.order_by("position"))
    assert [line.product_id for line in lines] == [scene.product.pk, scene.product.pk, other.pk, other.pk]
    assert (lines[2].typed_quantity, lines[2].unit, lines[2].unit_factor, lines[2].quantity) == (2, "BOX", 12, 24)
    assert lines[2].net_amount == 240


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"sku": "NO-SUCH"}, "sku"),
        ({"sku": ""}, "sku"),
        ({"quantity": Decimal(0)}, "quantity"),
        ({"unit": "BOX"}, "unit"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_at_its_field_and_nothing_is_written(scene, line, field):
    with pytest.raises(InvalidLines) as refusal:
        scene.quote(lines=[scene.line(), scene.line(**line)])

    assert [(each["position"], each["field"]) for each in refusal.value.problems] == [(2, field)]
    assert not Quote.objects.exists()
    assert not Event.objects.filter(subject_type="quote").exists()


def test_the_item_or_customer_of_another_company_is_not_found(scene):
    stranger = ProductFactory()

    with pytest.raises(InvalidLines):
        scene.quote(lines=[LineInput(product_id=stranger.pk, quantity=Decimal(1))])
    with pytest.raises(NotFound):
        scene.quote(customer_id=CustomerFactory().pk)
    assert not Quote.objects.exists()


def test_typing_another_price_needs_the_right_and_keeps_its_author(scene):
    with pytest.raises(services.OverrideRefused) as refusal:
        scene.quote(lines=[scene.line(unit_price=Decimal(8))])
    assert refusal.value.data["lines"][0]["position"] == 1
    assert not Quote.objects.exists()

    quote = scene.quote(actor=scene.pricing, lines=[scene.line(unit_price=Decimal(8))])

    step = quote.lines.get().price_steps[-1]
    assert (step["step"], step["amount"], step["author"]) == ("manual", "-2.0000", scene.pricing.name)


def test_typing_the_price_in_force_or_the_price_of_a_charge_needs_no_right(scene):
    charge = LineInput(kind="charge", description="Freight", quantity=Decimal(1), unit_price=Decimal(15))

    quote = scene.quote(lines=[scene.line(unit_price=Decimal("10.0000")), charge])

    assert quote.net_amount == 65
    assert quote.cost_base is None  # what the freight costs us nobody said


def test_a_granted_price_stays_granted_until_the_system_price_changes(scene):
    quote = scene.quote(actor=scene.pricing, lines=[scene.line(unit_price=Decimal(8))])

    changed = services.change_quote(quote_id=quote.pk, lines=[scene.line(6, unit_price=Decimal(8))], actor=scene.csr)
    assert changed.lines.get().price_steps[-1]["author"] == scene.pricing.name

    scene.product.list_price = Decimal(12)
    scene.product.save()
    services.change_quote(quote_id=quote.pk, lines=[scene.line(6, unit_price=Decimal(8))], actor=scene.csr)
    assert fresh(quote).net_amount == 48  # the word stands, but somebody has to look at it again
    assert asks_again(quote.lines.get().price_steps) == Again(Decimal(10), Decimal(12))
    with pytest.raises(services.OverrideRefused):
        services.change_quote(quote_id=quote.pk, lines=[scene.line(6, unit_price=Decimal(7))], actor=scene.csr)


def test_a_draft_is_changed_in_place(scene):
    quote = scene.quote()

    services.change_quote(quote_id=quote.pk, lines=[scene.line(1), scene.line(2)], actor=scene.csr)

    assert (fresh(quote).net_amount, fresh(quote).lines.count(), Quote.objects.count()) == (30, 2, 1)
    assert scene.facts(quote) == ["quote_drafted", "quote_changed"]


def test_a_change_of_what_somebody_else_changed_meanwhile_is_refused(scene):
    quote = scene.quote()

    with pytest.raises(StaleVersion):
        services.change_quote(quote_id=quote.pk, lines=[scene.line(1)], actor=scene.csr, version=0)

    assert fresh(quote).net_amount == 50


def test_changing_a_sent_quote_makes_a_revision_at_todays_prices_and_supersedes_it(scene):
    old = scene.sent()
    scene.product.list_price = Decimal(11)
    scene.product.save()

    new = services.change_quote(quote_id=old.pk, lines=[scene.line(5)], actor=scene.csr)

    assert (new.number, new.revision, str(new)) == (old.number, 2, f"{old.number}/2")
    assert (new.state, new.net_amount, fresh(old).state, fresh(old).net_amount) == ("draft", 55, "superseded", 50)
    assert scene.facts(old) == ["quote_drafted", "quote_sent", "quote_superseded"]
    with pytest.raises(IllegalTransition):
        services.change_quote(quote_id=old.pk, lines=[scene.line(5)], actor=scene.csr)
    assert Quote.objects.count() == 2


def test_sending_writes_one_message_with_the_pdf_and_ends_the_duty(scene):
    TaxRuleFactory(company=scene.company, code="DE-19", country="DE", rate=19)
    AddressFactory(customer=scene.customer, country="DE")
    quote = scene.sent()

    message = Message.objects.get()
    pdf = pypdf.PdfReader(message.attachments.get().file)
    text = " ".join(page.extract_text() for page in pdf.pages)
    assert message.recipient == "pat@customer.example"
    assert "59.50 USD" in message.body
    for shown in (quote.number, "BOLT-M8", "10.00", "50.00", "9.50", "59.50", "23 Dec 2026", "19 %"):
        assert shown in text
    assert "6.00" not in text  # the cost
    assert fresh(quote).sent_at == MORNING
    assert Duty.objects.get(subject_type="quote").close_reason == "quote_sent"


def test_a_quote_without_anybody_to_send_it_to_is_refused_until_an_address_is_given(scene):
    scene.contact.delete()
    quote = scene.quote()

    with pytest.raises(services.NoRecipient):
        services.send_quote(quote_id=quote.pk, actor=scene.csr)
    assert (fresh(quote).state, Message.objects.count()) == ("draft", 0)

    services.send_quote(quote_id=quote.pk, actor=scene.csr, recipient="buyer@customer.example")
    assert Message.objects.get().recipient == "buyer@customer.example"


def test_an_outdated_quote_is_neither_sent_nor_accepted(scene):
    draft, sent = scene.quote(), scene.sent()

    with clock.stopped_at(MORNING + timedelta(days=31)):
        for verb, quote in ((services.send_quote, draft), (services.accept_quote, sent)):
            with pytest.raises(services.QuoteOutdated):
                verb(quote_id=quote.pk, actor=scene.csr)

    assert (fresh(draft).state, fresh(sent).state) == ("draft", "sent")


def test_rejecting_needs_a_known_reason(scene):
    quote = scene.sent()

    with pytest.raises(InvalidInput):
        services.reject_quote(quote_id=quote.pk, reason="mood", actor=scene.csr)
    assert fresh(quote).state == "sent"

    services.reject_quote(quote_id=quote.pk, reason="lead_time", actor=scene.csr)
    assert (fresh(quote).state, fresh(quote).reject_reason) == ("rejected", "lead_time")
    assert fresh(quote).decided_at == MORNING


def test_sent_quotes_expire_the_day_after_their_last_one_by_the_companys_own_clock(scene):
    due, later = scene.sent(), scene.sent(valid_until=date(2027, 1, 31))
    draft = scene.quote()
    ahead = make_company(clock_offset=timedelta(days=400))

    with clock.stopped_at(MORNING + timedelta(days=30)):
        assert tasks.expire_quotes() == 0  # the last day counts
    with clock.stopped_at(MORNING + timedelta(days=31)):
        assert tasks.expire_quotes() == 1

    assert [fresh(quote).state for quote in (due, later, draft)] == ["expired", "sent", "draft"]
    event = Event.objects.get(type="quote_expired")
    assert (event.subject_id, event.job, event.data) == (due.pk, "expire_quotes", {"valid_until": "2026-12-23"})
    assert ahead.clock_offset.days == 400


@pytest.mark.slow
def test_the_number_of_statements_of_expiry_does_not_grow_with_the_quotes(scene):
    counts = []
    for many in (1, 6):
        for _ in range(many):
            scene.sent()
        with clock.stopped_at(MORNING + timedelta(days=31)), CaptureQueriesContext(connection) as captured:
            assert services.expire_quotes(actor=system("expire_quotes", scene.company.pk)) == many
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_an_order_is_made_from_an_accepted_quote_exactly_once(scene):
    enquiry = record_enquiry(customer_id=scene.customer.pk, subject="Bolts", actor=scene.csr)
    quote = scene.accepted(enquiry_id=enquiry.pk)
    first = OrderFactory(company=scene.company, customer=scene.customer)
    second = OrderFactory(company=scene.company, customer=scene.customer)

    services.mark_converted(quote_id=quote.pk, order=first, actor=scene.csr)
    with pytest.raises(services.QuoteConvertedAlready) as refusal:
        services.mark_converted(quote_id=quote.pk, order=second, actor=scene.csr)

    assert refusal.value.data["order_id"] == first.pk
    assert (fresh(quote).state, fresh(quote).order) == ("converted", first)
    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.order) == ("ordered", first)
    assert Event.objects.get(type="quote_converted").order_id == first.pk


@pytest.mark.parametrize("state", ["draft", "sent"])
def test_only_an_accepted_quote_becomes_an_order(scene, state):
    quote = scene.quote() if state == "draft" else scene.sent()
    order = OrderFactory(company=scene.company, customer=scene.customer)

    with pytest.raises(IllegalTransition):
        services.mark_converted(quote_id=quote.pk, order=order, actor=scene.csr)

    assert (fresh(quote).state, fresh(quote).order) == (state, None)


def test_verbs_refuse_whoever_lacks_the_permission_and_the_other_company(scene):
    quote = scene.quote()
    warehouse, stranger = make_actor(scene.company, "warehouse"), make_actor(make_company(), "csr")

    for actor, refusal in ((warehouse, PermissionRefused), (stranger, NotFound)):
        for verb, more in (
            (services.change_quote, {"lines": [scene.line()]}),
            (services.send_quote, {}),
            (services.accept_quote, {}),
            (services.reject_quote, {"reason": "price"}),
        ):
            with pytest.raises(refusal):
                verb(quote_id=quote.pk, actor=actor, **more)

    assert scene.facts(quote) == ["quote_drafted"]


def test_the_graph_of_a_quote_is_sound():
    machine = MACHINES["quote"]

    assert set(machine.states) == set(QuoteState.values)
    assert machine.unreachable() == set()
    assert machine.final == {"superseded"}


def test_the_statements_of_writing_a_quote_do_not_grow_with_its_lines(scene):
    counts = []
    products = ProductFactory.create_batch(30, company=scene.company)
    cost_basis(scene.company.pk)  # settings are read once a minute
    for many in (1, 30):
        lines = [LineInput(sku=product.sku, quantity=Decimal(1)) for product in products[:many]]
        with CaptureQueriesContext(connection) as captured:
            scene.quote(lines=lines)
        counts.append(len(captured))

    assert counts[0] == counts[1] <= 22
    assert QuoteLine.objects.count() == 31


def race(*attempts: Any) -> list[str]:
    def run(attempt: Any) -> str:
        try:
            attempt()
            return "won"
        except Exception as refusal:
            return type(refusal).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(len(attempts)) as pool:
        return sorted(pool.map(run, attempts))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_conversions_at_once_one_order_wins():
    scene = Scene()
    quote = scene.accepted()
    orders = [OrderFactory(company=scene.company, customer=scene.customer) for _ in range(4)]

    def convert(order: Any) -> Any:
        def attempt() -> None:
            with transaction.atomic():
                services.mark_converted(quote_id=quote.pk, order=order, actor=scene.csr)

        return attempt

    assert race(*map(convert, orders)) == ["QuoteConvertedAlready"] * 3 + ["won"]
    assert scene.facts(quote).count("quote_converted") == 1
    assert fresh(quote).order_id == Event.objects.get(type="quote_converted").order_id


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_accepting_rejecting_and_revising_at_once_leaves_one_outcome():
    scene = Scene()
    quote = scene.sent()

    outcomes = race(
        lambda: services.send_quote(quote_id=quote.pk, actor=scene.csr),
        lambda: services.reject_quote(quote_id=quote.pk, reason="price", actor=scene.csr),
        lambda: services.reject_quote(quote_id=quote.pk, reason="terms", actor=scene.csr),
    )

    assert outcomes == ["IllegalTransition", "IllegalTransition", "won"]
    assert scene.facts(quote) == ["quote_drafted", "quote_sent", "quote_rejected"]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_revisions_at_once_make_one():
    scene = Scene()
    quote = scene.sent()

    outcomes = race(*[lambda: services.change_quote(quote_id=quote.pk, lines=[scene.line()], actor=scene.csr)] * 3)

    assert outcomes == ["IllegalTransition", "IllegalTransition", "won"]
    assert list(Quote.objects.order_by("revision").values_list("revision", "state")) == [
        (1, "superseded"),
        (2, "draft"),
    ]
