"""Price lists, tax rules and rates as pages show them."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Count, Q, QuerySet

from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from omc.lib.money import plain
from orders.pricing.models import ExchangeRate, PriceBreak, PriceList, TaxRule

FILE_COLUMNS = ("sku", "min_quantity", "unit", "unit_price", "percent", "break_group", "valid_from", "valid_to")


def price_lists(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[PriceList]:
    """Price lists of the company that meet the filters: text, kind."""
    lists = PriceList.objects.filter(company_id=actor.company_id).select_related("customer")
    if filters.get("kind"):
        lists = lists.filter(kind=filters["kind"])
    if text := str(filters.get("text") or "").strip():
        lists = lists.filter(Q(code__istartswith=text) | Q(name__icontains=text) | Q(customer__name__icontains=text))
    current = Count("breaks", filter=Q(breaks__replaced_at=None))
    return lists.annotate(price_count=current)


def price_list_of(actor: Actor, list_id: int) -> PriceList:
    """One price list of the company.

    Raises: NotFound
    """
    found = (
        PriceList.objects.filter(pk=list_id, company_id=actor.company_id)
        .select_related("customer", "author", "replaces")
        .first()
    )
    if found is None:
        raise NotFound(f"There is no price list {list_id}.", list_id=list_id)
    return found


def versions_of(price_list: PriceList) -> list[PriceList]:
    """All versions of a list, the latest first."""
    rows = PriceList.objects.filter(company_id=price_list.company_id, code=price_list.code)
    return list(rows.order_by("-version"))


def breaks_of(price_list: PriceList, text: str = "") -> QuerySet[PriceBreak]:
    """The prices in force on a list, with their items."""
    breaks = price_list.breaks.filter(replaced_at=None).select_related("product", "author")
    if text:
        breaks = breaks.filter(Q(product__sku__istartswith=text) | Q(product__name__icontains=text))
    return breaks


def ladder_of(price_list: PriceList, sku: str) -> list[PriceBreak]:
    """The breaks of one item on a list, in order."""
    return list(breaks_of(price_list).filter(product__sku=sku).order_by("unit", "min_quantity", "valid_from"))


def replaced_breaks(price_list: PriceList, sku: str, limit: int = 20) -> list[PriceBreak]:
    """What an item cost on this list before, the latest first."""
    rows = price_list.breaks.filter(product__sku=sku, replaced_at__isnull=False)
    return list(rows.select_related("author", "replaced_by").order_by("-replaced_at", "min_quantity")[:limit])


def price_file(price_list: PriceList) -> Iterator[list[Any]]:
    """The rows of the list as a file, headings first."""
    yield list(FILE_COLUMNS)
    rows = breaks_of(price_list).order_by("product__sku", "min_quantity", "valid_from", "id")
    for row in rows.iterator(chunk_size=1000):
        price = "" if row.unit_price is None else row.unit_price
        percent = "" if row.percent is None else plain(row.percent)
        terms = (row.unit, price, percent, row.break_group)
        yield [row.product.sku, plain(row.min_quantity), *terms, row.valid_from or "", row.valid_to or ""]


def tax_rules(actor: Actor) -> QuerySet[TaxRule]:
    """Tax rules of the company, by place."""
    return TaxRule.objects.filter(company_id=actor.company_id).order_by(
        "country", "region", "tax_class", "category", "valid_from"
    )


def tax_rule_of(actor: Actor, rule_id: int) -> TaxRule:
    """One tax rule of the company.

    Raises: NotFound
    """
    rule = TaxRule.objects.filter(pk=rule_id, company_id=actor.company_id).first()
    if rule is None:
        raise NotFound(f"There is no tax rule {rule_id}.", rule_id=rule_id)
    return rule


def exchange_rates(actor: Actor) -> QuerySet[ExchangeRate]:
    """Exchange rates of the company, the latest day first."""
    return ExchangeRate.objects.filter(company_id=actor.company_id)
