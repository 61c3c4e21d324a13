"""Make a price file the next version of its list."""

from typing import Final

from django.db import connection

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.errors import DomainError, InvalidInput
from omc.lib.service import verb
from orders.pricing.files.models import Outcome, PriceFile
from orders.pricing.files.selectors import state_of_list
from orders.pricing.files.services.keeping import SILENT, lock_price_file, refuse_day
from orders.pricing.models import PriceList
from orders.pricing.services.breaks import lock_price_list
from orders.pricing.services.price_lists import follow_up
from orders.pricing.warnings.settling import settle_proposal

# The rows of the file, and what stands for items that it says nothing (sound) about. Of an item with a refused row
# everything stays as it is.
_WRITE: Final = """
WITH held AS (
    SELECT DISTINCT upper(sku) AS sku FROM orders_pricing_pricefilerow WHERE file_id = %(file)s AND outcome = 'refused'
), told AS (
    SELECT r.product_id, r.min_quantity, r.unit, r.unit_factor, r.unit_price, r.percent, r.break_group, r.valid_from,
        r.valid_to
    FROM orders_pricing_pricefilerow r
    WHERE r.file_id = %(file)s AND r.outcome IN ('new', 'changed', 'same') AND upper(r.sku) NOT IN (SELECT sku FROM held)
), kept AS (
    SELECT b.product_id, b.min_quantity, b.unit, b.unit_factor, b.unit_price, b.percent, b.break_group,
        CASE WHEN b.valid_from > %(starts)s THEN b.valid_from END, b.valid_to
    FROM orders_pricing_pricebreak b JOIN orders_product p ON p.id = b.product_id
    WHERE b.price_list_id = %(old)s AND b.replaced_at IS NULL AND (b.valid_to IS NULL OR b.valid_to >= %(starts)s)
        AND (upper(p.sku) IN (SELECT sku FROM held)
            OR NOT %(whole)s AND b.product_id NOT IN (SELECT product_id FROM told))
)
INSERT INTO orders_pricing_pricebreak (price_list_id, product_id, min_quantity, unit, unit_factor, unit_price, percent,
    break_group, valid_from, valid_to, author_id, created_at)
SELECT %(new)s, every.*, %(user)s, %(at)s FROM (SELECT * FROM told UNION ALL SELECT * FROM kept) every
"""


class RowsRefused(DomainError):
    """Rows of the file are wrong. Mend them, or say that their items stay as they are."""

    code, status = "price_rows_refused", 422


class FileOutdated(DomainError):
    """The list changed since the file was compared with it, or the comparison is not done."""

    code = "price_file_outdated"


@verb(silent=SILENT)
def publish_price_file(*, file_id: int, actor: Actor, good_only: bool = False) -> PriceList:
    """Write the file as the next version of its list, in force from its day; the version before ends the day before.

    ``good_only`` leaves items with a refused row as they are. All of it happens or nothing. A cost warning that proposed
    it, and whose other proposals are published, is acted on with it.

    Raises: RowsRefused, FileOutdated, FilePublished, InvalidInput, NotFound
    """
    file = lock_price_file(file_id, actor)
    old = lock_price_list(file.price_list_id, actor)
    refuse_day(old, file.valid_from)
    if file.checked_at is None or file.seen != state_of_list(old):
        raise FileOutdated(f"The prices of {old.code} changed since {file} was compared with them. Compare it again.")
    counts = file.counts
    if counts.get(Outcome.REFUSED) and not good_only:
        raise RowsRefused(f"{counts[Outcome.REFUSED]} rows are refused. Mend them, or leave their items as they are.")
    if not any(counts.get(outcome) for outcome in (Outcome.NEW, Outcome.CHANGED, Outcome.ENDED)):
        raise InvalidInput("The file changes no price; a version of it would say nothing new.")
    new = follow_up(old, file.valid_from, actor)
    _write(file, old, new, actor)
    file.version, file.published_at, file.published_by_id = new, clock.now(), actor.user_id
    file.save(update_fields=["version", "published_at", "published_by"])
    settle_proposal(file_id=file.pk, actor=actor)
    return new


def _write(file: PriceFile, old: PriceList, new: PriceList, actor: Actor) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            {
                "file": file.pk,
                "old": old.pk,
                "new": new.pk,
                "starts": file.valid_from,
                "whole": file.whole,
                "user": actor.user_id,
                "at": clock.now(),
            },
        )
