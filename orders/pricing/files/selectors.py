"""Price files as pages show them, and the state of a list that they are compared with."""

import hashlib

from django.db.models import Count, Max, Q, QuerySet

from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from orders.pricing.files.models import Outcome, PriceFile, PriceFileRow
from orders.pricing.models import PriceList


def price_files(actor: Actor) -> QuerySet[PriceFile]:
    """Files of the company, without their cells."""
    return (
        PriceFile.objects.filter(company_id=actor.company_id)
        .select_related("price_list", "version", "created_by", "published_by", "job")
        .defer("rows")
    )


def price_file_of(actor: Actor, file_id: int) -> PriceFile:
    """One file of the company. Raises: NotFound"""
    found = price_files(actor).filter(pk=file_id).first()
    if found is None:
        raise NotFound(f"There is no price file {file_id}.", file_id=file_id)
    return found


def compared_rows(file: PriceFile, outcome: str = "") -> QuerySet[PriceFileRow]:
    """What the rows would do, all of them or those of one outcome."""
    rows = file.compared.select_related("product")
    return rows.filter(outcome=outcome) if outcome in Outcome.values else rows


def refused_cells(file: PriceFile, limit: int) -> list[PriceFileRow]:
    """The first refused rows, each with ``cells`` as they may be mended."""
    cells = PriceFile.objects.values_list("rows", flat=True).get(pk=file.pk)
    rows = list(compared_rows(file, Outcome.REFUSED).order_by("number")[:limit])
    for row in rows:
        row.cells = cells[row.number - 2].items()  # type: ignore[attr-defined]
    return rows


def state_of_list(price_list: PriceList) -> str:
    """A word that differs as soon as a price of the list does, or a version follows it."""
    seen = price_list.breaks.aggregate(
        rows=Count("id"), last=Max("id"), gone=Count("id", filter=Q(replaced_at__isnull=False))
    )
    followed = PriceList.objects.filter(replaces=price_list).exists()
    said = repr((seen["rows"], seen["last"], seen["gone"], price_list.valid_from, price_list.valid_to, followed))
    return hashlib.sha256(said.encode()).hexdigest()
