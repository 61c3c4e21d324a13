"""One transaction per use case, however verbs call each other."""

import pytest
from django.db import connection, transaction

from omc.lib.service import verb


@verb(silent="a probe")
def in_transaction() -> tuple[bool, int]:
    """Whether it runs in a transaction, and how many savepoints deep."""
    return connection.in_atomic_block, len(connection.savepoint_ids)


@verb(silent="a probe")
def nested() -> tuple[bool, int]:
    return in_transaction()


@verb(silent="a probe")
def then(*, after: list[tuple[bool, int]]) -> None:
    transaction.on_commit(lambda: after.append(in_transaction()))


@pytest.mark.django_db(transaction=True)
def test_a_verb_is_one_transaction_and_a_nested_one_adds_no_savepoint():
    assert in_transaction() == (True, 0)
    assert nested() == (True, 0)


@pytest.mark.django_db(transaction=True)
def test_a_verb_after_the_commit_of_another_has_a_transaction_of_its_own():
    after: list[tuple[bool, int]] = []
    then(after=after)
    assert after == [(True, 0)]
    assert not connection.in_atomic_block
