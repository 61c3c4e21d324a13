"""A rule on a price list tells what it would do to last year's lines, and becomes a version exactly once."""

import math
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from omc.lib import clock
from omc.lib.errors import InvalidInput, NotFound, PermissionRefused
from omc.lib.registry import registry
from orders.core.conditions import InvalidCondition
from orders.core.models import JobState, OrderLine
from orders.core.services import jobs
from orders.core.services.companies import change_setting
from orders.pricing import tasks
from orders.pricing.files.services import publish_price_file
from orders.pricing.models import PriceBreak, PriceList, WhatIf, WhatIfLine
from orders.pricing.whatif import services
from orders.pricing.whatif.selectors import result_of
from orders.pricing.whatif.services import keeping
from orders.pricing.whatif.services.clearing import KEEP_DAYS
from tests.factories import make_actor, make_company
from tests.orders.pricing.factories import PriceListFactory
from tests.orders.pricing.whatif.scenes import Scene

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CENT = Decimal("0.01")


@pytest.fixture
def scene():
    with clock.stopped_at(NOW):
        yield Scene()


def nearest(price: Fraction, rounding: str, *, up: bool = False) -> Fraction:
    """Where a price ends, by whole cents or hundredths of them: no statement of the database, no Decimal."""
    start, step = {"nine": (9, 10), "five": (0, 5), "cent": (0, 1), "fine": (0, Fraction(1, 100))}[rounding]
    steps = (price * 100 - start) / step
    count = math.ceil(steps) if up else math.floor(steps + Fraction(1, 2))
    lowest = {"nine": Fraction(9), "five": Fraction(5), "cent": Fraction(1), "fine": Fraction(1, 100)}[rounding]
    return max(Fraction(start) + count * step, lowest) / 100


@pytest.mark.parametrize("rounding", ["nine", "five", "cent", "fine"])
@pytest.mark.parametrize(
    ("change", "value", "floor"), [("percent", "-6.5", None), ("amount", "0.33", None), ("percent", "-25", "20")]
)
def test_every_price_is_what_naive_arithmetic_makes_of_it(scene, rounding, change, value, floor):
    margin = None if floor is None else Decimal(floor)
    made = scene.write(value, change=change, rounding=rounding, min_margin_percent=margin, lifts=floor is not None)

    found = {price.row_id: price.after for price in made.prices.all()}
    rows = list(PriceBreak.objects.filter(price_list=scene.base).select_related("product"))
    assert len(found) == len(rows) == 19
    ladders: dict[int, list[tuple[Fraction, Fraction]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.min_quantity * row.unit_factor):
        factor, moved = Fraction(row.unit_factor), Fraction(row.unit_price)
        moved = moved * (100 + Fraction(value)) / 100 if change == "percent" else moved + Fraction(value) * factor
        ends, up = nearest(moved, rounding), False
        cost = row.product.standard_cost
        if floor and cost and (lowest := Fraction(cost) / (1 - Fraction(floor) / 100) * factor) > ends:
            ends, up = nearest(lowest, rounding, up=True), True
        single = Fraction(
            (Decimal(ends.numerator) / Decimal(ends.denominator) / row.unit_factor).quantize(
                Decimal("0.0001"), ROUND_CEILING if up else ROUND_HALF_UP
            )
        )
        depth = Fraction(row.min_quantity * row.unit_factor)
        single = min([single, *(price for low, price in ladders[row.product_id] if low < depth)])
        ladders[row.product_id].append((depth, single))
        assert Fraction(found[row.pk]) == single * factor, row.product.sku


def test_every_line_is_told_at_the_price_that_it_then_really_has(scene):
    made = scene.write("7.3", rounding="five")
    told = {row.line_id: row for row in made.lines.select_related("product")}
    file = services.draft_what_if(what_if_id=made.pk, actor=scene.actor)
    publish_price_file(file_id=file.pk, actor=scene.actor)

    asked: set[int] = set()
    for order in scene.orders:
        lines = list(OrderLine.objects.filter(order=order).select_related("product").order_by("position"))
        was = {line.pk: (line.unit_price, line.price_steps[-1]["step"]) for line in lines}
        typed = {line.position: line.unit_price for line in lines if was[line.pk][1] == "manual"}
        scene.price(order, lines, typed, on=scene.tomorrow)
        for line in lines:
            row = told[line.pk]
            asked.add(row.line_id)
            assert (row.price_charged, row.price_after) == (was[line.pk][0], line.unit_price)
            assert row.after_base == line.net_base
            assert row.known_cost_base == line.cost_base
            assert row.before_base == (row.price_before * line.ordered).quantize(CENT, ROUND_HALF_UP)
            assert row.change_base == row.after_base - row.before_base
    assert asked == set(told)
    effects = {row.effect for row in told.values()}
    assert effects == {"dearer", "outranked", "typed"}
    follows = [row for row in told.values() if row.product.sku == "P3" and row.customer_id == scene.customers[1].pk]
    assert follows
    assert all(row.effect in ("dearer", "typed") for row in follows)


def test_the_sums_are_those_of_the_lines(scene):
    made = scene.write("-12", min_margin_percent=Decimal(25))

    rows = list(made.lines.all())
    naive: dict[tuple[str, Any], dict[str, Any]] = defaultdict(lambda: defaultdict(lambda: Decimal(0)))
    for row in rows:
        known, cost = row.known_cost_base is not None, row.known_cost_base or Decimal(0)
        assert row.is_under_before == (known and row.before_base * 75 < cost * 100)
        assert row.is_under_after == (known and row.after_base * 75 < cost * 100)
        for key in (("effect", row.effect), ("customer", row.customer_id), ("item", row.product_id)):
            sums = naive[key]
            sums["lines"] += 1
            sums["moved"] += row.effect in ("dearer", "cheaper")
            sums["before_base"] += row.before_base
            sums["after_base"] += row.after_base
            sums["change_base"] += row.after_base - row.before_base
            sums["known_before_base"] += row.before_base if known else 0
            sums["known_after_base"] += row.after_base if known else 0
            sums["known_cost_base"] += cost
            sums["unknown_lines"] += not known
            sums["under_before"] += row.is_under_before
            sums["under_after"] += row.is_under_after
    found = {
        (one.by, one.effect or one.customer_id or one.product_id): {
            name: getattr(one, name) for name in naive[("effect", rows[0].effect)]
        }
        for one in made.sums.all()
    }
    assert found == naive
    result = result_of(made)
    assert result.whole.change == sum(row.change_base for row in rows)
    assert result.moved + result.untouched == len(rows) == result.whole.lines
    assert result.whole.under_after > result.whole.under_before
    assert result.whole.unknown_lines == sum(row.known_cost_base is None for row in rows) > 0
    cost = sum(row.known_cost_base or 0 for row in rows)
    known_after = sum(row.after_base for row in rows if row.known_cost_base is not None)
    assert result.whole.margin_after == ((known_after - cost) / known_after * 100).quantize(CENT, ROUND_HALF_UP)


@pytest.mark.parametrize(
    ("field", "value", "skus"),
    [("category", "PIPE", {"P0", "P1"}), ("supplier", "ACME", {"P2"}), ("item", "P4", {"P4"})],
)
def test_a_condition_narrows_the_rule_to_items(scene, field, value, skus):
    made = scene.write(tree={"all": [{"any": [{"field": field, "op": "eq", "value": value}]}]})

    assert {price.product.sku for price in made.prices.select_related("product")} == skus
    assert {line.product.sku for line in made.lines.select_related("product")} <= skus


def test_what_was_cancelled_or_ordered_before_or_by_another_company_does_not_count(scene):
    lines = WhatIfLine.objects.filter(what_if=scene.write()).count()
    first, second = scene.orders[:2]
    gone = first.lines.count() + second.lines.count()
    type(first).objects.filter(pk=first.pk).update(state="cancelled")
    type(second).objects.filter(pk=second.pk).update(submitted_at=NOW.replace(year=2025, month=11, day=22))
    with clock.stopped_at(NOW):
        Scene(orders=2)

    assert scene.write().lines.count() == lines - gone


def test_it_is_drafted_once_and_published_once(scene):
    made = scene.write()

    file = services.draft_what_if(what_if_id=made.pk, actor=scene.actor)
    assert services.draft_what_if(what_if_id=made.pk, actor=scene.actor) == file
    assert file.counts == {"changed": 19}
    assert PriceList.objects.filter(company=scene.company, code="BASE").count() == 1
    version = publish_price_file(file_id=file.pk, actor=scene.actor)

    wanted = {
        (price.product_id, price.row.unit, price.row.min_quantity): price.after
        for price in made.prices.select_related("row")
    }
    assert {(row.product_id, row.unit, row.min_quantity): row.unit_price for row in version.breaks.all()} == wanted
    assert services.draft_what_if(what_if_id=made.pk, actor=scene.actor) == file
    with pytest.raises(services.WhatIfBusy):
        services.change_what_if(what_if_id=made.pk, rule=scene.rule("9"), actor=scene.actor)


def test_a_list_that_changed_meanwhile_is_not_drafted_from_old_prices(scene):
    made = scene.write()
    scene.set(scene.base, [("P5", "1", "8.20", "")])

    assert result_of(WhatIf.objects.get(pk=made.pk)).is_outdated
    with pytest.raises(services.WhatIfOutdated):
        services.draft_what_if(what_if_id=made.pk, actor=scene.actor)
    services.change_what_if(what_if_id=made.pk, rule=scene.rule(), actor=scene.actor)
    assert services.draft_what_if(what_if_id=made.pk, actor=scene.actor).version is None


def test_a_rule_that_changes_nothing_is_no_draft(scene):
    with pytest.raises(services.NothingChanges):
        services.draft_what_if(what_if_id=scene.write("0", rounding="fine").pk, actor=scene.actor)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"value": Decimal(91)}, "value"),
        ({"change": "cube"}, "change"),
        ({"rounding": "up"}, "rounding"),
        ({"lifts": True}, "min_margin_percent"),
        ({"min_margin_percent": Decimal(100)}, "min_margin_percent"),
        ({"valid_from": NOW.date().replace(day=1)}, "valid_from"),
    ],
)
def test_what_no_rule_can_say_is_refused_at_its_field(scene, more, field):
    with pytest.raises(InvalidInput) as refusal:
        services.write_what_if(
            list_id=scene.base.pk,
            rule=services.Rule(**{"change": "percent", "value": Decimal(1), "valid_from": scene.tomorrow} | more),
            actor=scene.actor,
        )
    assert refusal.value.field == field
    assert not WhatIf.objects.exists()


def test_an_unknown_word_another_company_and_other_roles_are_refused(scene):
    with pytest.raises(InvalidCondition):
        scene.write(tree={"all": [{"any": [{"field": "color", "op": "eq", "value": "red"}]}]})
    made, other = scene.write(), make_actor(make_company(), "pricing")
    with pytest.raises(NotFound):
        services.write_what_if(list_id=scene.base.pk, rule=scene.rule(), actor=other)
    with pytest.raises(NotFound):
        services.draft_what_if(what_if_id=made.pk, actor=other)
    with pytest.raises(PermissionRefused):
        services.draft_what_if(what_if_id=made.pk, actor=make_actor(scene.company, "csr"))
    assert scene.client("csr").get(reverse("pricing:what-if", args=[made.pk])).status_code == 403


def test_many_lines_are_counted_by_a_job_with_the_same_numbers(scene, monkeypatch):
    at_once = scene.write()
    monkeypatch.setattr(keeping, "AT_ONCE", 3)
    made = scene.write()
    assert made.computed_at is None
    assert not made.lines.exists()
    client = scene.client()
    assert b"Last year" in client.get(reverse("pricing:what-if", args=[made.pk])).content

    seen: list[tuple[int, int]] = []
    what_if = WhatIf.objects.select_related("company", "price_list").get(pk=made.pk)
    keeping.compute(what_if, lambda done, total: seen.append((done, total)))

    assert [done for done, _total in seen] == list(range(12))
    assert {total for _done, total in seen} == {12}
    rows = [
        list(one.lines.order_by("line_id").values_list("line_id", "effect", "change_base")) for one in (at_once, made)
    ]
    assert rows[0] == rows[1]


@pytest.mark.slow
def test_the_queries_do_not_grow_with_the_lines():
    with clock.stopped_at(NOW):
        few, many = Scene(orders=2, lines=2), Scene(orders=8, lines=6)
        counts = []
        for scene in (few, many):
            scene.write()
            with CaptureQueriesContext(connection) as queries:
                made = scene.write()
            counts.append(len(queries))
            assert made.lines.count() in (4, 48)
        assert counts[0] == counts[1]


@pytest.mark.slow
def test_the_page_its_lists_and_files_say_the_same(scene):
    client = scene.client()
    day = scene.tomorrow.isoformat()
    typed = {
        "change": "percent",
        "value": "5",
        "rounding": "cent",
        "valid_from": day,
        "category": "PIPE",
        "items": "",
        "supplier": "",
    }
    sent = client.post(reverse("pricing:new-what-if", args=[scene.base.pk]), typed)
    made = WhatIf.objects.get()
    assert sent.headers["Location"] == reverse("pricing:what-if", args=[made.pk])
    assert made.tree == {"all": [{"any": [{"field": "category", "op": "in", "value": ["PIPE"]}]}]}
    page = client.get(sent.headers["Location"]).content.decode()
    result = result_of(made)
    assert f"{result.untouched} <span" in page
    assert "Draft the version" in page

    wrong = client.post(reverse("pricing:what-if", args=[made.pk]), typed | {"value": "95"})
    assert wrong.status_code == 422
    assert "at most 90" in wrong.content.decode()
    assert client.post(reverse("pricing:what-if", args=[made.pk]), typed | {"value": "6"}).status_code == 302

    lines = client.get(reverse("core:export", args=["what-if-lines", "csv"]) + f"?what_if={made.pk}")
    assert len(b"".join(lines.streaming_content).splitlines()) == 1 + made.lines.count()
    for key in ("what-if-customers", "what-if-items", "what-if-lines"):
        assert client.get(reverse(registry.lists[key].url) + f"?what_if={made.pk}").status_code == 200

    drafted = client.post(reverse("pricing:draft-what-if", args=[made.pk]))
    made.refresh_from_db()
    assert drafted.headers["Location"] == reverse("pricing:price-file", args=[made.file_id])
    assert b"Read and publish the draft" in client.get(reverse("pricing:what-if", args=[made.pk])).content
    assert client.post(reverse("pricing:drop-what-if", args=[made.pk])).status_code == 302
    assert not WhatIf.objects.exists()


def test_rest_tries_reads_and_drafts(scene):
    client = scene.client()
    rule = {"change": "amount", "value": "0.10", "valid_from": scene.tomorrow.isoformat(), "rounding": "five"}
    address = f"/api/v1/pricing/price-lists/{scene.base.pk}/what-if/"
    sent = client.post(address, rule, content_type="application/json", headers={"Idempotency-Key": "one"})
    again = client.post(address, rule, content_type="application/json", headers={"Idempotency-Key": "one"})
    assert (sent.status_code, sent.json()["id"]) == (201, again.json()["id"])
    made = WhatIf.objects.get()
    result = result_of(made)
    assert sent.json()["whole"]["change"] == str(result.whole.change)
    assert sent.json()["by_effect"]["dearer"]["lines"] == made.lines.filter(effect="dearer").count()

    lines = client.get(f"/api/v1/pricing/what-ifs/{made.pk}/lines/?effect=untouched").json()["results"]
    assert {line["effect"] for line in lines} <= {"outranked", "typed", "same"}
    assert len(lines) == result.untouched
    sums = client.get(f"/api/v1/pricing/what-ifs/{made.pk}/sums/?by=item").json()["results"]
    assert sum(Decimal(one["change_base"]) for one in sums) == result.whole.change
    assert client.get(f"/api/v1/pricing/what-ifs/{made.pk}/sums/?by=moon").status_code in (400, 422)
    wrong = client.put(f"/api/v1/pricing/what-ifs/{made.pk}/", rule | {"value": "0"}, content_type="application/json")
    assert wrong.status_code == 200
    assert wrong.json()["whole"]["change"] != sent.json()["whole"]["change"]
    assert client.post(f"/api/v1/pricing/what-ifs/{made.pk}/draft/").status_code == 201
    assert client.delete(f"/api/v1/pricing/what-ifs/{made.pk}/").status_code == 204
    assert scene.client("csr").get("/api/v1/pricing/what-ifs/").status_code == 403


def test_a_contract_tells_of_its_own_customer_alone(scene):
    contract = PriceList.objects.get(company=scene.company, code="C0")
    made = services.write_what_if(list_id=contract.pk, rule=scene.rule("10"), actor=scene.actor)

    assert {line.customer_id for line in made.lines.all()} <= {scene.customers[0].pk}
    empty = PriceListFactory(company=scene.company, code="NEW", kind="segment", customer_class="D")
    none = services.write_what_if(list_id=empty.pk, rule=scene.rule("10"), actor=scene.actor)
    assert not none.lines.exists()
    page = scene.client().get(reverse("pricing:what-if", args=[none.pk]))
    assert b"No line of last year is concerned" in page.content


def test_the_job_that_the_screen_shows_is_the_one_that_counts(scene, monkeypatch):
    monkeypatch.setattr(keeping, "AT_ONCE", 3)
    made = scene.write()
    assert made.job is not None
    assert made.job.status == JobState.QUEUED
    first = made.job_id
    services.change_what_if(what_if_id=made.pk, rule=scene.rule("9"), actor=scene.actor)
    made.refresh_from_db()
    assert made.job_id != first
    assert jobs.KINDS[keeping.JOB][0] == "pricing.edit_price_list"


@pytest.mark.slow
def test_what_was_tried_long_ago_is_cleared_and_its_version_stays(scene):
    old, drafted = scene.write(), scene.write("7")
    file = services.draft_what_if(what_if_id=drafted.pk, actor=scene.actor)
    other = Scene(orders=1, lines=1).write()
    assert "kept until" in scene.client().get(reverse("pricing:what-if", args=[old.pk])).content.decode()
    assert "Kept until" in scene.client().get(reverse("pricing:what-ifs")).content.decode()
    with clock.stopped_at(clock.now() + timedelta(days=91)):
        kept = scene.write("3")
        change_setting(key=KEEP_DAYS, value="365", actor=make_actor(other.company, "admin"))
        assert tasks.clear_what_ifs() == 2
        assert tasks.clear_what_ifs() == 0
    assert set(WhatIf.objects.values_list("pk", flat=True)) == {kept.pk, other.pk}
    assert set(WhatIfLine.objects.values_list("what_if", flat=True)) == {kept.pk, other.pk}
    file.refresh_from_db()
