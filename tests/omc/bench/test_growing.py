"""A seeded company grown by SQL is as sound as its seed."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from psycopg2 import sql

from omc.run.places import CHECKOUT
from tests import database

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(scope="module")
def grown(django_db_setup: None) -> Any:
    """What ``small`` found in a database of its own, made from the migrated template."""
    base = settings.DATABASES["default"]
    own, template = f"{base['NAME']}_grown", f"{base['NAME'].split('_gw')[0]}_template"
    with database._maintenance() as cursor:
        database._drop(cursor, own)
        cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(own), sql.Identifier(template)))
    address = f"postgresql://{base['USER']}:{base['PASSWORD']}@{base['HOST']}:{base['PORT']}/{own}"
    done = subprocess.run(
        [sys.executable, "-m", "tests.omc.bench.small"],
        cwd=CHECKOUT,
        env=os.environ | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    yield json.loads(done.stdout.rpartition("FOUND ")[2])
    with database._maintenance() as cursor:
        database._drop(cursor, own)


def test_every_copy_repeats_all_orders_with_their_events_customers_and_items(grown):
    assert grown["before"]["orders"] == 6
    assert grown["after"] == {what: 5 * rows for what, rows in grown["before"].items()}


def test_every_book_agrees_and_every_chain_is_whole(grown):
    assert grown["disagreements"] == []


def test_a_book_that_does_not_agree_is_named(grown):
    assert grown["after a tampering"] == ["stock on hand is the sum of its movements"]


def test_keys_indexes_and_triggers_are_as_they_were(grown):
    assert grown["changed definitions"] == []
    assert grown["triggers"]


def test_business_keys_have_the_suffix_of_their_copy(grown):
    numbers = grown["numbers"]
    assert len(set(numbers)) == len(numbers)
    assert {number.partition("-")[2].partition("-")[2] for number in numbers} == {"", "0001", "0002", "0003", "0004"}


def test_a_key_that_fills_its_column_keeps_its_end_before_the_suffix(grown):
    digest, *copies = grown["digests"]
    assert len(digest) == 64
    assert copies == [f"{digest[5:]}-000{copy}" for copy in (1, 2, 3, 4)]


def test_a_search_entry_leads_to_its_own_copy(grown):
    assert grown["found"]
    assert all(leads_there for _title, leads_there in grown["found"])
    assert {title.rpartition("-")[2] for title, _ in grown["found"]} == {"0001", "0002", "0003", "0004"}


def test_ids_and_numbers_inside_the_data_of_events_are_those_of_the_copy(grown):
    told = grown["shipments told"]
    assert len(told) == 15
    assert {difference for difference, _ in told} == {0}
    assert len({number for _, number in told}) == 15


def test_copies_lie_in_the_past_by_whole_weeks_up_to_27_months(grown):
    assert 700 > grown["spread days"] > 600


def test_work_goes_on_in_a_grown_company(grown):
    assert grown["new order"] == [True, "confirmed"]
