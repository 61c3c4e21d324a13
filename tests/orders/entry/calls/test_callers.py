"""One field finds the caller, whatever they say."""

import pytest

from orders.core.models import Customer
from orders.core.services.search import rebuild
from orders.entry.calls.selectors.callers import Caller, callers_found, certain
from tests.orders.entry.calls.factories import CallDesk
from tests.orders.entry.factories import line

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> CallDesk:
    desk = CallDesk()
    desk.make_customer(code="ACMEX", name="Acme Export")
    return desk


def found(desk: CallDesk, text: str) -> list[Customer]:
    return [caller.customer for caller in callers_found(desk.csr, text)]


def only(desk: CallDesk, text: str) -> Caller:
    caller = certain(callers_found(desk.csr, text))
    assert caller is not None
    return caller


@pytest.mark.parametrize("text", ["acme", "ACME", "Acme Supply", "acme supply", "supply"])
def test_an_exact_code_or_name_and_a_word_of_one_name_are_certain(desk: CallDesk, text: str) -> None:
    assert only(desk, text).customer == desk.acme


def test_two_who_may_be_meant_are_not_guessed(desk: CallDesk) -> None:
    assert {customer.code for customer in found(desk, "acm")} == {"ACME", "ACMEX"}
    assert certain(callers_found(desk.csr, "acm")) is None


@pytest.mark.parametrize("text", ["+1 555 010 0123", "(555) 010-0123", "0100123", "001 555 0100123"])
def test_a_telephone_number_is_known_however_it_is_written(desk: CallDesk, text: str) -> None:
    caller = only(desk, text)
    assert caller.customer == desk.acme
    assert caller.contact is not None
    assert caller.contact.name == "Ann Buyer"


def test_an_order_number_and_a_po_lead_to_their_customer(desk: CallDesk) -> None:
    order = desk.pending(line(desk.pipe, 4), customer=desk.acme, customer_po="PO-77881")
    assert only(desk, str(order)).customer == desk.acme
    assert only(desk, "po-77881").customer == desk.acme


def test_an_item_leads_to_who_ordered_it(desk: CallDesk) -> None:
    desk.pending(line(desk.pipe, 4), customer=desk.acme)
    rebuild(desk.company.pk)
    caller = only(desk, "PIPE-15")
    assert caller.customer == desk.acme
    assert "PIPE-15" in caller.why


@pytest.mark.parametrize("text", ["", "   ", "nobody like that", "+49 30 999 999 99"])
def test_nobody_is_found_by_nothing(desk: CallDesk, text: str) -> None:
    assert found(desk, text) == []


def test_customers_of_another_company_are_not_found(desk: CallDesk) -> None:
    other = CallDesk()
    assert other.acme not in found(desk, "acme")
    assert other.acme not in found(desk, "+1 555 010 0123")
