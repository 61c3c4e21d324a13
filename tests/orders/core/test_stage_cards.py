"""Stage cards: the words of the README, the numbers of today, and who waits for whom."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from omc.lib import clock
from omc.lib.registry import registry
from orders.core.models import Duty, HoldType
from orders.core.selectors.stage_card import rules_in_force, today_in, waiting_for, waiting_on_us
from orders.core.services.companies import change_setting
from orders.core.services.history import change_row
from tests.factories import make_actor
from tests.orders.core.busy_company import NOW, busy_company, numbers_of, rows_behind, someone

KEYS = [
    "planning",
    "generation",
    "pricing",
    "entry",
    "prioritization",
    "scheduling",
    "fulfillment",
    "billing",
    "claims",
    "postsales",
]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), busy_company() as made:
        yield made


@pytest.fixture(autouse=True)
def _standing_clock(world):
    with clock.stopped_at(NOW):
        yield


def folder(key):
    return Path(settings.BASE_DIR, *next(name for name in settings.STAGES if name.endswith(key)).split("."))


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.slow
def test_the_card_and_the_readme_say_the_same(key):
    text = (folder(key) / "README.md").read_text()
    title, purpose = text.split("\n\n")[:2]
    rows = {
        match[1].lower(): match[2].strip()
        for match in re.finditer(r"^\| \**([\w ]+?)\** \| (.*) \|$", text, flags=re.MULTILINE)
    }
    stage, card = registry.stages[key], registry.stage_cards[key]

    assert title.replace(" and ", " & ").lower() == f"# {stage.number} {stage.name}".lower()
    assert " ".join(purpose.split()) == str(card.purpose)
    assert rows["comes in"] == str(card.comes_in)
    assert rows["goes out"] == str(card.goes_out)
    assert rows["who"] == str(card.who)
    duties = [str(rule.name) for rule in registry.duties if rule.stage == stage.number]
    assert duties
    assert all(f"*{name}*" in text for name in duties)


def test_every_stage_has_a_card():
    assert registry.stage_cards.keys() == registry.stages.keys() == KEYS


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.slow
def test_every_number_on_a_card_equals_the_rows_behind_it(world, key):
    client = someone(world, "exec")
    page = client.get(f"/stages/{key}/")

    assert page.status_code == 200
    numbers = numbers_of(page.text).found
    assert len(numbers) >= 4
    for said, counted, url in numbers:
        assert counted in said or "hold" in said
        assert rows_behind(client, url) == int(counted), (said, url)


def test_the_numbers_of_today(world):
    actor = make_actor(world.company, "csr")

    entry = today_in(actor, registry.stages["entry"])
    assert (entry.came, entry.went, entry.open, entry.overdue) == (0, 0, 4, 0)
    assert entry.value == 240
    assert entry.median_minutes == 300  # Monday 15:00 to 17:00, Tuesday 8:00 to 11:00
    queue = Duty.objects.filter(company=world.company).first().queue
    Duty.objects.create(
        company=world.company,
        subject_type="order",
        subject_id=1,
        stage=5,
        name="Rank order",
        queue=queue,
        opened_at=NOW,
    )
    ranking = today_in(actor, registry.stages["prioritization"])
    assert (ranking.came, ranking.went, ranking.open) == (1, 0, 1)


def test_who_waits_for_whom(world):
    actor = make_actor(world.company, "exec")
    scheduling, planning = registry.stages["scheduling"], registry.stages["planning"]

    before = {item.who: item.count for item in waiting_for(actor, scheduling, registry.stage_cards["scheduling"])}
    assert before["1 Order planning"] == 1  # the back-ordered one
    assert before["4 Order entry"] == 4
    assert before["Holds"] == 1
    assert {item.who: item.count for item in waiting_on_us(actor, planning)} == {"6 Scheduling": 1}
    after = {item.who for item in waiting_on_us(actor, scheduling)}
    assert after == {"7 Fulfillment"}


def test_rules_in_force_say_what_they_are_set_to_since_when_and_by_whom(world):
    admin = make_actor(world.company, "admin")
    stage, card = registry.stages["entry"], registry.stage_cards["entry"]
    days = next(kind.label for kind in registry.settings if kind.key == "entry.overdue_days")
    assert {rule.name: (rule.value, rule.at) for rule in rules_in_force(admin, stage, card)}[days] == ("30", None)

    change_setting(key="entry.overdue_days", value="12", actor=admin)
    change_row(HoldType.objects.get(company=world.company, code="manual"), {"blocks": ["confirm"]}, actor=admin)

    found = {str(rule.name): rule for rule in rules_in_force(admin, stage, card)}
    assert (found[str(days)].value, found[str(days)].at, found[str(days)].by) == ("12", NOW, admin.name)
    manual = found["The hold “Held by hand” stops"]
    assert (manual.value, manual.at, manual.by, manual.count) == ("confirm", NOW, admin.name, 1)
    ranking = rules_in_force(admin, registry.stages["prioritization"], registry.stage_cards["prioritization"])
    assert any("points a working day" in str(rule.value) for rule in ranking)


def test_a_card_names_no_money_to_those_who_see_no_prices(world):
    assert "USD" not in someone(world, "warehouse").get("/stages/billing/").text
    assert "USD" in someone(world, "csr").get("/stages/billing/").text
    assert "Open the stage" not in someone(world, "warehouse").get("/stages/billing/").text
    assert someone(world, "csr").get("/stages/nonsense/").status_code == 404


def test_a_card_costs_the_same_queries_however_much_waits(world):
    client = someone(world, "csr_lead")
    client.get("/stages/scheduling/")
    with CaptureQueriesContext(connection) as before:
        client.get("/stages/scheduling/")
    queue = Duty.objects.filter(company=world.company).first().queue
    Duty.objects.bulk_create(
        Duty(
            company=world.company,
            subject_type="order",
            subject_id=900_000 + n,
            stage=6,
            name="Release to warehouse",
            queue=queue,
            opened_at=NOW,
        )
        for n in range(40)
    )

    with CaptureQueriesContext(connection) as after:
        client.get("/stages/scheduling/")
    assert len(after) == len(before) <= 30
