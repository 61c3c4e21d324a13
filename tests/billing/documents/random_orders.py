"""Orders as they come: random lines, units, discounts, freight, taxes, currencies and splits; invoiced, and credited in part."""

from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import Any, Final

from billing.models import Invoice
from billing.selectors import invoice_page
from billing.services import invoice_shipment
from billing.services.credit_lines import credit_lines
from billing.services.receivable import lock_customer
from omc.lib.actor import Actor
from omc.lib.service import verb
from orders.core import ledger, lifecycle
from orders.core.models import Company, LineKind, Order, OrderLine
from orders.pricing.models import TaxRule
from orders.pricing.rules import line_taxes
from tests.billing.factories import customer_of, ship_rows, shipped_order
from tests.factories import AddressFactory, WarehouseFactory, make_actor, make_company

D = Decimal
CURRENCIES: Final = {"EUR": D(1), "USD": D("0.92345678"), "GBP": D("1.17")}
# treatment: what the tax rules call it, its category and rate, the customer's country and tax number
TREATMENTS: Final[dict[str, tuple[list[tuple[str, str, Decimal]], str, str]]] = {
    "domestic": ([("DE19", "S", D(19)), ("DE7", "S", D(7))], "DE", "DE811193231"),
    "domestic and zero": ([("DE19", "S", D(19)), ("DE0", "Z", D(0))], "DE", ""),
    "exempt": ([("EXEMPT", "", D(0))], "DE", ""),
    "exempt in part": ([("DE7", "S", D(7)), ("MED", "E", D(0))], "DE", "DE811193231"),
    "reverse charge": ([("EU-RC", "AE", D(0))], "AT", "ATU12345675"),
    "intra-Community": ([("EU-IC", "K", D(0))], "FR", "FR40303265045"),
    "export": ([("EXPORT", "G", D(0))], "CH", ""),
    "outside": ([("NONE", "O", D(0))], "US", ""),
}
_UNITS: Final = [("pc", D(1)), ("box", D(12)), ("m", D(1)), ("pack", D("2.5"))]


def seller() -> Company:
    """A company that has all that its electronic documents must say."""
    company = make_company(
        name="Nordhafen GmbH & Co. <KG>",
        tax_id="DE136695976",
        country="DE",
        currency="EUR",
        street="Kai 1",
        postal_code="20457",
        city="Hamburg",
        bank_name="Haspa",
        bank_account="DE89 3704 0044 0532 0130 00",
        email="orders@nordhafen.example",
    )
    for rules, country, _number in TREATMENTS.values():
        for code, category, rate in rules:
            if category:
                TaxRule.objects.get_or_create(
                    company=company,
                    code=code,
                    defaults={"name": code, "category": category, "rate": rate, "country": country, "tax_class": code},
                )
    return company


def documents(company: Company, treatment: str, draw: Random) -> Iterator[Invoice]:
    """The invoices of one random order in one or two shipments, and a credit note for part of it."""
    actor = make_actor(company, "billing", "service")
    order, shipments = _order(company, treatment, draw)
    for shipment in shipments:
        posted = invoice_shipment(shipment_id=shipment.pk, actor=actor)
        yield invoice_page(posted.pk, actor)
    line = draw.choice(list(order.lines.exclude(invoiced=0).filter(kind=LineKind.GOODS)))
    yield invoice_page(
        credit(order=order, quantities=[(line.pk, min(line.invoiced, D(draw.randint(1, 3))))], actor=actor).pk, actor
    )


@verb(silent="the building block records it")
def credit(*, order: Order, quantities: list[tuple[int, Decimal]], actor: Actor) -> Invoice:
    lock_customer(order.customer_id, actor)
    return credit_lines(
        order=lifecycle.lock(order.pk, actor), quantities=quantities, reason="Damaged & sent back", actor=actor
    )


def _order(company: Company, treatment: str, draw: Random) -> tuple[Order, list[Any]]:
    rules, country, number = TREATMENTS[treatment]
    customer = customer_of(
        company, tax_registration=number, name=draw.choice(["Müller <Söhne>", "Smith & Co.", "Łódź S.A."])
    )
    place = AddressFactory(customer=customer, city="Wien", country=country)
    currency, rate = draw.choice(list(CURRENCIES.items()))
    count = draw.randint(1, 5)
    quantities = [D(draw.randint(2, 60)) for _ in range(count)]
    charges = [("Freight", f"{draw.randint(500, 9000) / 100:.2f}")] * draw.randint(0, 1)
    charges += [("Discount", f"-{draw.randint(1, 150) / 100:.2f}")] * draw.randint(0, 2)
    order, _none = shipped_order(
        company,
        items=[(quantity, f"{draw.randint(1, 999999) / 10000:.4f}") for quantity in quantities],
        ship=[],
        charges=charges,
        customer=customer,
        customer_po=draw.choice(["", "PO 4711"]),
        ship_to=place,
        currency=currency,
        currency_rate=rate,
    )
    _dress(order, rules, rate, draw)
    goods = list(order.lines.filter(kind=LineKind.GOODS).order_by("position"))
    first = [D(draw.randint(1, int(quantity))) for quantity in quantities]
    rest = [quantity - part for quantity, part in zip(quantities, first, strict=True)]
    house = WarehouseFactory(company=company)
    shipments = [ship_rows(order, goods, parts, house) for parts in (first, rest) if any(parts)]
    for shipment in shipments:
        shipment.ship_to = place
        shipment.save(update_fields=["ship_to"])
    return order, shipments


def _dress(order: Order, rules: list[tuple[str, str, Decimal]], rate: Decimal, draw: Random) -> None:
    """Give the lines taxes as pricing spreads them, units, and list prices above what is charged."""
    lines = list(order.lines.order_by("position"))
    taxes = [(code, percent) for code, _category, percent in (draw.choice(rules) for _ in lines)]
    for line, (code, percent), tax in zip(
        lines, taxes, line_taxes([row.net_amount for row in lines], taxes), strict=True
    ):
        line.tax_code, line.tax_rate, line.tax_amount = code, percent, tax
        line.net_base = (line.net_amount * rate).quantize(D("0.01"))
        if line.kind == LineKind.GOODS:
            line.unit, line.unit_factor = draw.choice(_UNITS)
            line.list_price = draw.choice([None, line.unit_price, line.unit_price + D("1.2345")])
    OrderLine.objects.bulk_update(
        lines, ["tax_code", "tax_rate", "tax_amount", "net_base", "unit", "unit_factor", "list_price"]
    )
    assert ledger.open_lines(order.pk)
