"""Places that are to be counted: asked once, counted blind, and the difference posted with its reason."""

import pytest
from django.urls import reverse

from omc.lib.errors import IllegalTransition, InvalidInput
from orders.core.models import Duty
from planning.counts.models import CycleCount
from planning.counts.services import ask_count, record_count
from planning.models import StockMovement
from planning.places.services import BinInput, Place, put_away, save_bins
from planning.selectors.reconcile import stock_differences
from planning.services import StockRefused
from tests.planning.factories import D, Yard
from tests.planning.test_api import Api
from tests.planning.test_screens import client_of

pytestmark = pytest.mark.django_db


def asked(yard: Yard, bin: str = "A") -> CycleCount:
    """Ten bolts, of which six lie in A; somebody found fewer."""
    save_bins(warehouse_id=yard.warehouse.pk, bins=[BinInput("A")], actor=yard.planner)
    bolt, place = yard.items["BOLT"], Place("A")
    put_away(product_id=bolt.pk, warehouse_id=yard.warehouse.pk, quantity=D(6), place=place, actor=yard.planner)
    return ask_count(bolt, yard.warehouse.pk, bin, "Not found", "SH-1", yard.planner)


@pytest.mark.parametrize(
    ("bin", "counted", "difference", "on_hand"),
    [("A", 4, -2, 8), ("A", 6, 0, 10), ("A", 9, 3, 13), ("", 1, -3, 7), ("", 5, 1, 11)],
)
def test_a_difference_is_posted_with_its_reason(bin: str, counted: int, difference: int, on_hand: int) -> None:
    yard = Yard(BOLT=10)
    count = record_count(count_id=asked(yard, bin).pk, counted=D(counted), actor=yard.planner)
    count.refresh_from_db()
    assert (count.state, count.counted, count.difference) == ("counted", D(counted), D(difference))
    assert yard.level("BOLT").on_hand == on_hand
    posted = StockMovement.objects.filter(kind="adjust").values_list("quantity", "reference")
    assert list(posted) == ([(D(difference), "SH-1")] if difference else [])
    assert stock_differences(yard.company.pk) == []
    with pytest.raises(IllegalTransition):
        record_count(count_id=count.pk, counted=D(1), actor=yard.planner)


def test_a_place_is_asked_once_and_is_a_duty_until_it_is_counted() -> None:
    yard = Yard(BOLT=10)
    count = asked(yard)
    assert ask_count(yard.items["BOLT"], yard.warehouse.pk, "A", "Damaged", "SH-2", yard.planner) == count
    duty = Duty.objects.get(subject_type="cyclecount", closed_at=None)
    record_count(count_id=count.pk, counted=D(6), actor=yard.planner)
    duty.refresh_from_db()
    assert duty.closed_at is not None
    assert ask_count(yard.items["BOLT"], yard.warehouse.pk, "A", "Damaged", "SH-2", yard.planner) != count


def test_what_is_allocated_is_not_counted_away() -> None:
    yard = Yard(BOLT=10)
    count = asked(yard)
    yard.promise(yard.order([("BOLT", 9)]))
    with pytest.raises(StockRefused) as refused:
        record_count(count_id=count.pk, counted=D(4), actor=yard.planner)
    assert refused.value.field == "counted"
    with pytest.raises(InvalidInput):
        record_count(count_id=count.pk, counted=D(-1), actor=yard.planner)
    assert yard.level("BOLT").on_hand == 10


def test_counts_on_the_screen_and_by_rest() -> None:
    yard = Yard(BOLT=10)
    page = reverse("planning:count", args=[asked(yard).pk])
    ops, picker = client_of(yard, "ops"), client_of(yard, "warehouse")
    assert "BOLT" in picker.get(reverse("planning:counts")).text
    assert "How many lie there" not in picker.get(page).text
    assert picker.post(page, {"counted": "4"}).status_code == 422
    assert ops.post(page, {"counted": ""}).status_code == 422
    assert ops.post(page, {"counted": "4"}).status_code == 302
    assert "-2" in ops.get(page).text.replace("−", "-")
    assert yard.level("BOLT").on_hand == 8
    again = ask_count(yard.items["BOLT"], yard.warehouse.pk, "A", "Damaged", "SH-2", yard.planner)
    api = Api(yard, "ops")
    assert [row["state"] for row in api.get("counts/").json()["results"]] == ["to_count", "counted"]
    assert api.post(f"counts/{again.pk}/", {"counted": "5"}).json()["difference"] == "1.000000"
    assert client_of(Yard(), "ops").get(page).status_code == 404
