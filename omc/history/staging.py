"""The file in the database: one row per line, told apart, before any document is made.

The tables are unlogged, belong to one company, and are dropped at the end. A run that was cut off reads the file anew;
everything after that only adds what is missing.
"""

import csv
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from omc.history.profile import Profile
from omc.history.reading import BATCH_ROWS, Row
from omc.lib.errors import InvalidInput

BATCH_DOCUMENTS: Final = 2_000  # one transaction
PROGRESS_ROWS: Final = 50_000
COLUMNS: Final = (
    "row_no, document, sku, quantity, unit_price, at, description, customer, customer_name, country, problem"
)

_CREATE = """
DROP TABLE IF EXISTS {t}, {t}_read, {t}_returned;
CREATE UNLOGGED TABLE {t}_read (row_no bigint, document text, sku text, quantity numeric, unit_price numeric,
    at timestamptz, description text, customer text, customer_name text, country text, problem text)
"""

# A document speaks with one voice: its first moment, customer and country. A charge that was given a negative quantity
# outside a return is a discount: there is no stock of it to adjust.
_TELL_APART = """
CREATE UNLOGGED TABLE {t} AS
WITH document AS (
    SELECT document, min(at) AS at,
        COALESCE((array_agg(customer ORDER BY row_no) FILTER (WHERE customer <> ''))[1], '') AS customer,
        COALESCE((array_agg(country ORDER BY row_no) FILTER (WHERE country <> ''))[1], '') AS country
    FROM {t}_read WHERE problem = '' GROUP BY document
), line AS (
    SELECT r.*, d.at AS first_at, d.customer AS first_customer, d.country AS first_country,
        upper(r.sku) = ANY(%(services)s) AS is_service,
        row_number() OVER (PARTITION BY r.document ORDER BY r.row_no) AS position,
        CASE WHEN r.problem <> '' THEN 'refused'
             WHEN %(returns)s <> '' AND starts_with(r.document, %(returns)s) THEN
                 CASE WHEN r.quantity < 0 THEN 'return' ELSE 'refused' END
             WHEN %(adjustments)s <> '' AND starts_with(r.document, %(adjustments)s) THEN 'adjustment'
             WHEN r.quantity < 0 AND NOT upper(r.sku) = ANY(%(services)s) THEN 'stock'
             ELSE 'sale' END AS kind
    FROM {t}_read r LEFT JOIN document d ON d.document = r.document
), told AS (
    SELECT row_no, document, position, kind, is_service, upper(sku) AS sku, first_at AS at, description, customer_name,
        left(COALESCE(first_country, ''), 80) AS country,
        COALESCE(NULLIF(first_customer, ''), %(cash)s) AS customer_code,
        CASE WHEN kind = 'refused' AND problem = '' THEN 'a return with a positive quantity' ELSE problem END AS problem,
        COALESCE(quantity * unit_price, 0) AS money,
        sign * round(quantity, 6) AS quantity,
        CASE WHEN kind = 'sale' THEN sign ELSE 1 END * round(unit_price, 4) AS unit_price,
        round(CASE WHEN kind = 'return' THEN -1 ELSE 1 END * quantity * unit_price, 2) AS net,
        CASE WHEN kind = 'refused' THEN ARRAY[]::text[] ELSE array_remove(ARRAY[
            CASE WHEN sku <> upper(sku) THEN 'item code in capitals' END,
            CASE WHEN at <> first_at THEN 'document with several times: the first one' END,
            CASE WHEN kind <> 'stock' AND first_customer = '' THEN 'no customer: booked to the cash customer' END,
            CASE WHEN kind <> 'stock' AND customer <> first_customer AND customer = ''
                 THEN 'no customer: the one of its document' END,
            CASE WHEN kind <> 'stock' AND customer <> first_customer AND customer <> ''
                 THEN 'document with several customers: the first one' END,
            CASE WHEN kind <> 'stock' AND country <> first_country THEN 'document with several countries: the first one' END,
            CASE WHEN kind <> 'stock' AND description = '' THEN 'no description: the name of the item' END,
            CASE WHEN kind = 'sale' AND quantity < 0 THEN 'negative charge: a discount, its price made negative' END,
            CASE WHEN quantity <> round(quantity, 6) THEN 'quantity rounded to 6 places' END,
            CASE WHEN unit_price <> round(unit_price, 4) THEN 'price rounded to 4 places' END
        ], NULL) END AS repairs
    FROM (SELECT *, CASE WHEN kind = 'return' OR kind = 'sale' AND quantity < 0 THEN -1 ELSE 1 END AS sign FROM line) line
)
SELECT *, NULL::bigint AS order_line_id, ''::text AS unmatched,
    (dense_rank() OVER (PARTITION BY kind ORDER BY at, document) - 1) / %(batch)s AS batch
FROM told
"""

_INDEX = """
DROP TABLE {t}_read;
CREATE INDEX ON {t} (kind, batch);
CREATE INDEX ON {t} (row_no) WHERE kind = 'return';
ANALYZE {t}
"""


@contextmanager
def step() -> Iterator[None]:
    """One whole step of the import: what a power cut takes of it, the next run adds again."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off; SET LOCAL work_mem = '64MB'")
        yield


class Staging:
    """The staged file of one company, which may not be there yet. In its SQL, ``{t}`` is the table."""

    def __init__(self, company_name: str) -> None:
        self.table = f"omc_history_{zlib.crc32(company_name.casefold().encode())}"

    def run(self, sql: str, params: Any = None) -> int:
        with connection.cursor() as cursor:
            cursor.execute(sql.format(t=self.table), params)
            return int(cursor.rowcount)

    def fetch(self, sql: str, params: Any = None) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql.format(t=self.table), params)
            return list(cursor.fetchall())

    @contextmanager
    def stream(self, sql: str) -> Iterator[Iterator[tuple[Any, ...]]]:
        """The rows of a long answer, a few thousand at a time."""
        with transaction.atomic(), connection.chunked_cursor() as cursor:
            cursor.execute(sql.format(t=self.table))
            yield iter(cursor)

    def load(self, rows: Iterator[Row]) -> Iterator[int]:
        """Copy the rows in, in batches; tells from time to time how many are in."""
        self.run(_CREATE)
        count, batch = 0, []
        for row in rows:
            batch.append(row)
            count += 1
            if len(batch) == BATCH_ROWS:
                self._copy(batch)
                batch.clear()
            if count % PROGRESS_ROWS == 0:
                yield count
        self._copy(batch)
        yield count

    def _copy(self, batch: list[Row]) -> None:
        buffer = io.StringIO()
        csv.writer(buffer).writerows(
            (
                row.number,
                row.document,
                row.sku,
                row.quantity,
                row.unit_price,
                row.at and row.at.isoformat(),
                row.description,
                row.customer,
                row.customer_name,
                row.country,
                row.problem,
            )
            for row in batch
        )
        buffer.seek(0)
        with connection.cursor() as cursor:
            cursor.copy_expert(
                f"COPY {self.table}_read ({COLUMNS}) FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL"
                " (document, sku, description, customer, customer_name, country, problem))",
                buffer,
            )

    def tell_apart(self, profile: Profile) -> None:
        """Say of every row what it is, where it stands in its document, and what was repaired."""
        with step():
            self.run(
                _TELL_APART,
                {
                    "returns": profile.return_prefix,
                    "adjustments": profile.adjustment_prefix,
                    "services": list(profile.service_codes),
                    "cash": profile.cash_code,
                    "batch": BATCH_DOCUMENTS,
                },
            )
            self.run(_INDEX)

    def span(self) -> tuple[datetime, datetime]:
        """The first and the last moment of what can be imported.

        Raises: InvalidInput when there is nothing
        """
        ((first, last),) = self.fetch("SELECT min(at), max(at) FROM {t} WHERE kind <> 'refused'")
        if first is None:
            raise InvalidInput("No row can be imported: does the profile fit the file?")
        return first, last

    def batches(self, kind: str) -> int:
        """In how many transactions the documents of a kind are written."""
        ((last,),) = self.fetch("SELECT max(batch) FROM {t} WHERE kind = %s", [kind])
        return 0 if last is None else last + 1

    def documents(self, kind: str, batch: int) -> list[str]:
        rows = self.fetch("SELECT DISTINCT document FROM {t} WHERE kind = %s AND batch = %s", [kind, batch])
        return [row[0] for row in rows]

    def drop(self) -> None:
        self.run("DROP TABLE IF EXISTS {t}, {t}_read, {t}_returned")
