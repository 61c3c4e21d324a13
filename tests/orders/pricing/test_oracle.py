"""Thousands of random look-ups cost what the specification says, every branch of it many times over."""

import ast
import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from omc.lib import clock
from orders.core.models import Customer, OrderLine, Product
from orders.pricing.models import (
    Agreement,
    AgreementItem,
    PriceBreak,
    PriceList,
    Quote,
    QuoteLine,
    Release,
    ReleaseLine,
)
from orders.pricing.services import NoPrice, price_lines
from tests.factories import CustomerFactory, OrderFactory, ProductFactory, make_company
from tests.orders.pricing import oracle
from tests.orders.pricing.factories import ExchangeRateFactory
from tests.orders.pricing.oracle import Answer, Ask, Blanket, Buyer, Row, Terms

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)
EURO = Decimal("1.25")
KINDS = ["contract", "group_contract", "promotion", "promotion", *["customer"] * 4, "segment", "segment", "base"]
CASE = 12

LEAST = 100
BRANCHES = (
    "blanket: enough", "blanket: too little", "blanket: the next one", "blanket: used up", "best of: over a blanket",
    *oracle.STRENGTH, "item", "nothing", "break", "date tie", "id tie", "fall-through", "best of: promotion",
    "best of: contract", "currency", "unit: pack", "unit: another one's", "percent", "pool: item", "pool: group",
)  # fmt: skip


class World:
    """A company with random customers, items, lists and breaks: as rows of the database, and plain for the oracle."""

    def __init__(self, seed: int, breaks: int) -> None:
        self.dice, self.count = random.Random(seed), breaks
        dice = self.dice
        self.company = make_company()
        ExchangeRateFactory(company=self.company, currency="EUR", rate=EURO, day=DAY - timedelta(99))
        self.customers: list[Customer] = [
            CustomerFactory(
                company=self.company, price_group=dice.choice(["", "g1", "g2"]), customer_class=dice.choice("ABC"),
                currency="EUR" if n % 3 == 0 else "USD",
            )
            for n in range(9)
        ]  # fmt: skip
        self.products: list[Product] = [
            ProductFactory(
                company=self.company, list_price=None if n % 4 == 0 else Decimal(dice.randint(100, 9900)) / 100
            )
            for n in range(12)
        ]
        self.terms = list(self._lists())
        self.rows = list(self._breaks())
        self.blankets = list(self._blankets())

    def _days(self) -> tuple[date | None, date | None]:
        dice = self.dice
        first = dice.choice([None, None, None, None, DAY - timedelta(10), DAY, DAY + timedelta(10)])
        return first, dice.choice([None, None, None, (first or DAY) + timedelta(dice.randint(0, 60))])

    def _lists(self) -> Iterator[Terms]:
        dice = self.dice
        for n in range(80):
            kind = KINDS[n % len(KINDS)]
            buyer = dice.choice(self.customers) if kind in ("contract", "customer") else None
            group, grade = "", ""
            if kind == "group_contract":
                group = dice.choice(["g1", "g2"])
            elif kind == "segment" or (kind == "promotion" and dice.random() < 0.5):
                group, grade = dice.choice([("g1", ""), ("g2", ""), ("", "A"), ("", "B"), ("", "C")])
            first, last = self._days()
            made = PriceList.objects.create(
                company=self.company, code=f"L{n}", name=f"L{n}", kind=kind, customer=buyer, price_group=group,
                customer_class=grade, currency=dice.choice(["USD", "USD", "EUR"]), valid_from=first, valid_to=last,
                is_active=dice.random() > 0.1, best_of=kind == "promotion" and dice.random() < 0.6,
                pools_quantity=dice.random() < 0.4, created_at=clock.now(),
            )  # fmt: skip
            yield Terms(
                made.pk, kind, buyer.pk if buyer else None, group, grade, made.currency, first, last, made.is_active,
                made.best_of, made.pools_quantity,
            )  # fmt: skip

    def _breaks(self) -> Iterator[Row]:
        dice, made, plain, seen = self.dice, [], [], set()
        by_id = {terms.id: terms for terms in self.terms}
        for _ in range(self.count):
            terms, product = dice.choice(self.terms), dice.choice(self.products)
            unit, factor = ("case", CASE) if dice.random() < 0.2 else ("", 1)
            first, last = self._days()
            least = Decimal(dice.choice([1, 2, 10, 50]))
            if (key := (terms.id, product.pk, unit, least, first)) in seen:
                continue
            seen.add(key)
            cents = dice.randint(1, 9000)
            in_percent = dice.random() < 0.25
            made.append(
                PriceBreak(
                    price_list_id=terms.id, product=product, min_quantity=least, unit=unit, unit_factor=factor,
                    unit_price=None if in_percent else Decimal(cents) / 100 * factor,
                    percent=Decimal(dice.randint(0, 6000)) / 100 if in_percent else None,
                    break_group=dice.choice(["", "x", "y"]) if terms.pools else "", valid_from=first, valid_to=last,
                    created_at=clock.now(), replaced_at=clock.now() if dice.random() < 0.05 else None,
                )
            )  # fmt: skip
        for row in PriceBreak.objects.bulk_create(made):
            plain.append(
                Row(
                    row.pk, by_id[row.price_list_id], row.product_id, row.min_quantity, row.unit, int(row.unit_factor),
                    row.unit_price, row.percent, row.break_group, row.valid_from, row.valid_to,
                    row.replaced_at is not None,
                )
            )  # fmt: skip
        yield from plain

    def _blankets(self) -> Iterator[Blanket]:
        """Agreements of which other orders took something, cancelled some of it and sent some back."""
        dice = self.dice
        for n in range(36):
            buyer = dice.choice(self.customers)
            first = DAY + timedelta(dice.choice([-40, -20, -10, 5]))
            made = Agreement.objects.create(
                company=self.company, number=f"BL-{n}", customer=buyer, valid_from=first,
                currency=buyer.currency if dice.random() < 0.9 else dice.choice(["USD", "EUR"]),
                valid_to=first + timedelta(dice.randint(15, 60)), created_at=clock.now(), activated_at=clock.now(),
                state="active" if dice.random() < 0.85 else dice.choice(["draft", "ended", "closed"]),
            )  # fmt: skip
            order = OrderFactory(customer=buyer, company=self.company, pending=True)
            release = Release.objects.create(agreement=made, order=order, number=1, at=clock.now())
            for position, product in enumerate(dice.sample(self.products, 3), start=1):
                agreed, price = Decimal(dice.choice([5, 50, 500])), Decimal(dice.randint(1, 9000)) / 100
                item = AgreementItem.objects.create(agreement=made, product=product, quantity=agreed, unit_price=price)
                taken = agreed * dice.choice([0, 0, 1, 1, 2]) / 2
                cancelled, back = dice.choice([(0, 0), (0, 0), (1, 0), (0, 2)]) if taken else (0, 0)
                handled = dict.fromkeys(("picked", "packed", "shipped"), taken)
                line = OrderLine.objects.create(
                    order=order, position=position, product=product, ordered=taken + cancelled, cancelled=cancelled,
                    returned=back, **(handled if back else {}),
                )  # fmt: skip
                ReleaseLine.objects.create(release=release, item=item, line=line)
                yield Blanket(
                    item.pk, buyer.pk, product.pk, made.currency, agreed, taken - back, price, first, made.valid_to,
                    made.state == "active",
                )  # fmt: skip

    def document(self) -> tuple[Customer, date, list[QuoteLine]]:
        """Lines of some items, several times the same one, some by the case."""
        dice = self.dice
        items = dice.sample(self.products, 6)
        lines = []
        for position in range(1, 21):
            typed, unit = Decimal(dice.choice(["0.5", "1", "3", "4", "9.999999", "10", "45", "60"])), "pc"
            if dice.random() < 0.4:
                typed, unit = Decimal(dice.choice([1, 2, 5, 20])), "case"
            factor = CASE if unit == "case" else 1
            lines.append(
                QuoteLine(
                    position=position, product=dice.choice(items), quantity=typed * factor, typed_quantity=typed,
                    unit=unit, unit_factor=Decimal(factor),
                )
            )  # fmt: skip
        return dice.choice(self.customers), DAY + timedelta(dice.randint(-15, 25)), lines


def wanted(world: World, customer: Customer, day: date, lines: list[QuoteLine]) -> list[Answer]:
    rate = EURO if customer.currency == "EUR" else Decimal(1)
    asks = [
        Ask(product.pk, line.quantity, line.unit, None if product.list_price is None else product.list_price / rate)
        for line in lines
        for product in [line.product]
        if product
    ]
    buyer = Buyer(customer.pk, customer.price_group, customer.customer_class, customer.currency)
    return oracle.answers(world.rows, world.blankets, buyer, asks, day)


def price(customer: Customer, day: date, lines: list[QuoteLine]) -> None:
    rate = EURO if customer.currency == "EUR" else Decimal(1)
    document: Any = Quote(
        company=customer.company, customer=customer, currency=customer.currency, currency_rate=rate, valid_until=day
    )
    price_lines(document=document, lines=lines, customer=customer, ship_to=None, on=day)


@pytest.mark.slow
def test_random_look_ups_cost_what_the_oracle_says_in_every_branch_and_add_up():
    compared, branches = 0, Counter[str]()
    for seed, breaks in enumerate((2000, 500, 160), start=4):  # where much is agreed, and where little is
        world = World(seed, breaks)
        for _ in range(90):
            customer, day, lines = world.document()
            expected = wanted(world, customer, day, lines)
            branches += oracle.tally(expected)
            compared += len(expected)
            if unknown := [line for line, answer in zip(lines, expected, strict=True) if answer.price is None]:
                with pytest.raises(NoPrice) as refusal:
                    price(customer, day, lines)
                assert [each["position"] for each in refusal.value.data["lines"]] == [line.position for line in unknown]
                nameless = {line.product_id for line in unknown}
                lines = [line for line in lines if line.product_id not in nameless]
                expected = wanted(world, customer, day, lines)

            price(customer, day, lines)

            assert [
                (line.unit_price, line.price_steps[-1].get("break_id"), line.price_steps[-1]["source"] == "blanket")
                for line in lines
            ] == [(answer.price, answer.rule, answer.kind == "blanket") for answer in expected]
            for line in lines:
                assert sum(Decimal(step["amount"]) for step in line.price_steps) == line.unit_price
    assert compared >= 4000
    assert {branch: branches[branch] for branch in BRANCHES if branches[branch] < LEAST} == {}


def test_the_oracle_knows_nothing_of_the_application():
    tree = ast.parse(Path(oracle.__file__).read_text())
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported == {"collections", "dataclasses", "datetime", "decimal"}
