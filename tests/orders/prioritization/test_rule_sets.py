"""Two people change the rules; one version is in force."""

from copy import deepcopy
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from omc.lib.errors import IllegalTransition, InvalidInput, NotFound, PermissionRefused
from orders.core.models import Event
from orders.prioritization.models import Ranking, RuleSet
from orders.prioritization.selectors.books import InvalidRuleSet
from orders.prioritization.services import (
    RuleSetRefused,
    change_rule_set,
    draft_rule_set,
    publish_rule_set,
    rank_order,
)
from tests.factories import CustomerFactory, OrderFactory, ProductFactory, make_actor, make_company

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return make_company()


@pytest.fixture
def author(company):
    return make_actor(company, "admin")


@pytest.fixture
def colleague(company):
    return make_actor(company, "admin")


@pytest.fixture
def draft(company, author):
    return draft_rule_set(source_id=RuleSet.objects.get(company=company).pk, actor=author)


def change(draft, actor, **changed):
    values = {"name": draft.name, "points_per_day": draft.points_per_day, "body": draft.body} | changed
    return change_rule_set(rule_set_id=draft.pk, actor=actor, **values)


def test_a_draft_is_the_next_version_and_changes_nothing(draft, company, author):
    assert (draft.number, draft.state, draft.author_id) == (2, "draft", author.user_id)
    assert RuleSet.objects.get(company=company, state="published").number == 1


def test_publishing_retires_the_version_before_and_ranks_every_open_order_by_the_new_one(draft, author, colleague):
    customer = CustomerFactory(company=draft.company, customer_class="A")
    product = ProductFactory(company=draft.company)
    order = OrderFactory(company=draft.company, customer=customer, confirmed=True, items=[(product, 1, "5.00")])
    assert rank_order(order_id=order.pk, actor=author).points == Decimal(150)
    body = deepcopy(draft.body)
    body["rules"][0]["points"]["table"]["A"] = "77.5"
    change(draft, author, body=body, points_per_day=Decimal(30))
    published = publish_rule_set(rule_set_id=draft.pk, actor=colleague)
    assert (published.state, published.published_by_id) == ("published", colleague.user_id)
    assert RuleSet.objects.get(company=draft.company, number=1).state == "retired"
    ranking = Ranking.objects.get()
    assert (ranking.points, ranking.rule_set_id) == (Decimal("77.5"), draft.pk)
    assert [event.type for event in Event.objects.filter(subject_type="ruleset", subject_id=draft.pk)] == [
        "rule_set_drafted",
        "rule_set_changed",
        "rule_set_published",
    ]


def test_the_author_cannot_publish_alone(draft, author):
    events = Event.objects.count()
    with pytest.raises(RuleSetRefused, match="ask a colleague"):
        publish_rule_set(rule_set_id=draft.pk, actor=author)
    draft.refresh_from_db()
    assert (draft.state, Event.objects.count()) == ("draft", events)


def test_rules_without_points_for_waiting_are_refused(draft, author):
    with pytest.raises(RuleSetRefused, match="wait for ever"):
        change(draft, author, points_per_day=Decimal(0))


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("rules", 0, "points", "table"), {"Z": "5"}, "never “Z”"),
        (("rules", 0, "points", "field"), "shoe_size", "cannot give points"),
        (("rules", 0, "points", "field"), "net", "cannot give points"),
        (("rules", 0, "group"), "nowhere", "no group"),
        (("rules", 0, "when"), {"all": [{"any": [{"field": "shoe_size", "op": "eq", "value": 1}]}]}, "shoe_size"),
        (("groups", 0, "low"), "10", "zero must lie between"),
    ],
)
def test_rules_that_make_no_sense_are_refused_and_not_kept(draft, author, path, value, said):
    body = deepcopy(draft.body)
    place = body
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(InvalidRuleSet, match=said):
        change(draft, author, body=body)
    draft.refresh_from_db()
    assert draft.body != body


def test_a_nameless_rule_set_is_refused_at_its_field(draft, author):
    with pytest.raises(InvalidInput) as refusal:
        change(draft, author, name="  ")
    assert refusal.value.field == "name"


def test_what_is_in_force_or_retired_cannot_be_changed_or_published_again(draft, author, colleague):
    first = RuleSet.objects.get(company=draft.company, number=1)
    publish_rule_set(rule_set_id=draft.pk, actor=colleague)
    for rule_set in (first, draft):
        with pytest.raises(RuleSetRefused, match="start a draft"):
            change(rule_set, author)
        with pytest.raises(IllegalTransition):
            publish_rule_set(rule_set_id=rule_set.pk, actor=colleague)


def test_the_database_knows_one_published_version(draft):
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleSet.objects.filter(pk=draft.pk).update(state="published")


def test_strangers_and_colleagues_without_the_right_are_refused(draft, company):
    stranger, ops = make_actor(make_company(), "admin"), make_actor(company, "ops")
    with pytest.raises(NotFound):
        publish_rule_set(rule_set_id=draft.pk, actor=stranger)
    with pytest.raises(PermissionRefused):
        publish_rule_set(rule_set_id=draft.pk, actor=ops)
    with pytest.raises(PermissionRefused):
        draft_rule_set(source_id=draft.pk, actor=ops)
    with pytest.raises(PermissionRefused):
        change(draft, ops)
