"""Parcel numbers, each given once: from one sequence for all companies, so that two with one prefix never meet."""

import re
from typing import Final

from django.db import connection

from omc.lib.errors import DomainError
from omc.lib.kept import Kept
from orders.core.selectors.companies import setting
from orders.fulfillment.parcels.rules import LONGEST_PREFIX, SHORTEST_PREFIX, sscc

PREFIX: Final = "fulfillment.gs1_company_prefix"
_NEXT = Kept("SELECT nextval('omc_sscc'::regclass) FROM generate_series(1, %s)")
_PREFIX: Final = re.compile(rf"\d{{{SHORTEST_PREFIX},{LONGEST_PREFIX}}}", re.ASCII)


class NoParcelNumber(DomainError):
    """The company's prefix has no parcel number left."""

    code = "no_parcel_number"


def next_ssccs(company_id: int, count: int) -> list[str]:
    """New parcel numbers; empty texts, without a query, where the company has no prefix of its own.

    Raises: NoParcelNumber
    """
    prefix = str(setting(company_id, PREFIX))
    if not prefix:
        return [""] * count
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [count])
        serials = [row[0] for row in cursor.fetchall()]
    try:
        return [sscc(prefix, serial) for serial in serials]
    except OverflowError as none_left:
        raise NoParcelNumber(str(none_left)) from none_left


def parse_prefix(text: str) -> str:
    """A GS1 company prefix as it was typed. Raises: ValueError"""
    prefix = "".join(text.split())
    if prefix and not _PREFIX.fullmatch(prefix):
        raise ValueError(f"A GS1 company prefix has {SHORTEST_PREFIX} to {LONGEST_PREFIX} digits.")
    return prefix
