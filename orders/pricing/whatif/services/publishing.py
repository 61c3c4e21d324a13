"""Make the draft of the next version of a list out of a what-if: the very prices that were looked at."""

import csv
import io
from typing import Final

from omc.lib.actor import Actor
from omc.lib.errors import DomainError
from omc.lib.money import plain
from omc.lib.service import verb
from orders.pricing.files.rules import COLUMNS
from orders.pricing.files.selectors import state_of_list
from orders.pricing.files.services import open_price_file
from orders.pricing.models import PriceBreak, PriceFile
from orders.pricing.whatif.models import WhatIf
from orders.pricing.whatif.services.keeping import SILENT, lock_what_if

MOST_ROWS: Final = 20_000  # what a price file holds


class WhatIfOutdated(DomainError):
    """The list changed since its prices were counted, or they are not counted yet."""

    code = "what_if_outdated"


class NothingChanges(DomainError):
    """The rule changes no price, or more than a price file holds."""

    code, status = "what_if_nothing_to_draft", 422


@verb(silent=SILENT)
def draft_what_if(*, what_if_id: int, actor: Actor) -> PriceFile:
    """Draft the next version of the list with the prices of a what-if, as a price file that is read and published.

    Asked twice, it is the same draft.

    Raises: WhatIfOutdated, NothingChanges, WhatIfBusy, InvalidInput, NotFound
    """
    what_if = lock_what_if(what_if_id, actor)
    if what_if.file is not None:
        return what_if.file
    if what_if.computed_at is None or what_if.seen != state_of_list(what_if.price_list):
        raise WhatIfOutdated(
            f"The prices of {what_if.price_list.code} changed since these were worked out. Work them out again."
        )
    content = _file_of(what_if)
    file: PriceFile = open_price_file(
        list_id=what_if.price_list_id,
        content=content,
        filename=f"what-if {what_if.pk}.csv",
        valid_from=what_if.valid_from,
        again=True,
        actor=actor,
    )
    what_if.file = file
    what_if.save(update_fields=["file"])
    return file


def _file_of(what_if: WhatIf) -> bytes:
    """Every standing price of each item that changes: what a file leaves out of an item it names would end."""
    after = dict(what_if.prices.values_list("row_id", "after"))
    changing = {
        item for item, before, then in what_if.prices.values_list("product_id", "before", "after") if before != then
    }
    rows = PriceBreak.objects.filter(price_list=what_if.price_list_id, replaced_at=None, product_id__in=changing)
    rows = rows.exclude(valid_to__lt=what_if.valid_from).select_related("product")
    rows = rows.order_by("product__sku", "unit", "min_quantity", "id")
    if not changing:
        raise NothingChanges("The rule changes no price; a version of it would say nothing new.")
    if rows.count() > MOST_ROWS:
        raise NothingChanges(
            f"The rule moves items with more than {MOST_ROWS:,} prices. Narrow it, one part at a time."
        )
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows.iterator(chunk_size=2000):
        price = after.get(row.pk, row.unit_price)
        percent = "" if row.percent is None else plain(row.percent)
        terms = (row.unit, "" if price is None else plain(price), percent, row.break_group)
        days = (row.valid_from or "", row.valid_to or "")
        writer.writerow([row.product.sku, plain(row.min_quantity), *terms, *days])
    return out.getvalue().encode()
