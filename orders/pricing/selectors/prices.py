"""What price lists, tax rules and exchange rates hold for a customer on a day. Each answer is one query."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import F, Q, QuerySet

from omc.lib.errors import DomainError, NotFound
from omc.lib.prepared import Gaps, Prepared
from orders.core.inputs import LineInput
from orders.core.models import Company, Customer, Product
from orders.pricing.agreements.selectors.prices import NO_DAY, NO_QUANTITY, blanket_rows
from orders.pricing.models import ExchangeRate, PriceBreak, TaxRule
from orders.pricing.rules import Break, Price, Tax, per_stock_unit, pools, resolve
from orders.pricing.selectors.items import read_lines

ONE = Decimal(1)
NO_ORDER: Final = 0  # no order has this id


class NoRate(DomainError):
    """Nobody has entered an exchange rate for this currency yet."""

    code = "no_rate"


def rate_of(company_id: int, currency: str, on: date) -> Decimal:
    """Company-currency units per unit of ``currency`` on a day.

    Raises: NoRate
    """
    if Company.objects.filter(pk=company_id, currency=currency).exists():
        return ONE
    rate: Decimal | None = (
        ExchangeRate.objects.filter(company_id=company_id, currency=currency, day__lte=on)
        .order_by("-day")
        .values_list("rate", flat=True)
        .first()
    )
    if rate is None:
        raise NoRate(
            f"There is no exchange rate for {currency} on {on}. Enter one under exchange rates.",
            field="currency",
            currency=currency,
            day=on.isoformat(),
        )
    return rate


def breaks_for(
    *,
    company_id: int,
    customer: Customer | None,
    currency: str,
    product_ids: Collection[int],
    on: date,
    order_id: int | None = None,
) -> Mapping[int, list[Break]]:
    """Every break that may count for this customer on this day, by item: of lists, and of blanket agreements.

    What ``order_id`` draws on agreements itself counts as left. One query.
    """
    if not product_ids:
        return {}
    found: dict[int, list[Break]] = defaultdict(list)
    for row in _rows_for(company_id, customer, currency, product_ids, on, order_id):
        found[row["product_id"]].append(_break(row))
    return found


def _rows_for(
    company_id: int,
    customer: Customer | None,
    currency: str,
    product_ids: Collection[int],
    on: date,
    order_id: int | None,
) -> Iterable[Mapping[str, Any]]:
    if customer is None:
        for_whom = Q(price_list__customer=None, price_list__price_group="", price_list__customer_class="")
        return _list_rows(for_whom, company_id=company_id, currency=currency, product_ids=product_ids, on=on)
    return _BREAKS.rows(
        company=company_id,
        customer=customer.pk,
        group=customer.price_group,
        customer_class=customer.customer_class,
        currency=currency,
        items=list(product_ids),
        on=on,
        order=order_id or NO_ORDER,
    )


def _list_rows(
    for_whom: Q, *, company_id: int, currency: str, product_ids: Collection[int], on: date
) -> QuerySet[PriceBreak, Any]:
    days = (Q(valid_from=None) | Q(valid_from__lte=on)) & (Q(valid_to=None) | Q(valid_to__gte=on))
    list_days = (Q(price_list__valid_from=None) | Q(price_list__valid_from__lte=on)) & (
        Q(price_list__valid_to=None) | Q(price_list__valid_to__gte=on)
    )
    return PriceBreak.objects.filter(
        days,
        list_days,
        for_whom,
        product_id__in=product_ids,
        replaced_at=None,
        price_list__company_id=company_id,
        price_list__is_active=True,
        price_list__currency=currency,
    ).values(
        "product_id",
        "pk",
        "price_list_id",
        "min_quantity",
        "unit",
        "unit_factor",
        "unit_price",
        "percent",
        "break_group",
        "valid_from",
        "created_at",
        list_code=F("price_list__code"),
        source=F("price_list__kind"),
        list_start=F("price_list__valid_from"),
        best_of=F("price_list__best_of"),
        pools=F("price_list__pools_quantity"),
        full_name=F("author__full_name"),
        username=F("author__username"),
        left=NO_QUANTITY,
        ends=NO_DAY,
    )


def _breaks(gaps: Gaps) -> QuerySet[PriceBreak, Any]:
    """What is on the lists for a customer, and what was agreed with them."""
    for_whom = (
        (Q(price_list__customer=None) | Q(price_list__customer=gaps.customer))
        & Q(price_list__price_group__in=["", gaps.text("group")])
        & Q(price_list__customer_class__in=["", gaps.text("customer_class")])
    )
    these: Any = {"currency": gaps.text("currency"), "product_ids": [gaps.items], "on": gaps.day("on")}
    agreed = blanket_rows(customer_id=gaps.customer, order_id=gaps.order, **these)
    return _list_rows(for_whom, company_id=gaps.company, **these).union(agreed, all=True)


_BREAKS: Prepared[Mapping[str, Any]] = Prepared(_breaks)


def _break(row: Mapping[str, Any]) -> Break:
    price, quantity = row["unit_price"], row["min_quantity"]
    if row["unit"]:  # what was saved comes out exact
        quantity *= row["unit_factor"]
        price = None if price is None else per_stock_unit(price, row["unit_factor"])
    starts = [start for start in (row["valid_from"], row["list_start"]) if start]
    return Break(
        break_id=row["pk"],
        list_id=row["price_list_id"],
        list_code=row["list_code"],
        source=row["source"],
        min_quantity=quantity,
        unit_price=price,
        starts=max(starts, default=None),
        author=row["full_name"] or row["username"] or "",
        written_on=row["created_at"].date(),
        percent=row["percent"],
        unit=row["unit"],
        best_of=row["best_of"],
        pools=row["pools"],
        group=row["break_group"],
        left=row["left"],
        ends=row["ends"],
    )


_TAXES = Prepared(
    lambda gaps: TaxRule.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=gaps.day("on")),
        company_id=gaps.company,
        country__in=["", gaps.text("country")],
        is_active=True,
    )
)


def taxes_at(*, company_id: int, country: str, on: date) -> list[Tax]:
    """The tax rules in force for a country, and those for everywhere else."""
    rules = _TAXES.rows(company=company_id, country=country, on=on)
    return [
        Tax(
            rule_id=rule.pk,
            code=rule.code,
            category=rule.category,
            rate=rule.rate,
            country=rule.country,
            region=rule.region,
            tax_class=rule.tax_class,
            starts=rule.valid_from,
        )
        for rule in rules
    ]


def price_of(
    *,
    company_id: int,
    customer: Customer | None,
    quantities: Mapping[int, Decimal],
    currency: str,
    currency_rate: Decimal,
    on: date,
    units: Mapping[int, str] | None = None,
) -> dict[int, Price]:
    """The price in force of items at their quantities, for look-ups and type-ahead; items without one are left out.

    Units: ``quantities`` in stock units by item, ``units`` what they are typed in where it is another one; prices in
    ``currency``. Two queries.
    """
    items = Product.objects.filter(company_id=company_id, pk__in=quantities)
    breaks = breaks_for(
        company_id=company_id, customer=customer, currency=currency, product_ids=list(quantities), on=on
    )
    prices, typed = {}, units or {}
    pooled = pools(quantities, breaks)
    for product_id, list_price in items.values_list("pk", "list_price"):
        price = resolve(
            breaks.get(product_id, []),
            quantities[product_id],
            unit=typed.get(product_id, ""),
            pool=pooled[product_id],
            last_resort=None if list_price is None else list_price / currency_rate,
        )
        if price is not None:
            prices[product_id] = price
    return prices


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a look-up; ``price`` is None when nothing gives one. Units: ``quantity`` in stock units."""

    product: Product
    quantity: Decimal
    currency: str
    on: date
    price: Price | None


def look_up(*, company: Company, customer: Customer | None, line: LineInput, on: date) -> Found:
    """What an item costs a customer (or everybody) at a quantity on a day, and why.

    Raises: InvalidLines, NoRate
    """
    customer_id = customer.pk if customer else None
    item = read_lines(company_id=company.pk, customer_id=customer_id, inputs=[line])[0]
    if item.product is None:
        raise NotFound("Name an item.", field="sku")
    currency = customer.currency if customer else company.currency
    prices = price_of(
        company_id=company.pk,
        customer=customer,
        quantities={item.product.pk: item.quantity},
        currency=currency,
        currency_rate=rate_of(company.pk, currency, on),
        on=on,
        units={item.product.pk: item.unit},
    )
    return Found(item.product, item.quantity, currency, on, prices.get(item.product.pk))
