"""Price the lines of a document: the one way an order, quote or invoice line gets its price, cost and tax."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Protocol

from omc.lib.actor import Actor
from omc.lib.errors import DomainError
from omc.lib.money import ZERO, margin_percent, round_amount, round_price
from orders.core.models import Address, Company, Customer, LineKind, Order, PricedLine, Product
from orders.pricing.rules import Price, line_taxes, pools, resolve, tax_for
from orders.pricing.rules.taxes import Tax
from orders.pricing.selectors.costs import cost_basis, cost_in_force
from orders.pricing.selectors.places import places_of
from orders.pricing.selectors.prices import breaks_for, taxes_at

UNPRICED: Final = {LineKind.TEXT, LineKind.COMPONENT}  # a kit carries the price of its components
EXEMPT: Final = ("EXEMPT", ZERO)


class NoPrice(DomainError):
    """No list, no item price and no typed price answers for some lines; ``data["lines"]`` names them."""

    code, status = "no_price", 422


class NoTaxRule(DomainError):
    """No tax rule answers for the place; the rule for everywhere else was taken out."""

    code = "no_tax_rule"


class PriceableDocument(Protocol):
    company_id: int
    company: Company
    currency: str
    currency_rate: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the lines: in document currency, and ``*_base`` in company currency.

    ``cost_base`` is None when the cost of any line is unknown; only a discount costs nothing by nature.
    """

    net_amount: Decimal
    tax_amount: Decimal
    total_amount: Decimal
    net_base: Decimal
    cost_base: Decimal | None

    @property
    def margin_percent(self) -> Decimal | None:
        return margin_percent(self.net_base, self.cost_base)


def price_lines(
    *,
    document: PriceableDocument,
    lines: Sequence[PricedLine],
    customer: Customer,
    ship_to: Address | None,
    on: date,
    manual: Mapping[int, Decimal] | None = None,
    actor: Actor | None = None,
) -> Totals:
    """Set price, amounts, cost, tax and the reasons for the price on each line, in place. Saves nothing.

    ``manual`` holds typed unit prices by position; ``actor`` is who typed them. At most three queries, and one for
    settings each minute, however many lines; items that the caller has loaded are not read again. Tax is that of the
    place where each line is supplied (``places_of``): one query more where lines have places of their own, or the
    customer collects, and one for each further country.

    Units: quantities in stock units, prices in document currency, costs in company currency.
    Rounds: prices to 4 places, amounts half-up to cents, tax once per code over the document.
    Raises: NoPrice, NoTaxRule
    """
    typed = manual or {}
    priced = [line for line in lines if line.kind not in UNPRICED]
    products = _load_products(lines)
    breaks = breaks_for(
        company_id=document.company_id,
        customer=customer,
        currency=document.currency,
        product_ids=products.keys(),
        on=on,
        order_id=document.pk if isinstance(document, Order) else None,
    )
    basis = cost_basis(document.company_id)
    asked: dict[int, Decimal] = defaultdict(Decimal)
    for line in priced:
        asked[line.product_id or 0] += _quantity(line)
    pooled = pools(asked, breaks)
    missing: list[dict[str, object]] = []
    for line in lines:
        product = products.get(line.product_id or 0)
        if line.kind in UNPRICED:
            _leave_unpriced(line)
            continue
        quantity = _quantity(line)
        price = resolve(
            breaks.get(line.product_id or 0, []),
            quantity,
            unit=line.unit,
            pool=pooled[line.product_id or 0],
            last_resort=_in_document_currency(product, document),
            manual=typed.get(line.position),
            author=actor.name if actor else "",
            on=on,
        )
        if price is None:
            missing.append({"position": line.position, "sku": product.sku if product else line.description})
        else:
            _set_price(line, price, quantity, document.currency_rate)
            _set_cost(line, quantity, cost_in_force(product, basis) if product else None)
    if missing:
        raise _no_price(missing, document.currency, on)
    _set_taxes(priced, products, document, customer, ship_to, on)
    return _totals(priced)


def _load_products(lines: Sequence[PricedLine]) -> dict[int, Product]:
    """The items of the lines, each line's own relation filled."""
    known = {line.product.pk: line.product for line in lines if line.product_id and _is_loaded(line) and line.product}
    unread = {line.product_id for line in lines if line.product_id} - known.keys()
    if unread:
        known |= Product.objects.in_bulk(unread)
    for line in lines:
        if line.product_id and not _is_loaded(line):
            line.product = known[line.product_id]
    return known


def _is_loaded(line: PricedLine) -> bool:
    return "product" in line._state.fields_cache


def _quantity(line: Any) -> Decimal:
    """Stock units: the ledger's or the quote's quantity, else what was typed."""
    quantity: Decimal = line.ordered if hasattr(line, "ordered") else line.quantity
    return quantity or line.typed_quantity * line.unit_factor


def _in_document_currency(product: Product | None, document: PriceableDocument) -> Decimal | None:
    if product is None or product.list_price is None:
        return None
    price: Decimal = product.list_price / document.currency_rate
    return price


def _leave_unpriced(line: PricedLine) -> None:
    line.list_price = line.unit_cost = line.cost_base = None
    line.unit_price = line.net_amount = line.net_base = line.tax_amount = line.tax_rate = ZERO
    line.tax_code, line.price_steps = "", []


def _set_price(line: PricedLine, price: Price, quantity: Decimal, rate: Decimal) -> None:
    line.list_price, line.unit_price = price.list_price, price.unit_price
    line.net_amount = round_amount(price.unit_price * quantity)
    line.net_base = round_amount(line.net_amount * rate)
    line.price_steps = [step.row() for step in price.steps]


def _set_cost(line: PricedLine, quantity: Decimal, cost: Decimal | None) -> None:
    line.unit_cost = None if cost is None else round_price(cost)
    line.cost_base = None if line.unit_cost is None else round_amount(line.unit_cost * quantity)


def _set_taxes(
    lines: Sequence[PricedLine],
    products: Mapping[int, Product],
    document: PriceableDocument,
    customer: Customer,
    ship_to: Address | None,
    on: date,
) -> None:
    taxes = [EXEMPT] * len(lines)
    if lines and not customer.tax_exempt:
        places = places_of(document, lines, ship_to)
        rules = {
            country: taxes_at(company_id=document.company_id, country=country, on=on)
            for country in sorted({place.country for place in places})
        }
        known: dict[tuple[str, str, str], tuple[str, Decimal]] = {}
        for number, (line, place) in enumerate(zip(lines, places, strict=True)):
            key = (place.country, place.region, _tax_class(products.get(line.product_id or 0)))
            if key not in known:
                known[key] = _tax_at(rules[place.country], *key, registered=bool(customer.tax_registration))
            taxes[number] = known[key]
    amounts = line_taxes([line.net_amount for line in lines], taxes)
    for line, (code, tax_rate), amount in zip(lines, taxes, amounts, strict=True):
        line.tax_code, line.tax_rate, line.tax_amount = code, tax_rate, amount


def _tax_at(
    rules: Sequence[Tax], country: str, region: str, tax_class: str, *, registered: bool
) -> tuple[str, Decimal]:
    rule = tax_for(rules, country=country, region=region, tax_class=tax_class, registered=registered)
    if rule is None:
        raise NoTaxRule(f"There is no tax rule for {country} or for everywhere else.", country=country)
    return rule.code, rule.rate


def _tax_class(product: Product | None) -> str:
    return product.tax_class if product else "standard"


def _totals(lines: Sequence[PricedLine]) -> Totals:
    net = sum((line.net_amount for line in lines), ZERO)
    tax = sum((line.tax_amount for line in lines), ZERO)
    bearing_cost = [line for line in lines if not _is_discount(line)]
    unknown = any(line.cost_base is None for line in bearing_cost)
    return Totals(
        net_amount=net,
        tax_amount=tax,
        total_amount=net + tax,
        net_base=sum((line.net_base for line in lines), ZERO),
        cost_base=None if unknown else sum((line.cost_base or ZERO for line in bearing_cost), ZERO),
    )


def _is_discount(line: PricedLine) -> bool:
    return line.kind == LineKind.CHARGE and line.net_amount <= 0


def _no_price(missing: list[dict[str, object]], currency: str, on: date) -> NoPrice:
    first = missing[0]
    others = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
    named = f"{first['sku'] or 'the charge'} (line {first['position']}){others}"
    return NoPrice(
        f"There is no price in {currency} on {on} for {named}. Put it on a price list or type a price.",
        field="lines",
        lines=missing,
        currency=currency,
    )
