"""Search: what is found, in which order, and at what cost."""

import pytest

from orders.core.selectors import search
from orders.core.selectors.search import found
from orders.core.services.search import Findable, index
from tests.factories import make_actor, make_company

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    made = make_company()
    index(
        made.pk,
        [
            Findable("customer", 1, "Marine Supply", "/c/1/", ["c1"], weight=5),
            Findable("customer", 2, "Atlas Marine", "/c/2/", ["c2"], weight=5),
            Findable("item", 3, "HS-10 marine valve", "/p/3/", weight=3),
            Findable("order", 10, "SO-000010", "/o/10/", ["Atlas Marine", "po-8"]),
            Findable("order", 11, "SO-000011", "/o/11/", ["Atlas Marine", "po-9"]),
            Findable("order", 100, "SO-0000100", "/o/100/", ["Other"]),
            Findable("invoice", 12, "INV-1", "/i/12/", ["so-000010"], permission="billing.view_invoice"),
            Findable("quote", 13, "50%_off", "/q/13/", ["fifty"]),
        ],
    )
    return made


def titles(company, text, role="admin", **more):
    return [hit.title for hit in found(make_actor(company, role), text, **more)]


def test_beginnings_come_first_then_customers_and_items_then_documents_the_newest_first(company):
    assert titles(company, "marine") == [
        "Marine Supply", "Atlas Marine", "HS-10 marine valve", "SO-000011", "SO-000010",
    ]  # fmt: skip


def test_the_exact_title_comes_first_and_in_any_case(company):
    assert titles(company, "so-000010")[0] == "SO-000010"
    assert titles(company, "So-000010") == ["SO-000010", "SO-0000100", "INV-1"]


def test_the_exact_title_is_found_among_very_many_beginnings(company, monkeypatch):
    monkeypatch.setattr(search, "LOOKED_AT", 1)

    assert titles(company, "so-000010", limit=2)[0] == "SO-000010"


def test_all_words_must_be_there_and_signs_stand_for_themselves(company):
    assert titles(company, "atlas po-9") == ["SO-000011"]
    assert titles(company, "50%_") == ["50%_off"]
    assert titles(company, "f%y") == titles(company, "0_off") == []


def test_two_letters_find_beginnings_alone(company):
    assert titles(company, "at") == ["Atlas Marine"]
    assert titles(company, "ne") == []


def test_a_role_finds_what_it_may_see(company):
    assert "INV-1" not in titles(company, "so-000010", role="warehouse")


def test_an_answer_costs_at_most_three_queries_and_one_when_beginnings_fill_it(company, django_assert_num_queries):
    actor = make_actor(company, "admin")

    with django_assert_num_queries(3):
        found(actor, "nothing like it")
    with django_assert_num_queries(1):
        found(actor, "so-0000", limit=3)
