"""Keep a file of prices, mend its cells, and have it compared with its list."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput, NotFound
from omc.lib.registry import Text
from omc.lib.service import verb
from omc.lib.sheets import NotASheet, read_sheet
from orders.core.models import JobRun
from orders.core.services.jobs import Job, register_job, start_job
from orders.pricing.files.models import PriceFile
from orders.pricing.files.rules import columns_of
from orders.pricing.files.services.comparing import Comparison, compare_file, keep_comparison
from orders.pricing.models import PriceList
from orders.pricing.services.price_lists import refuse_follow_up

EDIT: Final = "pricing.edit_price_list"
SILENT: Final = "a price file is its own record; what it changes are rows that keep author and time"
JOB: Final = "price_file"
AT_ONCE: Final = 2000  # more rows than this are compared by a job
MOST_ROWS: Final = 20_000


class FileTaken(DomainError):
    """The same file was published before; ``data`` says when. It is taken again when somebody says so."""

    code = "file_taken"


class FilePublished(DomainError):
    """The file is a version already; nothing of it changes any more."""

    code = "price_file_published"


@verb(silent=SILENT)
def open_price_file(
    *,
    list_id: int,
    content: bytes,
    filename: str,
    valid_from: date,
    actor: Actor,
    whole: bool = False,
    again: bool = False,
) -> PriceFile:
    """Keep a file for the latest version of a price list and compare it; no price changes yet.

    ``whole`` ends the prices of items that it does not name. A long file is compared by a job. ``again`` takes one that
    was published before.

    Raises: FileTaken, InvalidInput for what cannot be read or cannot begin on that day, NotFound
    """
    require(actor, EDIT)
    price_list = PriceList.objects.filter(pk=list_id, company_id=actor.company_id).first()
    if price_list is None:
        raise NotFound(f"There is no price list {list_id}.")
    refuse_day(price_list, valid_from)
    rows = _read(content)
    sha = hashlib.sha256(content).hexdigest()
    before = PriceFile.objects.filter(price_list__code=price_list.code, company_id=actor.company_id, sha256=sha)
    taken = before.filter(published_at__isnull=False).order_by("-id").first()
    if taken is not None and taken.published_at and not again:
        raise FileTaken(
            f"This very file was published on {taken.published_at:%Y-%m-%d} as {taken.filename}. "
            "Confirm that it shall be taken again.",
            field="file",
            at=taken.published_at.isoformat(),
        )
    before.filter(published_at=None).delete()  # a draft of the same file makes way for the new one
    file = PriceFile.objects.create(
        company_id=actor.company_id,
        price_list=price_list,
        filename=filename[:160],
        sha256=sha,
        rows=rows,
        whole=whole,
        valid_from=valid_from,
        created_by_id=actor.user_id,
        created_at=clock.now(),
    )
    _compare(file, actor)
    return file


@verb(silent=SILENT)
def mend_price_file(
    *, file_id: int, cells: Mapping[tuple[int, str], str], actor: Actor, valid_from: date | None = None
) -> PriceFile:
    """Put other text into cells of a draft, by row of the file and column, or another first day; compare it again.

    Raises: FilePublished, InvalidInput, NotFound
    """
    file = lock_price_file(file_id, actor)
    for (number, column), text in cells.items():
        if 2 <= number < len(file.rows) + 2 and column in file.rows[number - 2]:
            file.rows[number - 2][column] = text.strip()[:300]
    if valid_from is not None:
        refuse_day(file.price_list, valid_from)
        file.valid_from = valid_from
    file.checked_at = None
    file.save(update_fields=["rows", "valid_from", "checked_at"])
    _compare(file, actor)
    return file


@verb(silent=SILENT)
def check_prices(*, file_id: int, actor: Actor) -> PriceFile:
    """Compare a draft with its list as it stands now."""
    mended: PriceFile = mend_price_file(file_id=file_id, cells={}, actor=actor)
    return mended


def lock_price_file(file_id: int, actor: Actor) -> PriceFile:
    """A draft, locked. Raises: FilePublished, NotFound"""
    require(actor, EDIT)
    file = (
        PriceFile.objects.select_for_update(of=("self",))
        .select_related("price_list", "company")
        .filter(pk=file_id, company_id=actor.company_id)
        .first()
    )
    if file is None:
        raise NotFound(f"There is no price file {file_id}.")
    if file.published_at is not None:
        raise FilePublished(f"{file} is version {file.version.version if file.version else ''} of the list already.")
    return file


def refuse_day(price_list: PriceList, valid_from: date) -> None:
    """Raises: InvalidInput for a day on which no next version can begin"""
    if valid_from < clock.today(price_list.company.time_zone):
        raise InvalidInput(
            "A version begins today at the earliest: what is past was priced already.", field="valid_from"
        )
    refuse_follow_up(price_list, valid_from)


def _read(content: bytes) -> list[dict[str, str]]:
    try:
        heads, *rows = read_sheet(content, most_rows=MOST_ROWS)
    except NotASheet as error:
        raise InvalidInput(str(error), field="file") from error
    columns = columns_of(heads)
    if "sku" not in columns or not {"unit_price", "percent"} & set(columns):
        missing = "sku" if "sku" not in columns else "unit_price or percent"
        raise InvalidInput(f"The first line must name the columns; {missing} is missing.", field="file")
    if doubled := next((key for key in columns if key and columns.count(key) > 1), ""):
        raise InvalidInput(f"Two columns of the file are the {doubled}.", field="file")
    return [{key: row[place] if place < len(row) else "" for place, key in enumerate(columns) if key} for row in rows]


def _compare(file: PriceFile, actor: Actor) -> None:
    if len(file.rows) <= AT_ONCE:
        keep_comparison(file, compare_file(file))
        return
    inputs = {"file": file.pk, "rows": _hash(file), "from": file.valid_from.isoformat(), "at": clock.now().isoformat()}
    run: JobRun = start_job(kind=JOB, inputs=inputs, actor=actor)
    file.job = run
    file.save(update_fields=["job"])


def _hash(file: PriceFile) -> str:
    """The rows as they stand: a comparison of other rows says nothing of them."""
    return hashlib.sha256(repr((file.rows, file.valid_from)).encode()).hexdigest()


@verb(silent=SILENT)
def _keep(*, file_id: int, rows: str, found: Comparison, actor: Actor) -> None:
    file = lock_price_file(file_id, actor)
    if _hash(file) == rows:  # else somebody mended it meanwhile, and another job compares that
        keep_comparison(file, found)


def _body(job: Job) -> dict[str, Any]:
    file = PriceFile.objects.select_related("price_list").get(pk=job.inputs["file"], company_id=job.company_id)
    total = len(file.rows)
    found = compare_file(file, lambda done: job.report(done, total, "Comparing"))
    _keep(file_id=file.pk, rows=_hash(file), found=found, actor=job.actor)
    job.report(total, total)
    return {"rows": total}


def register(name: Text) -> None:
    register_job(JOB, name=name, permission=EDIT, queue="default", body=_body)
