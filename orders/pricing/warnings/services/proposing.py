"""Propose prices that restore the margin, as drafts of the next versions of their lists."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import F, Q

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.errors import DomainError
from omc.lib.money import plain, round_price
from omc.lib.service import verb
from orders.core.eventlog import record_many
from orders.core.models import Product
from orders.pricing.files.services import open_price_file
from orders.pricing.models import CostWarning, PriceBreak, PriceList, PriceProposal
from orders.pricing.selectors.prices import rate_of
from orders.pricing.warnings.events import PricesProposed
from orders.pricing.warnings.machines import WARNING
from orders.pricing.warnings.models import Reach, WarningState
from orders.pricing.warnings.rules import Rung, restored_ladder
from orders.pricing.warnings.selectors import lists_reached
from orders.pricing.warnings.services.deciding import lock_open_warning

COLUMNS: Final = ("sku", "min_quantity", "unit", "unit_price", "percent", "break_group", "valid_from", "valid_to")


class NothingToPropose(DomainError):
    """No list with a price under the floor can have a next version, or all of them have a proposal."""

    code = "nothing_to_propose"


@verb(events=(PricesProposed,))
def propose_prices(*, warning_id: int, actor: Actor) -> CostWarning:
    """Draft the next version of every list with prices under the floor: their margin in percent restored.

    No price changes: each draft is a price file that a person reads, mends and publishes. A list that has its next
    version already, or ends before one could begin, is left out.

    Raises: NothingToPropose, IllegalTransition, NotFound
    Events: prices_proposed
    """
    warning = lock_open_warning(warning_id, actor)
    WARNING.check(warning, WarningState.PROPOSED)
    today = clock.today(warning.company.time_zone)
    drafted: list[PriceList] = []
    listed: dict[tuple[int, str], Decimal] = {}  # new base prices, which prices in percent follow
    for reached in lists_reached(warning, today):
        if reached.begins is None:
            continue
        content = _content(warning, reached.price_list, reached.begins, today, listed)
        if content is None:
            continue
        file = open_price_file(
            list_id=reached.price_list.pk,
            content=content,
            filename=f"{reached.price_list.code} after {warning}.csv"[:160],
            valid_from=reached.begins,
            again=True,
            actor=actor,
        )
        PriceProposal.objects.create(warning=warning, price_file=file)
        drafted.append(reached.price_list)
    if not drafted:
        raise NothingToPropose(
            "None of the lists with prices under the floor can have a next version now. Change quotes and orders, or "
            "the versions to come, and say what was done."
        )
    fact = PricesProposed(lists=", ".join(dict.fromkeys(one.code for one in drafted))[:300])
    WARNING.advance(warning, WarningState.PROPOSED, fact, actor=actor, record=record_many)
    return warning


def _content(
    warning: CostWarning, price_list: PriceList, begins: date, today: date, listed: dict[tuple[int, str], Decimal]
) -> bytes | None:
    """The file of one list: all prices that the items under the floor have there, as they should be; None if none
    changes. Two queries."""
    rate = rate_of(warning.company_id, price_list.currency, today)
    moved = {item.product_id: item for item in warning.moved.all()}
    under = warning.reached.filter(kind=Reach.PRICE, price_break__price_list=price_list).values("product")
    rows = (
        PriceBreak.objects.filter(Q(valid_to=None) | Q(valid_to__gte=begins), price_list=price_list, replaced_at=None)
        .filter(product__in=under)
        .select_related("product")
        .order_by("product__sku", "min_quantity", "id")
    )
    ladders: dict[int, list[PriceBreak]] = defaultdict(list)
    for row in rows:
        ladders[row.product_id].append(row)
    old = _listed(price_list, ladders, rate, today)
    new = {product_id: price for (product_id, currency), price in listed.items() if currency == price_list.currency}
    lines: list[list[str]] = []
    changed = False
    for product_id, ladder in ladders.items():
        item = moved[product_id]
        before = [_rung(row, old.get(product_id), new.get(product_id)) for row in ladder]
        after = restored_ladder(before, item.before / rate, item.after / rate, item.floor_percent)
        changed = changed or after != before
        lines += [_line(row, rung, begins) for row, rung in zip(ladder, after, strict=True)]
        if price_list.kind == "base" and after[0].price is not None:
            listed[product_id, price_list.currency] = after[0].price
    return _csv(lines) if changed else None


def _listed(price_list: PriceList, products: Iterable[int], rate: Decimal, today: date) -> dict[int, Decimal]:
    """What percentages of this list count off: the first base price in its currency, else the item's own."""
    found = {
        pk: price / rate
        for pk, price in Product.objects.filter(pk__in=products).values_list("pk", "list_price")
        if price is not None
    }
    if price_list.kind == "base":
        return found
    base = (
        PriceBreak.objects.filter(
            Q(valid_from=None) | Q(valid_from__lte=today),
            Q(valid_to=None) | Q(valid_to__gte=today),
            Q(price_list__valid_to=None) | Q(price_list__valid_to__gte=today),
            price_list__company_id=price_list.company_id,
            price_list__kind="base",
            price_list__is_active=True,
            price_list__currency=price_list.currency,
            product__in=products,
            replaced_at=None,
            percent=None,
            unit="",
        )
        .order_by("product", "min_quantity", F("valid_from").desc(nulls_last=True), "id")
        .distinct("product")
    )
    return found | {pk: price for pk, price in base.values_list("product", "unit_price") if price is not None}


def _rung(row: PriceBreak, old: Decimal | None, new: Decimal | None) -> Rung:
    """A price as a rule sees it; in percent it counts off the new base price, where one is proposed."""
    if row.percent is None:
        price = None if row.unit_price is None else round_price(row.unit_price / row.unit_factor)
        return Rung(least=row.stock_quantity, price=price)
    was = None if old is None else old * (100 - row.percent) / 100
    return Rung(least=row.stock_quantity, price=None, percent=row.percent, listed=new or old, was=was)


def _line(row: PriceBreak, rung: Rung, begins: date) -> list[str]:
    price = None if rung.price is None else round_price(rung.price * row.unit_factor)
    if price is not None and rung.price == round_price((row.unit_price or Decimal(0)) / row.unit_factor):
        price = row.unit_price
    starts = row.valid_from if row.valid_from and row.valid_from > begins else None
    return [
        row.product.sku,
        plain(row.min_quantity),
        row.unit,
        "" if price is None else plain(price),
        "" if rung.percent is None else plain(rung.percent),
        row.break_group,
        starts.isoformat() if starts else "",
        row.valid_to.isoformat() if row.valid_to else "",
    ]


def _csv(lines: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(lines)
    return text.getvalue().encode()
