"""What blanket agreements say to the pricing of lines: which price, and how much of an item is left."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import DateField, DecimalField, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce

from omc.lib.money import ZERO
from orders.pricing.agreements.models import AgreementItem, AgreementState, ReleaseLine
from orders.pricing.agreements.rules import BLANKET

_WANTED: Final = F("line__ordered") - F("line__cancelled") - F("line__returned")
_QUANTITY: Final = DecimalField(max_digits=18, decimal_places=6)
_NOTHING: Final = Value(ZERO, output_field=_QUANTITY)
NO_QUANTITY: Final = Cast(Value(None), _QUANTITY)
NO_DAY: Final = Cast(Value(None), DateField())


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


def blanket_rows(
    *, customer_id: int, currency: str, product_ids: Collection[int], on: date, order_id: int | None
) -> QuerySet[AgreementItem, Any]:
    """The customer's agreements in force on a day as rows of breaks, in the columns that prices are read in."""
    items = with_drawn(
        AgreementItem.objects.filter(
            agreement__customer_id=customer_id,
            agreement__state=AgreementState.ACTIVE,
            agreement__currency=currency,
            agreement__valid_from__lte=on,
            agreement__valid_to__gte=on,
            product_id__in=product_ids,
        ),
        order_id,
    )
    return items.values_list(
        "product_id",
        "pk",
        "agreement_id",
        _NOTHING,  # from any quantity on
        Value(""),
        Value(Decimal(1), output_field=_QUANTITY),
        "unit_price",
        NO_QUANTITY,
        Value(""),
        "agreement__valid_from",
        "agreement__activated_at",
        "agreement__number",
        Value(BLANKET),
        "agreement__valid_from",
        Value(False),
        Value(False),
        "agreement__owner__full_name",
        "agreement__owner__username",
        F("quantity") - F("drawn"),
        "agreement__valid_to",
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
            row.quantity - row.drawn if row.agreement.state == AgreementState.ACTIVE else ZERO,  # type: ignore[attr-defined]
            row.unit_price,
        )
        for row in rows
    }
