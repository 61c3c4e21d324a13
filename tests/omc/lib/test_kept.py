"""What is kept prepared answers as it would each time anew, and nobody who looks on sees a difference."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import NotSupportedError, connection, transaction
from django.test.utils import CaptureQueriesContext

from omc.lib.kept import KeepingCursor, Kept

SUMS = Kept("SELECT sum(n) FROM unnest(%(numbers)s::numeric[]) AS n WHERE %(day)s::date IS NULL OR n %% 2 = 0")


def asked(words, params=None):
    with connection.cursor() as cursor:
        cursor.execute(words, params)
        return cursor.fetchall()


def names_kept(like):
    found = asked("SELECT name FROM pg_prepared_statements WHERE statement LIKE %s", [f"%{like}%"])
    return [name for (name,) in found]


@pytest.mark.django_db
def test_it_is_prepared_once_for_a_session_whatever_fills_its_gaps():
    for numbers, day, total in (
        ([1, 2], None, 3),
        ([], None, None),
        ([None, Decimal("4.5")], None, Decimal("4.5")),
        ([1, 2], date(2026, 1, 1), 2),
    ):
        assert asked(SUMS, {"numbers": numbers, "day": day}) == [(total,)]
    assert len(names_kept("SELECT sum(n) FROM unnest($1::numeric[])")) == 1


@pytest.mark.django_db
def test_one_plan_serves_whatever_fills_its_gaps():
    words = Kept("SELECT count(*) FROM unnest(%(numbers)s::int[]) AS planned_once")
    for length in (1, 500, 1):
        assert asked(words, {"numbers": [1] * length}) == [(length,)]
    sql = "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE %s"
    assert asked(sql, ["%planned_once%"]) == [(3, 0)]


@pytest.mark.django_db
def test_the_same_gap_may_mean_two_types():
    words = Kept("SELECT 1 WHERE %(word)s = 'a'::varchar AND %(word)s = 'a'::text AND %(n)s IN (%(n)s + 0)")
    assert asked(words, {"word": "a", "n": 5}) == [(1,)]


@pytest.mark.django_db
def test_who_looks_on_reads_the_words_and_their_values():
    with CaptureQueriesContext(connection) as captured:
        asked(SUMS, {"numbers": [7], "day": None})
    (seen,) = captured.captured_queries
    assert seen["sql"] == "SELECT sum(n) FROM unnest(ARRAY[7]::numeric[]) AS n WHERE NULL::date IS NULL OR n % 2 = 0"


@pytest.mark.django_db
def test_other_words_are_carried_out_as_they_are():
    with connection.cursor() as cursor:
        assert isinstance(cursor.cursor, KeepingCursor)
        cursor.execute("SELECT %s", ["never kept"])
        assert cursor.cursor.query == b"SELECT 'never kept'"
    assert names_kept("never kept") == []


@pytest.mark.django_db(transaction=True)
def test_a_migration_that_changes_the_answer_costs_one_error_and_no_more():
    everything = Kept("SELECT * FROM kept_probe")
    asked_without_answer("CREATE TABLE kept_probe AS SELECT 1 AS a")
    try:
        assert asked(everything) == [(1,)]
        asked_without_answer("ALTER TABLE kept_probe ADD b integer DEFAULT 2")
        with pytest.raises(NotSupportedError), transaction.atomic():
            asked(everything)
        assert asked(everything) == [(1, 2)]
    finally:
        asked_without_answer("DROP TABLE kept_probe")


def asked_without_answer(words):
    with connection.cursor() as cursor:
        cursor.execute(words)


def test_behind_a_pooler_nothing_is_kept(monkeypatch):
    from omc import settings

    monkeypatch.setenv("SOME_URL", "postgresql://u@h:5432/d?application_name=x")
    kept = settings._database("SOME_URL")
    monkeypatch.setenv("DATABASE_POOLED", "true")
    plain = settings._database("SOME_URL")
    assert kept["OPTIONS"] == {
        "application_name": "x",
        "cursor_factory": KeepingCursor,
        "options": "-c plan_cache_mode=force_generic_plan",
    }
    assert plain["OPTIONS"] == {"application_name": "x"}
