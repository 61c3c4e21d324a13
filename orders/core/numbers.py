"""Document numbers. Most come from a sequence per company; invoices and credit notes are gapless."""

from django.db import connection

from omc.lib.kept import Kept

PREFIXES = {
    "order": "SO",
    "quote": "QU",
    "agreement": "BL",
    "enquiry": "EN",
    "supply": "PO",
    "plan": "PS",
    "shipment": "SH",
    "return": "RMA",
    "case": "CS",
    "payment": "PAY",
    "adjustment": "ADJ",
}

_NEXT = Kept("SELECT nextval(%s::regclass) FROM generate_series(1, %s)")
_NEXT_GAPLESS = Kept(
    "INSERT INTO orders_numbercounter (company_id, series, year, last) VALUES (%s, %s, %s, 1)"
    " ON CONFLICT (company_id, series, year) DO UPDATE SET last = orders_numbercounter.last + 1"
    " RETURNING last"
)


def create_sequences(company_id: int) -> None:
    """Give a new company its own sequences."""
    with connection.cursor() as cursor:
        cursor.execute(";".join(f"CREATE SEQUENCE IF NOT EXISTS {_sequence(company_id, kind)}" for kind in PREFIXES))


def next_number(company_id: int, kind: str) -> str:
    """The next number of a kind of document, for example SO-000042. Gaps are possible and harmless."""
    return next_numbers(company_id, kind, 1)[0]


def next_numbers(company_id: int, kind: str, count: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [_sequence(company_id, kind), count])
        return [f"{PREFIXES[kind]}-{row[0]:06d}" for row in cursor.fetchall()]


def next_gapless(company_id: int, series: str, year: int) -> str:
    """The next number of a gapless series, for example INV-2026-000042.

    Call it as the last statement of the transaction: the counter's row stays locked until it commits.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_GAPLESS, [company_id, series, year])
        return f"{series}-{year}-{cursor.fetchone()[0]:06d}"


def _sequence(company_id: int, kind: str) -> str:
    if kind not in PREFIXES:
        raise ValueError(f"{kind} has no number series")
    return f"omc_number_{int(company_id)}_{kind}"
