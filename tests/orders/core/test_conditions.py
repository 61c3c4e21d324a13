"""A condition means the same in Python and in SQL: every operator, every kind, NULLs and date edges."""

import random
from datetime import date, timedelta
from decimal import Decimal as D

import pytest

from orders.core import conditions
from orders.core.conditions import FIELDS, builder
from orders.core.models import CustomerFacts, Order, OrderFacts
from tests.factories import AddressFactory, CustomerFactory, OrderFactory, make_company

TODAY = date(2026, 11, 23)


def leaf(field, op, value):
    return {"all": [{"any": [{"field": field, "op": op, "value": value}]}]}


@pytest.mark.parametrize(
    ("tree", "why"),
    [
        (leaf("nonsense", "eq", 1), "no field"),
        (leaf("channel", "lt", "desk"), "cannot be compared"),
        (leaf("net", "gt", "many"), "no value"),
        (leaf("net", "gt", "NaN"), "no value"),
        (leaf("net", "between", ["1"]), "two values"),
        (leaf("state", "eq", "frozen"), "no value"),
        (leaf("requested_date", "eq", "31.12."), "no value"),
        ({"all": [{"any": []}]}, "at least one"),
        ({"all": "x"}, "list of groups"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused_with_the_reason(tree, why):
    with pytest.raises(conditions.InvalidCondition, match=why):
        conditions.parse(tree, FIELDS)


def test_what_was_parsed_reads_back_and_speaks():
    data = {
        "all": [
            {
                "any": [
                    {"field": "customer_class", "op": "in", "value": ["A", "B"]},
                    {"field": "net", "op": "gt", "value": "1000.00"},
                ]
            },
            {"any": [{"field": "requested_date", "op": "le", "value": {"days": 2}}]},
        ]
    }
    tree = conditions.parse(data, FIELDS)

    assert conditions.dump(tree) == data
    assert conditions.sentence(tree, FIELDS) == (
        "customer class is one of A, B or net amount is more than 1,000.00 in company currency,"
        " and requested date is at most 2 days from now"
    )
    assert conditions.literal(tree, TODAY).groups[1][0].values == (date(2026, 11, 25),)


def test_decimals_are_compared_at_the_scale_of_their_field():
    tree = conditions.parse(leaf("net", "eq", "10.004"), FIELDS)

    assert conditions.matches(tree, {"net": D("10.00")}, FIELDS)


def test_the_builder_reads_back_what_it_draws():
    data = conditions.dump(conditions.parse(leaf("requested_date", "between", [{"days": -3}, "2026-12-01"]), FIELDS))
    drawn = builder.rows(data)
    post = {f"{row['name']}-{key}": row[key] for group in drawn for row in group for key in ("field", "op", "value")}

    assert builder.read(post) == data


@pytest.fixture
def orders(db):
    rng = random.Random(11)
    company = make_company()
    for _ in range(24):
        customer = CustomerFactory(
            company=company,
            customer_class=rng.choice("ABCD"),
            price_group=rng.choice(["", "gold"]),
            po_required=rng.random() < 0.5,
        )
        order = OrderFactory(
            company=company,
            customer=customer,
            state=rng.choice(["pending", "confirmed", "shipped"]),
            channel=rng.choice(["desk", "edi"]),
            requested_date=rng.choice([None, *(TODAY + timedelta(days=n) for n in (-1, 0, 1, 2))]),
            net_base=D(rng.choice(["0", "10", "99.99", "100", "1000"])),
            cost_base=rng.choice([None, D(0), D("80"), D("99.99"), D("120.50")]),
            line_count=rng.randint(0, 3),
            ship_to=AddressFactory(customer=customer, country=rng.choice(["US", "DE"])) if rng.random() < 0.7 else None,
        )
        if rng.random() < 0.6:
            CustomerFacts.objects.create(
                customer=customer,
                open_receivable_base=rng.choice([None, D("0"), D("500.25")]),
                overdue_days=rng.choice([None, 0, 12]),
            )
        if rng.random() < 0.5:
            OrderFacts.objects.create(
                order=order, slot_date=rng.choice([None, TODAY]), times_displaced=rng.choice([None, 0, 2])
            )
    return Order.objects.filter(company=company)


def random_leaf(rng, field, facts):
    values = [row[field.key] for row in facts.values() if row[field.key] not in (None, "")]
    pool = values or [
        {"decimal": D(1), "integer": 1, "date": TODAY, "boolean": True}.get(
            field.kind, field.choices[0][0] if field.choices else "x"
        )
    ]

    def say(value):
        if isinstance(value, bool):
            return str(value).lower()
        return value.isoformat() if isinstance(value, date) else str(value)

    op = rng.choice(field.operators)
    if field.kind == "date" and op not in ("is_set", "in", "between") and rng.random() < 0.5:
        return {"field": field.key, "op": op, "value": {"days": rng.randint(-2, 3)}}
    if op == "is_set":
        value = rng.random() < 0.5
    elif op == "in":
        value = [say(rng.choice(pool)) for _ in range(2)]
    elif op == "between":
        value = sorted((rng.choice(pool), rng.choice(pool)))
        value = [say(item) for item in value]
    else:
        value = say(rng.choice(pool))
    return {"field": field.key, "op": op, "value": value}


@pytest.mark.slow
def test_python_and_sql_agree_on_every_field_and_operator(orders):
    rng = random.Random(20261123)
    facts = conditions.facts_of(list(orders.values_list("pk", flat=True)))
    used = set()
    for _ in range(600):
        data = {
            "all": [
                {"any": [random_leaf(rng, rng.choice(list(FIELDS.values())), facts) for _ in range(rng.randint(1, 3))]}
                for _ in range(rng.randint(0, 3))
            ]
        }
        tree = conditions.literal(conditions.parse(data, FIELDS), TODAY)
        used |= {(item.field, item.operator) for group in tree.groups for item in group}
        by_sql = set(conditions.orders_matching(tree, orders).values_list("pk", flat=True))
        by_python = {pk for pk, row in facts.items() if conditions.matches(tree, row, FIELDS)}
        assert by_sql == by_python, conditions.sentence(tree, FIELDS)
    every = {(field.key, op) for field in FIELDS.values() for op in field.operators}
    assert len(every - used) < len(every) * 0.05
