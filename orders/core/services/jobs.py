"""Long jobs: started from a screen or by the clock, run by a worker, watched, cancelled and run again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from celery import current_app
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from omc.lib import clock
from omc.lib.actor import Actor, require, system
from omc.lib.errors import DomainError, NotFound
from omc.lib.registry import Text, registry
from omc.lib.service import verb
from orders.core.models import Company, JobRun, JobState

LEASE = timedelta(minutes=2)


class JobCancelled(Exception):
    """Somebody asked the job to stop; raised inside it at its next progress report."""


class JobRefused(DomainError):
    """The job cannot be started, cancelled or run again as it stands."""

    code = "job_refused"


class Job:
    """What the body of a job holds: its inputs, and how to report progress."""

    def __init__(self, run: JobRun) -> None:
        self.run, self.inputs, self.company_id = run, run.inputs, run.company_id
        self.actor = system(run.kind, run.company_id)

    def report(self, done: int, total: int, step: str = "") -> None:
        """Tell how far the job is, prolong its lease, and stop if somebody asked for that.

        Raises: JobCancelled
        """
        JobRun.objects.filter(pk=self.run.pk).update(
            done=done, total=total, step=step[:120], lease_until=clock.wall() + LEASE
        )
        if JobRun.objects.filter(pk=self.run.pk, cancel_requested=True).exists():
            raise JobCancelled

    @contextmanager
    def beside(self) -> Iterator[Callable[[int, int, str], None]]:
        """The same report over a connection of its own: it is seen while the body holds one long transaction open.

        Raises: JobCancelled, from the report
        """
        aside = connections.create_connection(DEFAULT_DB_ALIAS)

        def report(done: int, total: int, step: str = "") -> None:
            with aside.cursor() as cursor:
                cursor.execute(_REPORT, [done, total, step[:120], clock.wall() + LEASE, self.run.pk])
                if (row := cursor.fetchone()) and row[0]:
                    raise JobCancelled

        try:
            yield report
        finally:
            aside.close()


_REPORT = """
UPDATE orders_jobrun SET done = %s, total = %s, step = %s, lease_until = %s WHERE id = %s RETURNING cancel_requested
"""
KINDS: dict[str, tuple[str, str, Callable[[Job], dict[str, Any]]]] = {}


def register_job(
    kind: str, *, permission: str, queue: str, body: Callable[[Job], dict[str, Any]], name: Text = ""
) -> None:
    """Declare a kind of long job: what people call it, who may start it, which queue runs it, what it does."""
    if kind in KINDS:
        raise ValueError(f"job kind {kind} is registered twice")
    KINDS[kind] = (permission, queue, body)
    if name:
        registry.jobs.add(kind, name)


@verb(silent="a job's run row is its own record")
def start_job(*, kind: str, inputs: dict[str, Any], actor: Actor, rerun_of: int | None = None) -> JobRun:
    """Queue a long job; a worker takes it after commit.

    Raises: JobRefused when one of the same kind and inputs is on its way
    """
    permission, queue, _body = KINDS[kind]
    require(actor, permission)
    Company.objects.select_for_update(no_key=True).get(pk=actor.company_id)  # one start of a kind at a time
    waiting = JobRun.objects.filter(
        company_id=actor.company_id, kind=kind, inputs=inputs, status__in=[JobState.QUEUED, JobState.RUNNING]
    ).first()
    if waiting is not None:
        raise JobRefused("The same job is on its way already.", job_id=waiting.pk)
    run = JobRun.objects.create(
        company_id=actor.company_id,
        kind=kind,
        inputs=inputs,
        started_by_id=actor.user_id,
        rerun_of_id=rerun_of,
        created_at=clock.now(),
    )
    transaction.on_commit(lambda: _enqueue(run.pk, queue), robust=True)
    return run


def _enqueue(run_id: int, queue: str) -> None:
    current_app.tasks["orders.core.tasks.run_job"].apply_async([run_id], queue=queue, retry=False)


@verb(silent="a job's run row is its own record")
def cancel_job(*, job_id: int, actor: Actor) -> JobRun:
    """Ask a job to stop; it does at its next progress report, a queued one at once.

    Raises: JobRefused when it has ended
    """
    run = _lock(job_id, actor)
    require(actor, KINDS[run.kind][0])
    if run.status == JobState.QUEUED:
        run.status, run.finished_at = JobState.CANCELLED, clock.now()
    elif run.status != JobState.RUNNING:
        raise JobRefused(f"The job is {run.status}; there is nothing to stop.")
    run.cancel_requested = True
    run.save(update_fields=["status", "finished_at", "cancel_requested"])
    return run


@verb(silent="a job's run row is its own record")
def rerun_job(*, job_id: int, actor: Actor) -> JobRun:
    """Run a job that has ended once more, with the same inputs."""
    run = _lock(job_id, actor)
    if run.status in (JobState.QUEUED, JobState.RUNNING):
        raise JobRefused("The job has not ended yet.")
    started: JobRun = start_job(kind=run.kind, inputs=run.inputs, actor=actor, rerun_of=run.pk)
    return started


def _lock(job_id: int, actor: Actor) -> JobRun:
    run = JobRun.objects.select_for_update().filter(pk=job_id, company_id=actor.company_id).first()
    if run is None:
        raise NotFound(f"There is no job {job_id}.")
    return run


def execute(run_id: int) -> None:
    """Run a queued job, or one whose worker died (its lease ran out). Called by the worker; never raises for the job.

    The body commits its own steps, so that a killed job leaves whole steps behind and starts over cleanly.
    """
    with transaction.atomic():
        run = JobRun.objects.select_for_update(skip_locked=True).select_related(None).filter(pk=run_id).first()
        if run is None or not _may_run(run):
            return
        run.status, run.attempts = JobState.RUNNING, run.attempts + 1
        run.started_at, run.lease_until = clock.now(), clock.wall() + LEASE
        run.save(update_fields=["status", "attempts", "started_at", "lease_until"])
    company = Company.objects.get(pk=run.company_id)
    _permission, _queue, body = KINDS[run.kind]
    with clock.running_ahead(company.clock_offset):
        try:
            result, status, error = body(Job(run)), JobState.DONE, ""
        except JobCancelled:
            result, status, error = {}, JobState.CANCELLED, ""
        except Exception as problem:  # the run row is where a person looks for it
            result, status, error = {}, JobState.FAILED, f"{type(problem).__name__}: {problem}"[:4000]
        JobRun.objects.filter(pk=run.pk).update(
            status=status, result=result, error=error, finished_at=clock.now(), lease_until=None
        )


def _may_run(run: JobRun) -> bool:
    if run.status == JobState.QUEUED:
        return True
    lost = run.lease_until is not None and run.lease_until < clock.wall()
    return run.status == JobState.RUNNING and lost and run.attempts < 3


def sweep() -> int:
    """Queue again what a lost message or a dead worker left behind; returns how many."""
    waiting = JobRun.objects.filter(status=JobState.QUEUED, created_at__lt=clock.wall() - timedelta(seconds=30))
    lost = JobRun.objects.filter(status=JobState.RUNNING, lease_until__lt=clock.wall())
    runs = list(waiting.values_list("pk", "kind")) + list(lost.values_list("pk", "kind"))
    for run_id, kind in runs:
        if kind in KINDS:
            _enqueue(run_id, KINDS[kind][1])
    return len(runs)
