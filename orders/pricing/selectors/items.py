"""From lines as typed to items and stock quantities."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, Inexact, localcontext
from typing import Any, cast

from django.db.models import Q

from omc.lib.errors import DomainError
from omc.lib.money import QUANTITY_STEP
from omc.lib.prepared import Prepared
from orders.core.inputs import LineInput
from orders.core.models import LineKind, Product, ProductAlias, ProductUnit

WITHOUT_ITEM = {LineKind.SERVICE, LineKind.CHARGE, LineKind.TEXT}


class InvalidLines(DomainError):
    """Some lines cannot be read; ``data["lines"]`` says which field of which position, and why."""

    code, status = "invalid_lines", 422

    @property
    def problems(self) -> list[dict[str, Any]]:
        """Position (from 1), field and message each."""
        return cast(list[dict[str, Any]], self.data["lines"])


@dataclass(frozen=True, slots=True)
class Item:
    """One typed line, looked up. Units: ``quantity`` in stock units, ``factor`` stock units per ``unit``."""

    product: Product | None
    unit: str
    factor: Decimal
    quantity: Decimal


_BY_ID = Prepared(lambda gaps: Product.objects.filter(company_id=gaps.company, pk__in=[gaps.items]))


def read_lines(*, company_id: int, customer_id: int | None, inputs: Sequence[LineInput]) -> list[Item]:
    """Find each line's item by id, SKU, the customer's own number, another alias or barcode, and convert its quantity.

    At most three queries, however many lines.

    Raises: InvalidLines naming every line that cannot be read
    """
    products = _products(company_id, customer_id, inputs)
    factors = _factors(products, inputs)
    items: list[Item] = []
    problems: list[dict[str, object]] = []
    for position, (typed, product) in enumerate(zip(inputs, products, strict=True), start=1):
        field, problem, item = _read(typed, product, factors)
        if item is None:
            problems.append({"position": position, "field": field, "message": problem})
        else:
            items.append(item)
    if problems:
        first = problems[0]
        raise InvalidLines(f"Line {first['position']}: {first['message']}", field="lines", lines=problems)
    return items


def _read(
    typed: LineInput, product: Product | None, factors: dict[tuple[int, str], Decimal]
) -> tuple[str, str, Item | None]:
    if product is None and (typed.sku or typed.product_id or typed.kind not in WITHOUT_ITEM):
        named = typed.sku or typed.product_id
        return "sku", f"There is no item {named}." if named else "Name an item.", None
    if typed.quantity <= 0 and typed.kind != LineKind.TEXT:
        return "quantity", "The quantity must be above zero.", None
    if product is None:
        return "", "", Item(None, typed.unit or "pc", Decimal(1), typed.quantity)
    if not product.is_active:
        return "sku", f"{product.sku} is no longer sold.", None
    unit = typed.unit or product.stock_unit
    factor = Decimal(1) if unit == product.stock_unit else factors.get((product.pk, unit))
    if factor is None:
        return "unit", f"{product.sku} is not sold by {unit}.", None
    with localcontext() as context:
        context.traps[Inexact] = True
        try:
            quantity = (typed.quantity * factor).quantize(QUANTITY_STEP)
        except Inexact:
            return "quantity", f"{typed.quantity} {unit} do not come out exact in {product.stock_unit}.", None
    return "", "", Item(product, unit, factor, quantity)


def _products(company_id: int, customer_id: int | None, inputs: Sequence[LineInput]) -> list[Product | None]:
    ids = {typed.product_id for typed in inputs if typed.product_id}
    words = {typed.sku.strip() for typed in inputs if typed.sku and not typed.product_id}
    if not ids and not words:
        return [None] * len(inputs)
    of_company = Product.objects.filter(company_id=company_id)
    if words:
        found = list(of_company.filter(Q(pk__in=ids) | Q(sku__in=words | {word.upper() for word in words})))
    else:
        found = _BY_ID.rows(company=company_id, items=list(ids))
    by_id = {product.pk: product for product in found}
    by_word = {product.sku.upper(): product for product in found}
    if missing := {word for word in words if word.upper() not in by_word}:
        aliases = (
            ProductAlias.objects.filter(company_id=company_id, alias__in=missing)
            .filter(Q(customer=None) | Q(customer_id=customer_id))
            .select_related("product")
            .order_by("customer_id")  # a customer's own number before everybody's alias
        )
        for alias in aliases:
            by_word.setdefault(alias.alias.upper(), alias.product)
        if unknown := {word for word in missing if word.upper() not in by_word and word.isdigit()}:
            for product in of_company.filter(barcode__in=unknown):
                by_word.setdefault(product.barcode.upper(), product)
    return [
        by_id.get(typed.product_id) if typed.product_id else by_word.get(typed.sku.strip().upper()) for typed in inputs
    ]


def _factors(products: Sequence[Product | None], inputs: Sequence[LineInput]) -> dict[tuple[int, str], Decimal]:
    wanted = {
        product.pk
        for product, typed in zip(products, inputs, strict=True)
        if product is not None and typed.unit and typed.unit != product.stock_unit
    }
    if not wanted:
        return {}
    rows = ProductUnit.objects.filter(product_id__in=wanted).values_list("product_id", "unit", "factor")
    return {(product_id, unit): factor for product_id, unit, factor in rows}
