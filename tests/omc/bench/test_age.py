"""A built database is used again where that is honest."""

import json

import pytest

from omc.bench import building
from omc.bench.age import Age


@pytest.mark.parametrize(
    ("changed", "age"),
    [
        ({}, Age.CURRENT),
        ({"version": building.VERSION - 1}, Age.ABSENT),
        ({"migrations": building.made_of()["migrations"][:-2]}, Age.BEHIND),
        ({"migrations": [*building.made_of()["migrations"], "orders.9999_gone"]}, Age.ABSENT),
    ],
    ids=["as it was built", "another way of cloning", "migrations came since", "a migration is no more"],
)
def test_a_note_says_whether_its_database_can_be_used(tmp_path, changed, age):
    note = tmp_path / "built-10k.json"
    note.write_text(json.dumps(building.made_of() | changed))
    assert building.age_of(note) is age


def test_without_a_whole_note_there_is_no_database(tmp_path):
    note = tmp_path / "built-10k.json"
    assert building.age_of(note) is Age.ABSENT
    note.write_text('{"seconds": 3}')
    assert building.age_of(note) is Age.ABSENT


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_what_came_since_is_applied_and_written_down(tmp_path):
    note, made = tmp_path / "built-10k.json", building.made_of()
    newest = made["migrations"][-1]
    note.write_text(json.dumps(made | {"migrations": made["migrations"][:-1], "seconds": 7}))
    building.bring_forward(note)
    assert json.loads(note.read_text()) == made | {"seconds": 7, "brought forward by": [newest]}
    assert building.age_of(note) is Age.CURRENT
