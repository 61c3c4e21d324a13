"""A file before it is taken: its rows, what its columns are, what somebody mended."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput, NotFound
from omc.lib.service import verb
from omc.lib.sheets import LONGEST_CELL
from omc.lib.uploads import rows_of_upload
from orders.entry.imports.models import OrderFile
from orders.entry.imports.rules import COLUMNS, NEEDED, has_heads
from orders.entry.imports.selectors import is_busy, known_columns, mark_of
from orders.entry.imports.services.rows import Outcome, Report, go_through
from orders.entry.services.header import customer_of

AT_ONCE: Final = 200  # rows; longer files are looked at and taken by a job
SILENT: Final = "a file is its own record; the orders that it becomes write their own events"


class FileTaken(DomainError):
    """The same content was taken before; ``data`` says when."""

    code = "file_taken"


class FileBusy(DomainError):
    """A job works on the file."""

    code = "file_busy"


@verb(silent=SILENT)
def open_file(
    *, content: bytes, filename: str, actor: Actor, customer_id: int | None = None, submit: bool = False
) -> OrderFile:
    """Keep the rows of a file to be looked at; nothing else is written yet. One that is open already goes on as it is.

    Raises: InvalidInput for a file that cannot be read, NotFound and CustomerClosed for ``customer_id``
    """
    require(actor, "entry.import_orders")
    rows = rows_of_upload(content)
    customer = customer_of(customer_id, actor.company_id) if customer_id else None
    sha = hashlib.sha256(content).hexdigest()
    same = OrderFile.objects.filter(company_id=actor.company_id, sha256=sha, taken_at=None, user_id=actor.user_id or 0)
    if (known := same.order_by("-id").first()) is not None:
        return known
    named = has_heads(rows[0])
    heads = rows[0] if named else [f"Column {place}" for place in range(1, max(map(len, rows)) + 1)]
    return OrderFile.objects.create(
        company_id=actor.company_id,
        sha256=sha,
        filename=filename[:160],
        has_heads=named,
        heads=heads,
        rows=rows[1:] if named else rows,
        columns=known_columns(actor.company_id, customer_id, heads),
        customer=customer,
        submit=submit,
        user_id=actor.user_id,
        created_at=clock.now(),
    )


@verb(silent=SILENT)
def change_file(
    *, file_id: int, columns: Sequence[str], actor: Actor, customer_id: int | None = None, submit: bool = False
) -> OrderFile:
    """Say what the columns are (empty: not used), whose orders they are where no column says it, and whether to hand in.

    Raises: InvalidInput, FileTaken, FileBusy, NotFound, CustomerClosed
    """
    file = lock(file_id, actor)
    if len(columns) != len(file.heads):
        raise InvalidInput(f"The file has {len(file.heads)} columns.", field="columns")
    used = [name for name in columns if name]
    if unknown := set(used) - set(COLUMNS):
        raise InvalidInput(f"An order has no {min(unknown)}.", field="columns")
    if doubled := next((name for name in used if used.count(name) > 1), ""):
        raise InvalidInput(f"Two columns are the {doubled}. Choose one.", field="columns")
    file.columns, file.submit = list(columns), submit
    file.customer = customer_of(customer_id, actor.company_id) if customer_id else None
    file.save(update_fields=["columns", "customer", "submit"])
    return file


@verb(silent=SILENT)
def mend_file(*, file_id: int, cells: Mapping[tuple[int, str], str], actor: Actor) -> OrderFile:
    """Put other text into cells, by the row's number in the file and what its column is.

    Raises: FileTaken, FileBusy, NotFound
    """
    file = lock(file_id, actor)
    first = 2 if file.has_heads else 1
    for (row, column), text in cells.items():
        if first <= row < first + len(file.rows) and column in file.columns:
            place, found = file.columns.index(column), file.rows[row - first]
            found.extend([""] * (place + 1 - len(found)))
            found[place] = text.strip()[:LONGEST_CELL]
    file.save(update_fields=["rows"])
    return file


@verb(silent=SILENT)
def look_at(*, file_id: int, actor: Actor, report: Report = lambda done: None) -> Outcome:
    """What would become of the rows; kept on the file. Makes no order.

    Raises: InvalidInput while a needed column is missing, FileTaken, NotFound
    """
    file = lock(file_id, actor, by_job=True)
    refuse_missing(file)
    found = go_through(file, actor, write=False, report=report)
    keep(file, found)
    return found


def refuse_missing(file: OrderFile) -> None:
    """Raises: InvalidInput while no column is the item, the quantity, or (without a customer) the customer"""
    wanted = [*NEEDED, *([] if file.customer_id else ["customer"])]
    if missing := [name for name in wanted if name not in file.columns]:
        raise InvalidInput(f"Say which column is the {missing[0]}.", field="columns", missing=missing)


def keep(file: OrderFile, found: Outcome) -> None:
    file.outcome, file.outcome_of = found.plain(), mark_of(file)
    file.save(update_fields=["outcome", "outcome_of"])


def lock(file_id: int, actor: Actor, *, by_job: bool = False) -> OrderFile:
    """A file that is not taken yet. Raises: NotFound, FileTaken, FileBusy while a job works on it"""
    require(actor, "entry.import_orders")
    rows = OrderFile.objects.select_related("job", "company", "customer").filter(company_id=actor.company_id)
    file = rows.filter(pk=file_id).first()
    if by_job or file is None or not is_busy(file):  # who would have to wait for a job is told so instead
        file = rows.select_for_update(of=("self",)).filter(pk=file_id).first()
    if file is None:
        raise NotFound(f"There is no file {file_id}.", file_id=file_id)
    if file.taken_at is not None:
        raise FileTaken("This file is taken already.", at=file.taken_at.isoformat())
    if not by_job and is_busy(file):
        raise FileBusy("The file is being worked on. Wait until that has ended, or stop it.")
    return file
