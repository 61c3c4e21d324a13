"""The comparisons of the pre-flight as pure functions: invoice against order, shipment, agreement, customer and terms.

Each gives findings: a code, the line's position where it is about one, and both values in words.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from omc.lib.money import CENT, plain, round_amount

ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Billed:
    """One invoice line beside its order line. Units: stock unit; amounts in document currency.

    ``agreed_price`` is what an agreement gave where somebody typed another price over it.
    """

    position: int
    kind: str
    ordered: Decimal
    cancelled: Decimal
    shipped: Decimal
    invoiced_before: Decimal
    quantity: Decimal
    ahead: bool
    order_price: Decimal
    price: Decimal
    order_net: Decimal
    net: Decimal
    tax_code: str
    tax_rate: Decimal
    tax: Decimal
    order_tax_rate: Decimal
    agreed_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What the lines are billed under. ``alike`` are other open invoices with the same purchase order: number, total."""

    currency: str
    total: Decimal
    purchase_order: str
    po_required: bool
    bill_to: str
    bill_to_usable: bool
    terms: str
    usual_terms: str
    usual_currency: str
    tax_exempt: bool
    tax_registration: str
    reverse_codes: frozenset[str]
    unbilled_freight: Decimal
    alike: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """``expected`` and ``found`` are words or numbers with their unit."""

    code: str
    expected: str
    found: str
    position: int | None = None


Rule = Callable[[About, Sequence[Billed]], Iterator[Finding]]


def findings(about: About, lines: Sequence[Billed]) -> list[Finding]:
    """Everything that differs, in the order of the checks."""
    return [finding for rule in RULES for finding in rule(about, lines)]


def _price(about: About, lines: Sequence[Billed]) -> Iterator[Finding]:
    for line in lines:
        if line.price != line.order_price:
            yield Finding("price_differs", _unit(line.order_price, about), _unit(line.price, about), line.position)


def _agreed(about: About, lines: Sequence[Billed]) -> Iterator[Finding]:
    for line in lines:
        if line.agreed_price is not None and line.price > line.agreed_price:
            yield Finding("price_over_agreed", _unit(line.agreed_price, about), _unit(line.price, about), line.position)


def _quantity(about: About, lines: Sequence[Billed]) -> Iterator[Finding]:
    for line in lines:
        billed = line.invoiced_before + line.quantity
        if not line.ahead and billed > line.shipped:
            yield Finding("more_than_shipped", plain(line.shipped), plain(billed), line.position)
        elif billed > line.ordered:
            yield Finding("more_than_ordered", plain(line.ordered), plain(billed), line.position)


def _amount(about: About, lines: Sequence[Billed]) -> Iterator[Finding]:
    """A line's share of the order line's amount, give or take the cent that a running total rounds."""
    for line in lines:
        if not line.ordered:
            continue
        share = round_amount(line.order_net * line.quantity / line.ordered)
        if abs(share - line.net) > CENT:
            code = "freight_differs" if line.kind == "charge" else "amount_differs"
            yield Finding(code, _money(share, about), _money(line.net, about), line.position)


def _freight(about: About, lines: Sequence[Billed]) -> Iterator[Finding]:
    if about.unbilled_freight > 0:
        yield Finding("freight_missing", _money(about.unbilled_freight, about), _money(ZERO, about))


def _tax(about: About, lines: Sequence[Billed]) -> Iterator[Finding]:
    """Tax of each code and rate against its net amounts; the cents of single lines may add up."""
    groups: dict[tuple[str, Decimal], list[Billed]] = defaultdict(list)
    for line in lines:
        groups[line.tax_code, line.tax_rate].append(line)
        if line.tax_rate != line.order_tax_rate:
            yield Finding("tax_differs", f"{plain(line.order_tax_rate)} %", f"{plain(line.tax_rate)} %", line.position)
    for (code, rate), group in groups.items():
        wanted = round_amount(sum((line.net for line in group), ZERO) * rate / 100)
        tax = sum((line.tax for line in group), ZERO)
        if abs(wanted - tax) > CENT * len(group):
            yield Finding("tax_differs", _money(wanted, about), _money(tax, about))
        if about.tax_exempt and tax:
            yield Finding("tax_on_exempt", _money(ZERO, about), _money(tax, about))
        if code in about.reverse_codes and not about.tax_registration:
            yield Finding("reverse_unregistered", "", code)


def _purchase_order(about: About, lines: Sequence[Billed]) -> Iterator[Finding]:
    if about.po_required and not about.purchase_order.strip():
        yield Finding("po_missing", "", "")


def _bill_to(about: About, lines: Sequence[Billed]) -> Iterator[Finding]:
    if not about.bill_to:
        yield Finding("bill_to_missing", "", "")
    elif not about.bill_to_usable:
        yield Finding("bill_to_retired", "", about.bill_to)


def _terms(about: About, lines: Sequence[Billed]) -> Iterator[Finding]:
    if about.usual_terms and about.terms != about.usual_terms:
        yield Finding("terms_differ", about.usual_terms, about.terms)
    if about.currency != about.usual_currency:
        yield Finding("currency_differs", about.usual_currency, about.currency)


def _duplicate(about: About, lines: Sequence[Billed]) -> Iterator[Finding]:
    for number, total in about.alike:
        if total == about.total:
            yield Finding("duplicate", number, _money(total, about))


RULES: Final[tuple[Rule, ...]] = (
    _price,
    _agreed,
    _quantity,
    _amount,
    _freight,
    _tax,
    _purchase_order,
    _bill_to,
    _terms,
    _duplicate,
)


def _money(amount: Decimal, about: About) -> str:
    return f"{amount:,.2f} {about.currency}"


def _unit(price: Decimal, about: About) -> str:
    return f"{price:,.4f} {about.currency}"


def first_pass_percent(first: int, posted: int) -> Decimal | None:
    """How many of the posted invoices went through their first pre-flight. None while nothing was posted.

    >>> first_pass_percent(97, 100), first_pass_percent(0, 0)
    (Decimal('97.0'), None)
    """
    return round(Decimal(first) * 100 / posted, 1) if posted else None
