"""Customers and items from a file: read, checked row by row, mended in place, taken by the same verbs as the screens."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput, NotFound
from omc.lib.registry import Text
from omc.lib.service import verb
from omc.lib.uploads import rows_of_upload
from orders.core.actors import actor_for
from orders.core.master.columns import column_of, columns_of, look, read_row
from orders.core.master.kinds import KINDS, Kind
from orders.core.master.services import change_record, enter_record, put_part
from orders.core.models import Company, JobRun, MasterFile
from orders.core.services.jobs import Job, register_job, start_job

SILENT: Final = "a master file is its own record; what it changes is in the history of its rows"
JOB: Final = "master_file"
AT_ONCE: Final = 500  # more rows than this become a job
CHUNK: Final = 100
SHOWN: Final = 200  # wrong rows that are shown to be mended


class FileTaken(DomainError):
    """The same file came in before; ``data`` says when."""

    code = "file_taken"


class RowsRefused(DomainError):
    """Rows of the file are wrong; ``data["rows"]`` says which, and why. Nothing was written."""

    code, status = "rows_refused", 422


@dataclass(slots=True)
class Outcome:
    """What became, or would become, of the rows. ``wrong`` is by row of the file (the heading is 1) and column."""

    entered: int = 0
    changed: int = 0
    same: int = 0
    wrong: dict[int, dict[str, str]] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        wrong = [{"row": row, "columns": columns} for row, columns in self.wrong.items()]
        return {"entered": self.entered, "changed": self.changed, "same": self.same, "wrong": wrong}


@verb(silent=SILENT)
def open_file(*, kind: str, content: bytes, filename: str, actor: Actor) -> MasterFile:
    """Keep the rows of a file to be checked; nothing else is written yet.

    Raises: FileTaken for one that was taken before, InvalidInput for one that cannot be read
    """
    declared = _kind(kind)
    require(actor, declared.right)
    heads, *rows = rows_of_upload(content)
    columns = columns_of(kind, heads)
    if declared.code not in columns:
        raise InvalidInput(f"No column of the file is the {declared.code} of the {declared.name}.", field="file")
    doubled = next((key for key in columns if key and columns.count(key) > 1), "")
    if doubled:
        raise InvalidInput(f"Two columns of the file are the {doubled}.", field="file")
    sha = hashlib.sha256(content).hexdigest()
    file, is_new = MasterFile.objects.get_or_create(
        company_id=actor.company_id, kind=kind, sha256=sha,
        defaults={
            "filename": filename[:160], "heads": heads, "created_at": clock.now(), "user_id": actor.user_id,
            "rows": [{key: cell for key, cell in zip(columns, row, strict=False) if key} for row in rows],
        },
    )  # fmt: skip
    if not is_new and file.taken_at is not None:
        raise FileTaken(
            f"This very file was taken before, as {file.filename} on {file.taken_at:%Y-%m-%d}"
            f" ({file.entered} entered, {file.changed} changed). Nothing was done.",
            field="file",
            at=file.taken_at.isoformat(),
        )
    return file


@verb(silent=SILENT)
def mend_file(*, file_id: int, cells: Mapping[tuple[int, str], str], actor: Actor) -> MasterFile:
    """Put other text into cells of a file that is not taken yet, by row of the file and column."""
    file = _lock(file_id, actor)
    for (row, column), text in cells.items():
        if 2 <= row < len(file.rows) + 2 and column in file.rows[row - 2]:
            file.rows[row - 2][column] = text.strip()[:300]
    file.save(update_fields=["rows"])
    return file


def check_file(file: MasterFile, actor: Actor, report: Callable[[int], None] = lambda done: None) -> Outcome:
    """What would become of each row: done for real, and undone."""
    return _run(file, actor, keep=False, report=report)


@verb(silent=SILENT)
def take_file(*, file_id: int, actor: Actor, good_only: bool = False) -> Outcome:
    """Enter and change what the file says, all of it or (``good_only``) the rows without an error.

    Raises: RowsRefused, FileTaken
    """
    file = _lock(file_id, actor)
    found = check_file(file, actor)
    if found.wrong and not good_only:
        row, columns = next(iter(found.wrong.items()))
        raise RowsRefused(f"Row {row}: {next(iter(columns.values()))}", field="file", rows=found.plain()["wrong"])
    found = _run(file, actor, keep=True)
    _done(file, found)
    return found


@verb(silent=SILENT)
def start_file(*, file_id: int, actor: Actor, take: bool, good_only: bool = False) -> JobRun:
    """Check or take a long file by a job."""
    file = _lock(file_id, actor)
    inputs = {"file": file.pk, "take": take, "good_only": good_only, "mended": hash_of(file)}
    run: JobRun = start_job(kind=JOB, inputs=inputs, actor=actor)
    file.job = run
    file.save(update_fields=["job"])
    return run


def hash_of(file: MasterFile) -> str:
    """The rows as they stand: a check of other rows says nothing of them."""
    return hashlib.sha256(repr(file.rows).encode()).hexdigest()[:16]


def file_of(kind: str, file_id: int, actor: Actor) -> MasterFile:
    """A file of the actor's company. Raises: NotFound"""
    file = MasterFile.objects.filter(pk=file_id, kind=kind, company_id=actor.company_id).select_related("job").first()
    if file is None:
        raise NotFound(f"There is no file {file_id}.")
    return file


def _kind(key: str) -> Kind:
    if key not in ("customer", "product"):
        raise NotFound(f"There are no files of {key}.")
    return KINDS[key]


def _lock(file_id: int, actor: Actor) -> MasterFile:
    file = MasterFile.objects.select_for_update(of=("self",)).filter(pk=file_id, company_id=actor.company_id).first()
    if file is None:
        raise NotFound(f"There is no file {file_id}.")
    require(actor, _kind(file.kind).right)
    if file.taken_at is not None:
        raise FileTaken("This file is taken already.", at=file.taken_at.isoformat())
    return file


def _run(file: MasterFile, actor: Actor, *, keep: bool, report: Callable[[int], None] = lambda done: None) -> Outcome:
    found, seen, words = Outcome(), _twice(file), look(actor.company_id)
    for start in range(0, len(file.rows), CHUNK):
        report(start)
        with transaction.atomic():
            for place, cells in enumerate(file.rows[start : start + CHUNK], start=start + 2):
                wrong = (
                    {KINDS[file.kind].code: seen[place]}
                    if place in seen
                    else _row(file.kind, cells, words, actor, found)
                )
                if wrong:
                    found.wrong[place] = wrong
            if not keep:
                transaction.set_rollback(True)
    return found


def _twice(file: MasterFile) -> dict[int, str]:
    """Rows whose code an earlier row has."""
    code = KINDS[file.kind].code
    first: dict[str, int] = {}
    found: dict[int, str] = {}
    for place, cells in enumerate(file.rows, start=2):
        word = cells.get(code, "").casefold()
        if word and word in first:
            found[place] = f"Row {first[word]} has this one already."
        first.setdefault(word, place)
    return found


def _row(kind: str, cells: Mapping[str, str], words: Any, actor: Actor, found: Outcome) -> dict[str, str]:
    """One row by the verbs of the screens; a refusal undoes only this row, and says what is wrong by column."""
    declared = KINDS[kind]
    values, wrong = read_row(kind, cells, words)
    if not cells.get(declared.code):
        wrong[declared.code] = f"Every row needs the {declared.code}."
    if wrong:
        return wrong
    own = {name: value for name, value in values.items() if "." not in name and actor.can(declared.right_of(name))}
    try:
        with transaction.atomic():
            row = _existing(declared, cells[declared.code], actor)
            is_new = row is None
            if row is None:
                row = enter_record(kind=kind, values=own, actor=actor)
            else:
                before = _state(declared, row)
                row = change_record(kind=kind, record_id=row.pk, values=own, actor=actor)
            touched = [_part(declared, row, part, values, actor) for part in ("addresses", "contacts")]
    except DomainError as refusal:
        fields: Any = refusal.data.get("fields") or {refusal.field or declared.code: refusal.message}
        return {column_of(kind, name) or declared.code: message for name, message in fields.items()}
    if is_new:
        found.entered += 1
    elif any(touched) or _state(declared, row) != before:
        found.changed += 1
    else:
        found.same += 1
    return {}


def _existing(kind: Kind, code: str, actor: Actor) -> Any:
    rows = kind.model._default_manager.filter(company_id=actor.company_id)
    return rows.filter(**{kind.code: code}).first() or rows.filter(**{f"{kind.code}__iexact": code}).first()


def _state(kind: Kind, row: Any) -> list[Any]:
    return [getattr(row, kind.model._meta.get_field(name).attname) for name in kind.fields]  # type: ignore[union-attr]


def _part(kind: Kind, row: Any, key: str, values: Mapping[str, Any], actor: Actor) -> bool:
    """The main address or contact as the row says it; a row that says nothing of it leaves it."""
    given = {name.partition(".")[2]: value for name, value in values.items() if name.startswith(f"{key}.")}
    belongs = kind.part(key)
    if belongs is None or not any(given.values()) or not actor.can(belongs.right):
        return False
    rows = belongs.model._default_manager.filter(**{belongs.owner: row}, is_active=True)
    main: Any = rows.order_by(f"-{belongs.only}", "id").first()
    if main is not None and all(getattr(main, name) == value for name, value in given.items()):
        return False
    if main is None:
        given = {"name": row.name, **given}
    put_part(kind=kind.key, record_id=row.pk, part=key, part_id=main.pk if main else None, values=given, actor=actor)
    return True


def _done(file: MasterFile, found: Outcome) -> None:
    MasterFile.objects.filter(pk=file.pk).update(
        taken_at=clock.now(), entered=found.entered, changed=found.changed, same=found.same, refused=len(found.wrong)
    )


def _body(job: Job) -> dict[str, Any]:
    """The rows a hundred at a time, as whoever asked for it: checked first, then taken."""
    file = MasterFile.objects.get(pk=job.inputs["file"], company_id=job.company_id)
    if job.run.started_by is None:
        raise LookupError("Nobody asked for this.")
    actor = actor_for(job.run.started_by, Company.objects.get(pk=job.company_id), channel="import")
    require(actor, _kind(file.kind).right)
    take, total = bool(job.inputs["take"]), len(file.rows)
    passes = total * (2 if take else 1)
    found = check_file(file, actor, lambda done: job.report(done, passes, "Checking"))
    if take and (job.inputs["good_only"] or not found.wrong):
        found = _run(file, actor, keep=True, report=lambda done: job.report(total + done, passes, "Taking"))
        _done(file, found)
    job.report(passes, passes)
    return found.plain()


def register(name: Text) -> None:
    register_job(JOB, name=name, permission="orders.view_order", queue="default", body=_body)
