"""The one statement that ranks gives the same parts as the pure rules, whatever the rules are."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from omc.lib import clock
from orders.core.models import CustomerFacts, OrderFacts, PaymentTerms
from orders.core.selectors.companies import today
from orders.prioritization.models import Ranking, RuleSet
from orders.prioritization.rules import word
from orders.prioritization.selectors.books import read
from orders.prioritization.selectors.fields import FIELDS, facts_of
from orders.prioritization.services import rank_backlog
from tests.factories import CustomerFactory, OrderFactory, ProductFactory, make_actor, make_company

pytestmark = pytest.mark.django_db
NUMBERS = [key for key, field in FIELDS.items() if field.kind in ("decimal", "integer")]
WORDS = {"customer_class": "A", "channel": "web", "churn_band": "high", "prepaid": "true"}
CONDITIONS = [
    None,
    {"all": [{"any": [{"field": "customer_class", "op": "in", "value": ["A", "B"]}]}]},
    {"all": [{"any": [{"field": "net", "op": "ge", "value": "50"}, {"field": "channel", "op": "eq", "value": "web"}]}]},
    {"all": [{"any": [{"field": "requested_date", "op": "le", "value": {"days": 5}}]}]},
    {"all": [{"any": [{"field": "times_displaced", "op": "ne", "value": "1"}]}]},
    {"all": [{"any": [{"field": "margin_percent", "op": "is_set", "value": True}]}]},
]


def number(dice):
    return str(Decimal(dice.randint(-5000, 5000)) / 100)


def random_body(dice):
    groups = [
        {"key": f"g{i}", "name": f"100% {{G'{i}}}", "low": str(-dice.randint(0, 60)), "high": str(dice.randint(0, 60))}
        for i in range(dice.randint(1, 3))
    ]
    rules = []
    for i in range(dice.randint(1, 8)):
        kind = dice.choice(["constant", "factor", "lookup", "bands"])
        points = {
            "constant": {"kind": "constant", "points": number(dice)},
            "factor": {
                "kind": "factor", "field": dice.choice(NUMBERS), "low": str(-dice.randint(0, 40)),
                "factor": str(Decimal(dice.randint(-9999, 9999)) / 10**4), "high": str(dice.randint(0, 40)),
            },
            "lookup": {
                "kind": "lookup", "field": (word_field := dice.choice(list(WORDS))),
                "table": {WORDS[word_field]: number(dice)}, "otherwise": number(dice),
            },
            "bands": {
                "kind": "bands", "field": dice.choice(NUMBERS), "bands": [["-1.5", number(dice)], ["3", number(dice)]],
                "otherwise": number(dice),
            },
        }[kind]  # fmt: skip
        rule = {"key": f"r'{i}%s", "name": f"R{i}", "group": dice.choice(groups)["key"], "points": points}
        rules.append(rule | ({"when": when} if (when := dice.choice(CONDITIONS)) else {}))
    return {"groups": groups, "rules": rules}


def random_order(dice, company):
    terms = PaymentTerms.objects.create(
        company=company, code=f"T{dice.random()}"[:20], name="Terms", prepaid=dice.random() < 0.5
    )
    customer = CustomerFactory(company=company, customer_class=dice.choice("ABCD"))
    cost = dice.choice([None, Decimal("3.1234"), Decimal(0)])
    product = ProductFactory(company=company, standard_cost=cost)
    first = date(2026, 11, 23) + timedelta(days=dice.randint(0, 20))
    order = OrderFactory(
        company=company,
        customer=customer,
        confirmed=True,
        channel=dice.choice(["desk", "web", "edi"]),
        terms=dice.choice([None, terms]),
        requested_date=dice.choice([None, date(2026, 11, 23) + timedelta(days=dice.randint(-3, 20))]),
        original_promise=dice.choice([None, first]),
        current_promise=dice.choice([None, first + timedelta(days=dice.randint(-2, 8))]),
        items=[(product, dice.randint(1, 9), f"{dice.randint(1, 99)}.{dice.randint(10, 99)}")],
    )
    if cost is not None:
        order.cost_base = order.lines.get().cost_base
        order.save()
    if dice.random() < 0.7:
        CustomerFacts.objects.create(
            customer=customer,
            churn_band=dice.choice(["high", "low"]),
            overdue_days=dice.choice([None, 0, 40]),
            open_receivable_base=dice.choice([None, Decimal("12.34")]),
            average_days_late=dice.choice([None, Decimal("-2.5")]),
        )
        OrderFacts.objects.create(order=order, times_displaced=dice.choice([None, 0, 1, 3]))
    return order


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.slow
def test_sql_and_python_give_the_same_parts(seed):
    dice = random.Random(seed)
    with clock.stopped_at(datetime(2026, 11, 23, 10, 30, tzinfo=ZoneInfo("UTC"))):
        company = make_company()
        actor = make_actor(company, "ops")
        orders = [random_order(dice, company) for _ in range(6)]
        for _ in range(4):
            rule_set = RuleSet.objects.get(company=company)
            rule_set.body = random_body(dice)
            rule_set.save()
            rank_backlog(actor=actor)
            book = read(rule_set.body)
            for order in orders:
                expected = book.score(facts_of(order.pk), today(company))
                ranking = Ranking.objects.get(order=order)
                assert [(p["rule"], p["group"], Decimal(p["points"]), p["value"]) for p in ranking.parts] == [
                    (part.rule, part.group, part.points, part.value) for part in expected
                ]
                assert ranking.points == sum((part.points for part in expected), Decimal(0))
                assert all(p["points"] == word(Decimal(p["points"])) for p in ranking.parts)
