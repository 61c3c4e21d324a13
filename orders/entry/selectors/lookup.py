"""Type-ahead: customers and items by any of their names, the exact one first."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db.models import F, OrderBy, Q
from django.db.models.functions import Upper

from omc.lib.actor import Actor
from orders.core.models import Customer, Order, Product, ProductAlias
from orders.core.selectors.companies import today
from orders.pricing.selectors import price_of

HITS: Final = 8


class _AsIndexed(OrderBy):
    """In the order of an index for beginnings of texts (``text_pattern_ops``), so that it gives the first few."""

    template = "%(expression)s USING ~<~ /* ASC */"  # Django looks for a direction


@dataclass(frozen=True, slots=True)
class ItemHit:
    """One item as the list of hits shows it. ``called`` is the other name it was found by."""

    product: Product
    called: str
    unit_price: Decimal | None


def customers_found(actor: Actor, text: str, limit: int = HITS) -> list[Customer]:
    """Active customers whose code begins with the text, then those whose name holds all its words.

    The exact code comes first. Codes and names are asked one after the other: of both at once the database walks all
    names for a code that few have.
    """
    typed = text.strip()
    if not typed:
        return []
    of_company = Customer.objects.filter(company_id=actor.company_id, is_active=True)
    found = list(of_company.filter(code__in={typed, typed.upper(), typed.lower()})[:1])

    def more(asked: Q, *order: str | OrderBy) -> None:
        if len(found) < limit:
            others = of_company.exclude(pk__in=[one.pk for one in found]).filter(asked).order_by(*order)
            found.extend(others[: limit - len(found)])

    named = Q()
    for word in typed.split():
        named &= Q(name__icontains=word)
    more(Q(code__istartswith=typed), _AsIndexed(Upper(F("code"))))
    more(named, "name", "pk")
    return found


def items_found(order: Order, text: str, actor: Actor, limit: int = HITS) -> list[ItemHit]:
    """Active items by SKU, the customer's part number, another alias, barcode or words of the name.

    The exact name comes first. The price is the customer's for one stock unit, for actors who may see it.
    """
    typed = text.strip()
    if not typed:
        return []
    spellings = {typed, typed.upper(), typed.lower()}
    of_company = Product.objects.filter(company_id=order.company_id, is_active=True)
    found: dict[int, tuple[Product, str]] = {}

    def take(products: list[tuple[Product, str]]) -> None:
        for product, called in products:
            if len(found) < limit:
                found.setdefault(product.pk, (product, called))

    take([(product, "") for product in of_company.filter(sku__in=spellings)])
    take(_called(order, spellings, limit))
    if len(found) < limit:
        begins = Q()
        for spelling in spellings:
            begins |= Q(sku__startswith=spelling)
        take([(product, "") for product in of_company.filter(begins).order_by("sku")[:limit]])
    if len(found) < limit and len(typed) > 1:
        named = Q()
        for word in typed.split():
            named &= Q(name__icontains=word)
        take([(product, "") for product in of_company.filter(named).order_by("sku")[:limit]])
    return _priced(order, list(found.values()), actor)


def _called(order: Order, spellings: set[str], limit: int) -> list[tuple[Product, str]]:
    begins = Q()
    for spelling in spellings:
        begins |= Q(alias__startswith=spelling)
    aliases = (
        ProductAlias.objects.filter(begins, company_id=order.company_id, product__is_active=True)
        .filter(Q(customer_id=order.customer_id) | Q(customer_id__isnull=True))
        .select_related("product")
        .order_by("customer_id", "alias")[:limit]
    )
    by_alias = [(alias.product, alias.alias) for alias in aliases]
    typed = min(spellings)
    if not typed.isdigit():
        return by_alias
    coded = Product.objects.filter(company_id=order.company_id, is_active=True, barcode=typed).order_by("sku")
    return [*by_alias, *((product, product.barcode) for product in coded[:limit])]


def _priced(order: Order, found: list[tuple[Product, str]], actor: Actor) -> list[ItemHit]:
    if not found or not actor.can("orders.view_price"):
        return [ItemHit(product, called, None) for product, called in found]
    prices = price_of(
        company_id=order.company_id,
        customer=order.customer,
        quantities={product.pk: Decimal(1) for product, _ in found},
        currency=order.currency,
        currency_rate=order.currency_rate,
        on=today(order.company),
    )
    return [
        ItemHit(product, called, prices[product.pk].unit_price if product.pk in prices else None)
        for product, called in found
    ]
