"""What blanket agreements say to the pricing of lines: which price, and how much of it is left."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import DecimalField, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from omc.lib.money import ZERO
from orders.pricing.agreements.models import AgreementItem, AgreementState, ReleaseLine
from orders.pricing.agreements.rules import BLANKET
from orders.pricing.rules.prices import Break

_WANTED: Final = F("line__ordered") - F("line__cancelled") - F("line__returned")
_NOTHING: Final = Value(ZERO, output_field=DecimalField(max_digits=18, decimal_places=6))


@dataclass(frozen=True, slots=True)
class Agreed:
    """An agreed item as it stands. Units: stock unit; ``left`` may be below zero where somebody let it be overdrawn."""

    item_id: int
    agreement_id: int
    number: str
    quantity: Decimal
    left: Decimal
    unit_price: Decimal


def with_drawn(items: QuerySet[AgreementItem], without_order: int | None = None) -> QuerySet[AgreementItem]:
    """The items with ``drawn``: what the lines of their releases still want, but not those of one order."""
    draws = ReleaseLine.objects.filter(item=OuterRef("pk"))
    if without_order is not None:
        draws = draws.exclude(line__order_id=without_order)
    summed = draws.order_by().values("item").annotate(drawn=Sum(_WANTED)).values("drawn")
    return items.annotate(drawn=Coalesce(Subquery(summed), _NOTHING))


def blankets_for(
    *, customer_id: int, currency: str, product_ids: Collection[int], on: date, order_id: int | None
) -> Iterable[tuple[int, Break]]:
    """The customer's agreements in force on a day, as (item, break); one query."""
    rows = with_drawn(
        AgreementItem.objects.filter(
            agreement__customer_id=customer_id,
            agreement__state=AgreementState.ACTIVE,
            agreement__currency=currency,
            agreement__valid_from__lte=on,
            agreement__valid_to__gte=on,
            product_id__in=product_ids,
        ),
        order_id,
    ).values(
        "pk",
        "product_id",
        "agreement_id",
        "quantity",
        "unit_price",
        "drawn",
        number=F("agreement__number"),
        start=F("agreement__valid_from"),
        end=F("agreement__valid_to"),
        at=F("agreement__activated_at"),
        full_name=F("agreement__owner__full_name"),
        username=F("agreement__owner__username"),
    )
    return [(row["product_id"], _break(row)) for row in rows]


def _break(row: Mapping[str, Any]) -> Break:
    return Break(
        break_id=row["pk"],
        list_id=row["agreement_id"],
        list_code=row["number"],
        source=BLANKET,
        min_quantity=ZERO,
        unit_price=row["unit_price"],
        starts=row["start"],
        author=row["full_name"] or row["username"] or "",
        written_on=row["at"].date() if row["at"] else None,
        left=row["quantity"] - row["drawn"],
        ends=row["end"],
    )


def agreed_items(item_ids: Collection[int], without_order: int | None) -> dict[int, Agreed]:
    """Agreed items with what they have left beside one order; no query for none, else one. What is not in force any
    more has nothing left.
    """
    if not item_ids:
        return {}
    rows = with_drawn(AgreementItem.objects.filter(pk__in=item_ids).select_related("agreement"), without_order)
    return {
        row.pk: Agreed(
            row.pk,
            row.agreement_id,
            row.agreement.number,
            row.quantity,
            row.quantity - row.drawn if row.agreement.state == AgreementState.ACTIVE else ZERO,
            row.unit_price,
        )
        for row in rows
    }
