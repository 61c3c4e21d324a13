from datetime import timedelta

import pytest

from omc.lib import clock
from omc.lib.errors import PermissionRefused
from orders.core.models import JobRun
from orders.core.services import jobs
from tests.factories import make_actor, make_company

pytestmark = pytest.mark.django_db
KIND = "test.count"


@pytest.fixture
def counting(monkeypatch):
    """A kind of job that counts to three and does what it is told at two."""
    at_two = {"do": lambda job: None}

    def body(job):
        for n in range(1, 4):
            job.report(n, 3, f"step {n}")
            if n == 2:
                at_two["do"](job)
        return {"counted": 3}

    monkeypatch.setitem(jobs.KINDS, KIND, ("orders.view_jobs", "default", body))
    return at_two


@pytest.fixture
def planner():
    return make_actor(make_company(), "planner")


def test_a_job_runs_reports_and_keeps_its_result(counting, planner):
    run = jobs.start_job(kind=KIND, inputs={"n": 1}, actor=planner)
    jobs.execute(run.pk)

    run.refresh_from_db()
    assert (run.status, run.done, run.total, run.step, run.result) == ("done", 3, 3, "step 3", {"counted": 3})


def test_a_job_that_fails_says_why(counting, planner):
    def fail(job):
        raise ValueError("no history")

    counting["do"] = fail
    run = jobs.start_job(kind=KIND, inputs={}, actor=planner)
    jobs.execute(run.pk)

    run.refresh_from_db()
    assert (run.status, run.error, run.done) == ("failed", "ValueError: no history", 2)


def test_a_running_job_stops_at_its_next_report(counting, planner):
    counting["do"] = lambda job: jobs.cancel_job(job_id=job.run.pk, actor=planner)
    run = jobs.start_job(kind=KIND, inputs={}, actor=planner)
    jobs.execute(run.pk)

    run.refresh_from_db()
    assert (run.status, run.done) == ("cancelled", 3)


def test_the_same_job_is_not_started_twice_but_may_run_again(counting, planner):
    run = jobs.start_job(kind=KIND, inputs={"n": 1}, actor=planner)

    with pytest.raises(jobs.JobRefused, match="on its way"):
        jobs.start_job(kind=KIND, inputs={"n": 1}, actor=planner)
    jobs.execute(run.pk)

    again = jobs.rerun_job(job_id=run.pk, actor=planner)
    assert (again.rerun_of_id, again.inputs) == (run.pk, {"n": 1})


def test_a_dead_workers_job_is_taken_up_once_its_lease_ran_out(counting, planner):
    run = jobs.start_job(kind=KIND, inputs={}, actor=planner)
    JobRun.objects.filter(pk=run.pk).update(
        status="running", lease_until=clock.wall() + timedelta(minutes=1), attempts=1
    )
    jobs.execute(run.pk)
    run.refresh_from_db()
    assert run.status == "running"

    JobRun.objects.filter(pk=run.pk).update(lease_until=clock.wall() - timedelta(seconds=1))
    jobs.execute(run.pk)
    run.refresh_from_db()
    assert (run.status, run.attempts) == ("done", 2)


def test_who_may_not_start_it_does_not(counting):
    clerk = make_actor(make_company(), "warehouse")

    with pytest.raises(PermissionRefused):
        jobs.start_job(kind=KIND, inputs={}, actor=clerk)

    assert not JobRun.objects.exists()
