"""What an import reads: its files, the columns that were understood before, customers and places by their names."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Upper

from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from orders.core.models import Address, Customer, JobState, Warehouse
from orders.entry.imports.models import ColumnMap, FileOrder, OrderFile
from orders.entry.imports.rules import columns_of, sha_of_heads


def file_list(actor: Actor) -> QuerySet[OrderFile]:
    """The company's files, without their rows."""
    rows = OrderFile.objects.filter(company_id=actor.company_id).select_related("user", "customer")
    return rows.defer("rows", "outcome")


def file_of(file_id: int, actor: Actor) -> OrderFile:
    """A file of the company. Raises: NotFound"""
    rows = OrderFile.objects.select_related("job", "customer", "company", "user")
    file = rows.filter(pk=file_id, company_id=actor.company_id).first()
    if file is None:
        raise NotFound(f"There is no file {file_id}.", file_id=file_id)
    return file


def taken_before(file: OrderFile) -> OrderFile | None:
    """The file of the same content that was taken last, if any."""
    same = OrderFile.objects.filter(company_id=file.company_id, sha256=file.sha256, taken_at__isnull=False)
    return same.exclude(pk=file.pk).defer("rows", "outcome").order_by("-taken_at").first()


def made_of(file: OrderFile) -> QuerySet[FileOrder]:
    """The orders that were made of a file, in its order."""
    return FileOrder.objects.filter(file=file).select_related("order__customer").order_by("first_row")


def mark_of(file: OrderFile) -> str:
    """What the rows and their columns are known by: a look at others says nothing of them."""
    said = repr((file.rows, file.columns, file.customer_id))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def is_busy(file: OrderFile) -> bool:
    """Whether a job works on it."""
    return file.job is not None and file.job.status in (JobState.QUEUED, JobState.RUNNING)


def known_columns(company_id: int, customer_id: int | None, heads: Sequence[str]) -> list[str]:
    """What columns under these headings meant last: for this customer, for many customers; else by their words."""
    found: dict[int | None, list[str]] = dict(
        ColumnMap.objects.filter(company_id=company_id, heads_sha=sha_of_heads(heads)).values_list(
            "customer_id", "columns"
        )
    )
    known = found.get(customer_id) or found.get(None)
    return list(known) if known and len(known) == len(heads) else columns_of(heads)


@dataclass(frozen=True, slots=True)
class Names:
    """What rows may name: customers and warehouses by code, addresses by customer and name, all in capitals."""

    customers: Mapping[str, Customer]
    places: Mapping[tuple[int, str], int]
    warehouses: Mapping[str, int]


def names_in(file: OrderFile, rows: Sequence[Mapping[str, str]]) -> Names:
    """Three queries, however many rows."""
    of_company = Customer.objects.filter(company_id=file.company_id).select_related("company", "terms")
    codes = {row.get("customer", "").upper() for row in rows}
    known = of_company.annotate(upper=Upper("code")).filter(upper__in=codes)
    customers: dict[str, Customer] = {each.code.upper(): each for each in known}
    if file.customer_id and "customer" not in file.columns:
        customers[""] = of_company.get(pk=file.customer_id)
    warehouses = Warehouse.objects.filter(company_id=file.company_id).values_list("code", "pk")
    return Names(
        customers,
        _places(
            {each.pk for each in customers.values()},
            {row.get(name, "").upper() for row in rows for name in ("ship_to", "line_ship_to")} - {""},
        ),
        {code.upper(): pk for code, pk in warehouses},
    )


def _places(customer_ids: Collection[int], names: Collection[str]) -> dict[tuple[int, str], int]:
    if not names:
        return {}
    rows = Address.objects.filter(customer_id__in=customer_ids, is_active=True).annotate(upper=Upper("name"))
    found: dict[tuple[int, str], int] = {}
    for customer_id, upper, pk in (
        rows.filter(upper__in=names).order_by("-id").values_list("customer_id", "upper", "pk")
    ):
        found[customer_id, upper] = pk
    return found


def facts_of(file: OrderFile) -> dict[str, Any]:
    """The outcome that still holds for the rows as they are; empty when they were not looked at since."""
    return dict(file.outcome) if file.outcome_of == mark_of(file) else {}
