"""A file is taken: all its orders in one transaction; then each is handed in by itself, so that nobody waits for all."""

from typing import Any, Final

from django.db import IntegrityError, transaction

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError
from omc.lib.registry import Text
from omc.lib.service import verb
from orders.core.actors import actor_for
from orders.core.models import Company, JobRun, OrderState
from orders.core.services.jobs import Job, register_job, start_job
from orders.entry.imports.models import ColumnMap, FileOrder, OrderFile
from orders.entry.imports.rules import sha_of_heads
from orders.entry.imports.selectors import mark_of, taken_before
from orders.entry.imports.services.files import SILENT, FileBusy, FileTaken, keep, lock, look_at, refuse_missing
from orders.entry.imports.services.rows import Outcome, Report, go_through
from orders.entry.services.submit_order import submit_order

__all__ = ["FileBusy", "RowsRefused", "hand_in", "register_jobs", "start", "take_file"]
JOB: Final = "order_file"


class RowsRefused(DomainError):
    """Rows of the file cannot become orders; ``data["rows"]`` says which, and why. Nothing was written."""

    code, status = "rows_refused", 422


@verb(silent=SILENT)
def take_file(
    *,
    file_id: int,
    actor: Actor,
    good_only: bool = False,
    again: bool = False,
    report: Report = lambda done: None,
) -> Outcome:
    """Make drafts of all rows or (``good_only``) of the good ones, in one transaction; the columns are remembered.

    ``again`` takes a file whose content was taken before. ``report`` is told how many rows are done, and may raise.

    Raises: RowsRefused, FileTaken, InvalidInput, NotFound
    """
    file = lock(file_id, actor, by_job=True)
    refuse_missing(file)
    if not again and (before := taken_before(file)) is not None:
        raise _taken(before)
    found = go_through(file, actor.at("import"), write=True, report=report)
    if found.wrong and (not good_only or not found.made):
        row, columns = min(found.wrong.items())
        more = f" And {len(found.wrong) - 1} more." if len(found.wrong) > 1 else ""
        raise RowsRefused(f"Row {row}: {next(iter(columns.values()))}{more}", field="file", rows=found.plain()["wrong"])
    if not found.made:
        raise RowsRefused("The file has no lines.", field="file", rows=[])
    FileOrder.objects.bulk_create(FileOrder(file=file, order=order, first_row=row) for order, row in found.made)
    keep(file, found)
    file.taken_at, file.again = clock.now(), again
    file.orders_made, file.rows_refused = len(found.made), len(found.wrong)
    try:
        with transaction.atomic():
            file.save(update_fields=["taken_at", "again", "orders_made", "rows_refused"])
    except IntegrityError:  # somebody took the same content at this very moment
        raise FileTaken("This very file has just been taken. Nothing was done.", field="file") from None
    _remember(file, actor)
    return found


def _taken(before: OrderFile) -> FileTaken:
    return FileTaken(
        f"This very file was taken before, as {before.filename} on {before.taken_at:%Y-%m-%d}"
        f" ({before.orders_made} orders). Nothing was done.",
        field="file",
        at=before.taken_at.isoformat() if before.taken_at else "",
        file_id=before.pk,
    )


def _remember(file: OrderFile, actor: Actor) -> None:
    ColumnMap.objects.update_or_create(
        company_id=file.company_id,
        customer=file.customer,
        heads_sha=sha_of_heads(file.heads),
        defaults={"columns": file.columns, "learned_by_id": actor.user_id, "learned_at": clock.now()},
    )


def hand_in(*, file_id: int, actor: Actor, report: Report = lambda done: None) -> int:
    """Submit the drafts of a taken file that still are as it made them, each by itself; returns how many.

    What cannot be handed in stays a draft with the reason. May be called any number of times.
    """
    require(actor, "entry.import_orders")
    waiting = FileOrder.objects.filter(
        file_id=file_id, file__company_id=actor.company_id, order__state=OrderState.DRAFT, order__event_seq=0
    )
    done = 0
    for link in list(waiting.order_by("first_row")):
        report(done)
        try:
            submit_order(order_id=link.order_id, actor=actor.at("import"))
            trouble = ""
        except DomainError as refusal:
            trouble = refusal.message[:300]
        if trouble != link.trouble:
            FileOrder.objects.filter(pk=link.pk).update(trouble=trouble)
        done += not trouble
    return done


@verb(silent=SILENT)
def start(*, file_id: int, actor: Actor, take: bool, good_only: bool = False, again: bool = False) -> JobRun:
    """Look at a long file, or take it, by a job.

    Raises: FileTaken, FileBusy, JobRefused, InvalidInput
    """
    file = lock(file_id, actor)
    refuse_missing(file)
    if take and not again and (before := taken_before(file)) is not None:
        raise _taken(before)
    inputs = {"file": file.pk, "take": take, "good_only": good_only, "again": again, "mark": mark_of(file)}
    run: JobRun = start_job(kind=JOB, inputs=inputs, actor=actor)
    file.job = run
    file.save(update_fields=["job"])
    return run


def _body(job: Job) -> dict[str, Any]:
    """As whoever asked for it. Killed before the orders are kept it starts over; after that it hands in the rest."""
    file = OrderFile.objects.get(pk=job.inputs["file"], company_id=job.company_id)
    if job.run.started_by is None:
        raise LookupError("Nobody asked for this.")
    actor = actor_for(job.run.started_by, Company.objects.get(pk=job.company_id), channel="import")
    rows = len(file.rows)
    if not job.inputs["take"]:
        with job.beside() as report:
            found = look_at(file_id=file.pk, actor=actor, report=lambda done: report(done, rows, "Looking"))
        job.report(rows, rows)
        return {"rows": found.rows, "orders": len(found.orders), "wrong": len(found.wrong)}
    if file.taken_at is None:
        try:
            with job.beside() as report:
                take_file(
                    file_id=file.pk,
                    good_only=job.inputs["good_only"],
                    again=job.inputs["again"],
                    actor=actor,
                    report=lambda done: report(done, rows, "Making drafts"),
                )
        except RowsRefused:
            look_at(file_id=file.pk, actor=actor)  # so that the page shows what is wrong now
            raise
        file.refresh_from_db()
    handed = 0
    if file.submit:
        total = file.orders_made
        handed = hand_in(file_id=file.pk, actor=actor, report=lambda done: job.report(done, total, "Handing in"))
    job.report(file.orders_made, file.orders_made)
    return {"orders": file.orders_made, "handed_in": handed, "rows_left_out": file.rows_refused}


def register_jobs(name: Text) -> None:
    register_job(JOB, name=name, permission="entry.import_orders", queue="default", body=_body)
