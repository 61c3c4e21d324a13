"""Forecasts made on several cores are those that one core makes."""

import os

import pytest

from planning.services import forecast_workers
from planning.services.forecast_workers import forecast_shard, forecast_shards

SHARDS = [
    [(1, [10.0, 12.0, 9.0, 11.0] * 6, False), (2, [0.0, 0.0, 5.0] * 8, False)],
    [(3, [float(n) for n in range(24)], True)],
    [(4, [3.0], False)],
]


@pytest.fixture
def children(monkeypatch):
    """Two cores, and every child that was started."""
    started = []

    class Noted(forecast_workers._Child):
        def __init__(self):
            super().__init__()
            started.append(self)

    monkeypatch.setattr(forecast_workers, "_Child", Noted)
    monkeypatch.setattr(forecast_workers, "_cores", lambda: 2)
    return started


@pytest.mark.slow
def test_two_children_answer_in_the_order_of_the_shards_as_one_process_would(children):
    assert list(forecast_shards(SHARDS)) == [forecast_shard(shard) for shard in SHARDS]
    assert len(children) == 2
    assert all(child.process.returncode is not None for child in children)


@pytest.mark.slow
def test_a_single_shard_needs_no_child(children):
    (answer,) = forecast_shards(SHARDS[:1])
    assert [item for item, _ in answer] == [1, 2]
    assert children == []


@pytest.mark.slow
def test_whoever_stops_reading_leaves_no_child_behind(children):
    answers = forecast_shards(SHARDS)
    next(answers)
    answers.close()
    for child in children:
        with pytest.raises(ProcessLookupError):
            os.kill(child.process.pid, 0)


@pytest.mark.slow
def test_a_child_that_dies_fails_the_job_instead_of_leaving_items_out(children):
    answers = forecast_shards(SHARDS * 400)  # more than they can have answered by then
    next(answers)
    for child in children:
        child.process.kill()
    with pytest.raises((EOFError, BrokenPipeError)):
        list(answers)
