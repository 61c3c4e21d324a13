"""A draft quote that saves itself: silent, whole, one writer at a time; its prices stand once it is sent."""

from decimal import Decimal

import pytest
from django.test import Client

from omc.accounts.models import User
from omc.lib.errors import InvalidInput, NotFound, PermissionRefused, StaleVersion
from orders.core.inputs import LineInput
from orders.core.models import Duty, Event, SearchEntry
from orders.pricing.guidelines.services import GuidelineInput, draft_guidelines, publish_guidelines, request_approval
from orders.pricing.models import Quote
from orders.pricing.selectors import InvalidLines
from orders.pricing.services import (
    OverrideRefused,
    QuoteNotDraft,
    change_quote,
    save_quote_draft,
    send_quote,
    start_quote,
    try_quote_lines,
)
from tests.factories import CustomerFactory, make_actor, make_company
from tests.orders.entry.factories import Desk, line
from tests.orders.entry.test_races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def events(quote: Quote) -> list[str]:
    return list(
        Event.objects.filter(subject_type="quote", subject_id=quote.pk).order_by("seq").values_list("type", flat=True)
    )


def test_an_empty_quote_is_nobodys_business_and_is_found_again_by_who_began_it(desk: Desk) -> None:
    quote = start_quote(customer_id=desk.customer.pk, actor=desk.csr)
    again = start_quote(customer_id=desk.customer.pk, actor=desk.csr)
    assert (quote.pk, quote.state, quote.lines.count(), events(quote)) == (again.pk, "draft", 0, [])
    assert (quote.contact, quote.ship_to) == (desk.customer.contacts.get(), desk.customer.addresses.get())
    assert start_quote(customer_id=desk.customer.pk, actor=desk.lead).pk != quote.pk
    assert not Duty.objects.exists()
    with pytest.raises(InvalidInput, match="no lines"):
        send_quote(quote_id=quote.pk, actor=desk.csr, recipient="a@b.example")


def test_the_first_line_makes_it_a_duty_and_further_saves_are_silent(desk: Desk) -> None:
    bolt, nut = desk.item(sku="BOLT", list_price=Decimal(4)), desk.item(sku="NUT", list_price=Decimal(1))
    quote = start_quote(customer_id=desk.customer.pk, actor=desk.csr)
    seen = quote.version
    quote = save_quote_draft(quote_id=quote.pk, lines=[line(bolt, 3)], version=seen, actor=desk.csr)
    assert (quote.net_amount, events(quote)) == (Decimal("12.00"), ["quote_begun"])
    assert Duty.objects.get(subject_type="quote", subject_id=quote.pk).name == "Send quote"
    assert SearchEntry.objects.filter(kind="quote", object_id=quote.pk).exists()
    kept = quote.lines.get()
    later = save_quote_draft(
        quote_id=quote.pk, lines=[line(bolt, 3), line(nut, 5)], version=quote.version, actor=desk.csr
    )
    assert (later.version, later.net_amount) == (quote.version + 1, Decimal("17.00"))
    assert later.lines.get(position=1).pk == kept.pk  # a line that stands is not written
    assert events(quote) == ["quote_begun"]
    same = save_quote_draft(
        quote_id=quote.pk, lines=[line(bolt, 3), line(nut, 5)], valid_until=later.valid_until, actor=desk.csr
    )
    assert same.version == later.version  # nothing changed, nothing rises


def test_who_saves_second_is_refused_by_every_door(desk: Desk) -> None:
    bolt = desk.item(sku="BOLT")
    quote = start_quote(customer_id=desk.customer.pk, actor=desk.csr)
    seen = save_quote_draft(quote_id=quote.pk, lines=[line(bolt, 3)], actor=desk.csr).version
    save_quote_draft(quote_id=quote.pk, lines=[line(bolt, 4)], version=seen, actor=desk.lead)
    for save in (save_quote_draft, change_quote):
        with pytest.raises(StaleVersion):
            save(quote_id=quote.pk, lines=[line(bolt, 9)], version=seen, actor=desk.csr)
    assert quote.lines.get().quantity == 4


def test_a_sent_quote_keeps_its_prices(desk: Desk) -> None:
    bolt = desk.item(sku="BOLT", list_price=Decimal(4))
    quote = start_quote(customer_id=desk.customer.pk, actor=desk.csr)
    save_quote_draft(quote_id=quote.pk, lines=[line(bolt, 3)], actor=desk.csr)
    send_quote(quote_id=quote.pk, actor=desk.csr, recipient="a@b.example")
    bolt.list_price = Decimal(9)
    bolt.save()
    with pytest.raises(QuoteNotDraft):
        save_quote_draft(quote_id=quote.pk, lines=[line(bolt, 3)], actor=desk.csr)
    quote.refresh_from_db()
    assert (quote.net_amount, quote.lines.get().unit_price) == (Decimal("12.00"), Decimal(4))


def test_a_price_of_ones_own_needs_the_right_and_then_stands_for_others(desk: Desk) -> None:
    bolt = desk.item(sku="BOLT", list_price=Decimal(4))
    quote = start_quote(customer_id=desk.customer.pk, actor=desk.csr)
    cheap = line(bolt, 3, unit_price=Decimal(3))
    with pytest.raises(OverrideRefused):
        save_quote_draft(quote_id=quote.pk, lines=[cheap], actor=desk.csr)
    with pytest.raises(OverrideRefused):
        try_quote_lines(quote=quote, lines=[cheap], actor=desk.csr)
    assert (quote.lines.count(), events(quote)) == (0, [])
    save_quote_draft(quote_id=quote.pk, lines=[cheap], actor=desk.lead)
    more = line(bolt, 5, unit_price=Decimal(3))
    assert try_quote_lines(quote=quote, lines=[more], actor=desk.csr)[0].net_amount == Decimal("15.00")
    assert save_quote_draft(quote_id=quote.pk, lines=[more], actor=desk.csr).net_amount == Decimal("15.00")


def test_an_approval_is_void_as_soon_as_a_price_changes_and_not_before(desk: Desk) -> None:
    bolt = desk.item(sku="BOLT", list_price=Decimal(10))
    version = draft_guidelines(
        rows=[GuidelineInput(max_discount_percent=Decimal(10))], actor=make_actor(desk.company, "pricing")
    )
    publish_guidelines(version_id=version.pk, actor=make_actor(desk.company, "admin"))
    quote = start_quote(customer_id=desk.customer.pk, actor=desk.lead)
    cheap = line(bolt, 2, unit_price=Decimal(5))
    save_quote_draft(quote_id=quote.pk, lines=[cheap], actor=desk.lead)
    asked = request_approval(quote_id=quote.pk, reason="To win the site", actor=desk.lead)
    save_quote_draft(quote_id=quote.pk, lines=[cheap], customer_note="Hello", actor=desk.lead)
    asked.refresh_from_db()
    assert asked.state == "requested"
    save_quote_draft(quote_id=quote.pk, lines=[line(bolt, 3, unit_price=Decimal(5))], actor=desk.lead)
    asked.refresh_from_db()
    assert asked.state == "voided"


def test_a_refused_save_leaves_everything_as_it_was(desk: Desk) -> None:
    bolt = desk.item(sku="BOLT")
    quote = start_quote(customer_id=desk.customer.pk, actor=desk.csr)
    before = save_quote_draft(quote_id=quote.pk, lines=[line(bolt, 3)], actor=desk.csr).version
    with pytest.raises(InvalidLines) as refusal:
        save_quote_draft(
            quote_id=quote.pk, lines=[line(bolt, 4), LineInput(sku="NO-SUCH", quantity=Decimal(1))], actor=desk.csr
        )
    assert [(found["position"], found["field"]) for found in refusal.value.problems] == [(2, "sku")]
    quote.refresh_from_db()
    assert (quote.version, quote.lines.get().quantity) == (before, 3)


def test_strangers_and_other_companies_are_refused(desk: Desk) -> None:
    quote = start_quote(customer_id=desk.customer.pk, actor=desk.csr)
    with pytest.raises(PermissionRefused):
        start_quote(customer_id=desk.customer.pk, actor=make_actor(desk.company, "warehouse"))
    with pytest.raises(PermissionRefused):
        save_quote_draft(quote_id=quote.pk, lines=[], actor=make_actor(desk.company, "warehouse"))
    with pytest.raises(NotFound):
        save_quote_draft(quote_id=quote.pk, lines=[], actor=make_actor(make_company(), "csr"))
    with pytest.raises(NotFound):
        start_quote(customer_id=CustomerFactory().pk, actor=desk.csr)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_saves_of_one_version_one_is_taken() -> None:
    desk = Desk()
    bolt = desk.item(sku="BOLT")
    quote = start_quote(customer_id=desk.customer.pk, actor=desk.csr)
    seen = save_quote_draft(quote_id=quote.pk, lines=[line(bolt, 1)], actor=desk.csr).version

    def save(quantity: int) -> Quote:
        return save_quote_draft(quote_id=quote.pk, lines=[line(bolt, quantity)], version=seen, actor=desk.csr)

    answers = at_once(*(lambda quantity=quantity: save(quantity) for quantity in range(2, 6)))
    taken = [answer for answer in answers if not isinstance(answer, str)]
    assert (len(taken), answers.count("stale_version")) == (1, 3)
    assert quote.lines.get().quantity == taken[0].lines.get().quantity


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_double_click_begins_one_quote() -> None:
    desk = Desk()
    begun = at_once(*[lambda: start_quote(customer_id=desk.customer.pk, actor=desk.csr)] * 4)
    assert len({quote.pk for quote in begun}) == Quote.objects.count() == 1


def test_programs_save_a_draft_silently_too(desk: Desk) -> None:
    client = Client()
    client.force_login(User.objects.get(pk=desk.csr.user_id), backend="omc.accounts.backends.RoleBackend")
    desk.item(sku="BOLT", list_price=Decimal(4))
    quote = start_quote(customer_id=desk.customer.pk, actor=desk.csr)
    url = f"/api/v1/pricing/quotes/{quote.pk}/draft/"
    rows = {"lines": [{"sku": "BOLT", "quantity": "3"}]}
    first = client.put(url, rows, content_type="application/json", headers={"If-Match": str(quote.version)})
    assert (first.status_code, first.json()["net_amount"], events(quote)) == (200, "12.00", ["quote_begun"])
    late = client.put(url, rows, content_type="application/json", headers={"If-Match": str(quote.version)})
    assert late.status_code == 412
    fresh = {"If-Match": first.headers["ETag"]}
    assert client.put(url, {"lines": []}, content_type="application/json", headers=fresh).json()["lines"] == []
