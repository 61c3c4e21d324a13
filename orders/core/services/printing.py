"""The papers of many documents as one file: made at once when they are few, else by a job."""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils.translation import gettext_lazy as _
from pypdf import PdfWriter

from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, NotFound
from omc.lib.lists import ListView
from omc.lib.registry import BulkPrint, registry
from orders.core.actors import actor_for
from orders.core.models import Attachment, Company
from orders.core.services.bulk import Outcome, add_results
from orders.core.services.jobs import Job, register_job
from orders.core.services.messages import File, attach

JOB: Final = "print"
AT_ONCE: Final = 20  # more documents than this become a job
MOST: Final = 500


def print_of(declared: ListView, key: str, actor: Actor) -> BulkPrint:
    """A paper of this list's rows that the actor may print. Raises: NotFound, PermissionRefused"""
    printer = registry.prints.get(key)
    if printer is None or not declared.subject or printer.subject != declared.subject:
        raise NotFound(f"There is nothing {key} to print here.")
    require(actor, printer.permission)
    return printer


def merged(
    declared: ListView,
    printer: BulkPrint,
    ids: Sequence[int],
    actor: Actor,
    outcome: Outcome,
    report: Callable[[int], None] = lambda done: None,
) -> bytes:
    """The papers one after another; what cannot be printed is named in ``outcome``. Empty when nothing could be."""
    book = Zipped(printer.name) if printer.name else Bound()
    answers: list[tuple[int, str | None]] = []
    for done, pk in enumerate(ids):
        report(done)
        try:
            book.add(pk, printer.paper(pk, actor))
        except DomainError as refusal:
            answers.append((pk, refusal.message))
        else:
            answers.append((pk, None))
    add_results(declared, answers, actor, outcome)
    return book.content() if outcome.done else b""


class Bound:
    """PDFs one after another in one."""

    def __init__(self) -> None:
        self._book = PdfWriter()

    def add(self, pk: int, paper: bytes) -> None:
        self._book.append(BytesIO(paper))

    def content(self) -> bytes:
        self._book.compress_identical_objects()  # every paper brings the same fonts
        file = BytesIO()
        self._book.write(file)
        return file.getvalue()


class Zipped:
    """Files of their own names in one ZIP."""

    def __init__(self, name: Callable[[int], str]) -> None:
        self._name, self._file = name, BytesIO()
        self._zip = ZipFile(self._file, "w", ZIP_DEFLATED)

    def add(self, pk: int, paper: bytes) -> None:
        self._zip.writestr(self._name(pk), paper)

    def content(self) -> bytes:
        self._zip.close()
        return self._file.getvalue()


def printed_file(job_id: int, actor: Actor) -> Attachment:
    """What a print job made, for whoever asked for it. Raises: NotFound"""
    row = Attachment.objects.filter(
        company_id=actor.company_id, subject_type="jobrun", subject_id=job_id, uploaded_by_id=actor.user_id or 0
    ).last()
    if row is None:
        raise NotFound(f"Job {job_id} has no file for you.")
    return row


def _body(job: Job) -> dict[str, Any]:
    """The rows that were chosen, as whoever chose them may print them now."""
    company = Company.objects.get(pk=job.company_id)
    if job.run.started_by is None:
        raise LookupError("Nobody asked for this.")
    actor = actor_for(job.run.started_by, company, channel="bulk")
    declared = registry.lists[str(job.inputs["list"])]
    require(actor, declared.permission)
    printer = print_of(declared, str(job.inputs["print"]), actor)
    ids = [int(pk) for pk in job.inputs["ids"]]
    outcome = Outcome()
    step = str(printer.label)
    content = merged(declared, printer, ids, actor, outcome, lambda done: job.report(done, len(ids), step))
    ending, media_type = printer.file_type
    if content:
        attach(job.run, File(f"{declared.key}.{ending}", content, media_type), actor=actor)
    job.report(len(ids), len(ids), step)
    return {"done": outcome.done, "refused": outcome.refused, "refusals": outcome.refusals}


def register() -> None:
    register_job(JOB, name=_("Printing"), permission="orders.view_order", queue="default", body=_body)
