"""Orders draw on agreements: what the prices of their lines say is kept as a release.

Whoever calls holds the customer's row, and so does whoever changes an agreement: of two orders that draw on the same
item the second sees what the first took.
"""

from collections.abc import Sequence
from typing import Final

from django.db.models import Max

from omc.lib import clock
from orders.core.models import HoldType, Order, OrderLine
from orders.pricing.agreements.models import AgreementItem, Release, ReleaseLine
from orders.pricing.agreements.rules import drawn_item

HOLD: Final = "over_agreement"


def load_agreement_hold(company_id: int) -> None:
    """The kind of hold for an order that takes more than was agreed."""
    HoldType.objects.bulk_create(
        [
            HoldType(
                company_id=company_id,
                code=HOLD,
                name="Over the agreed quantity",
                cause="us",
                blocks=["confirm", "release"],
                resolve_permission="pricing.edit_price_list",
                sla_minutes=480,
            )
        ],
        ignore_conflicts=True,
    )


def record_releases(order: Order, lines: Sequence[OrderLine], *, again: bool) -> None:
    """Make the releases of a locked order what the prices of its lines say. ``again``: it may have some already.

    Inside the verb that hands it in or changes it. No query where nothing is drawn and nothing was.
    """
    wanted = {line.pk: item for line in lines if (item := drawn_item(line.price_steps)) is not None}
    if not wanted and not again:
        return
    items = AgreementItem.objects.filter(agreement__customer_id=order.customer_id).in_bulk(set(wanted.values()))
    wanted = {line: item for line, item in wanted.items() if item in items}
    kept = dict(ReleaseLine.objects.filter(line__order=order).values_list("line_id", "item_id")) if again else {}
    if gone := [line for line, item in kept.items() if wanted.get(line) != item]:
        ReleaseLine.objects.filter(line_id__in=gone).delete()
    fresh = {line: items[item] for line, item in wanted.items() if kept.get(line) != item}
    if not fresh:
        return
    releases = _releases(order, {item.agreement_id for item in fresh.values()})
    ReleaseLine.objects.bulk_create(
        ReleaseLine(release=releases[item.agreement_id], item=item, line_id=line) for line, item in fresh.items()
    )


def withdraw_releases(order: Order) -> None:
    """A locked order goes back to draft and draws on nothing; its release keeps its number for the next time."""
    ReleaseLine.objects.filter(line__order=order).delete()


def _releases(order: Order, agreements: set[int]) -> dict[int, Release]:
    """The order's release of each agreement, numbered on from the last one where it is new."""
    found = {one.agreement_id: one for one in Release.objects.filter(order=order, agreement_id__in=agreements)}
    missing = sorted(agreements - found.keys())
    if missing:
        last = Release.objects.filter(agreement_id__in=missing).order_by().values("agreement_id")
        highest = dict(last.annotate(last=Max("number")).values_list("agreement_id", "last"))
        now = clock.now()
        made = [Release(agreement_id=pk, order=order, number=(highest.get(pk) or 0) + 1, at=now) for pk in missing]
        found |= {one.agreement_id: one for one in Release.objects.bulk_create(made)}
    return found
