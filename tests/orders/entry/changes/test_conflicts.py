"""Two people change one order: nobody's work is lost, and nothing is written over."""

import pytest

from omc.lib.errors import DomainError, IllegalTransition, InvalidInput, StaleVersion
from orders.core.models import Event, Hold, Order
from orders.entry.changes.models import ChangeSet
from orders.entry.changes.rules import differences
from orders.entry.changes.services import preview_change, save_change, settle_conflict, write_change
from orders.entry.changes.services.wishes import Wishes
from orders.entry.changes.showing import clashes_of
from tests.orders.entry.changes.factories import at, confirmed, new, opened, wish
from tests.orders.entry.factories import Desk, line

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def order(desk: Desk) -> Order:
    return confirmed(desk, line(desk.item(stock=50), 5), line(desk.item(stock=50), 5), line(desk.item(stock=50), 5))


def both(desk: Desk, order: Order) -> ChangeSet:
    """The lead saved lines 1 and 3 while the CSR wrote lines 1 and 2 and a new one."""
    mine = opened(
        desk, order, wish(order, 1, quantity="4"), wish(order, 2, quantity="7"), added=[new(desk.item(stock=9), 2)]
    )
    theirs = opened(desk, order, wish(order, 1, quantity="6"), wish(order, 3, quantity="0"), actor=desk.lead)
    save_change(change_id=theirs.pk, actor=desk.lead)
    return mine


def test_who_saves_second_sees_all_three_sides_and_writes_nothing(desk: Desk, order: Order) -> None:
    mine = both(desk, order)
    with pytest.raises(StaleVersion):
        preview_change(change_id=mine.pk, actor=desk.csr)
    answer = save_change(change_id=mine.pk, actor=desk.csr)
    assert answer.state == "conflicted"
    assert [row.ordered - row.cancelled for row in order.lines.order_by("position")] == [6, 5, 0]
    clashes, others = clashes_of(ChangeSet.objects.select_related("order").get(pk=mine.pk))
    assert [(row.what, row.then, row.mine, row.theirs, row.is_conflict) for row in clashes] == [
        ("Line 1", "5", "4", "6", True),
        ("Line 2", "5", "7", "5", False),
    ]
    assert [(row["what"], row["then"], row["theirs"]) for row in others] == [("Line 3", "5", "cancelled")]
    assert Hold.objects.filter(order=order, hold_type__code="pending_change", status="active").count() == 1


@pytest.mark.parametrize(("take", "first"), [("mine", 4), ("theirs", 6)])
@pytest.mark.slow
def test_field_by_field_one_chooses_and_saves(desk: Desk, order: Order, take: str, first: int) -> None:
    mine = both(desk, order)
    save_change(change_id=mine.pk, actor=desk.csr)
    edit = mine.edits.get(line=at(order, 1))
    with pytest.raises(InvalidInput, match="Choose yours or theirs"):
        settle_conflict(change_id=mine.pk, choices={}, actor=desk.csr)
    settled = settle_conflict(change_id=mine.pk, choices={(edit.pk, "quantity"): take}, actor=desk.csr)
    assert (settled.state, settled.order_version) == ("open", Order.objects.get(pk=order.pk).version)
    save_change(change_id=mine.pk, actor=desk.csr)
    rows = order.lines.order_by("position")
    assert [row.ordered - row.cancelled for row in rows] == [first, 7, 0, 2]
    assert Event.objects.filter(order=order, type="order_changed").count() == 2
    assert not Hold.objects.filter(order=order, status="active").exists()


def test_a_conflict_is_settled_before_it_is_written_on(desk: Desk, order: Order) -> None:
    mine = both(desk, order)
    with pytest.raises(IllegalTransition):
        settle_conflict(change_id=mine.pk, choices={}, actor=desk.csr)
    save_change(change_id=mine.pk, actor=desk.csr)
    assert save_change(change_id=mine.pk, actor=desk.csr).state == "conflicted"  # asked twice, told twice
    with pytest.raises(InvalidInput, match="Settle"):
        write_change(change_id=mine.pk, wishes=Wishes(), actor=desk.csr)
    assert mine.edits.count() == 3


def test_what_both_wanted_alike_is_no_conflict() -> None:
    [row] = differences({"quantity": "5"}, {"quantity": "6"}, {"quantity": "6"})
    assert not row.is_conflict


def test_two_windows_of_one_person_are_told_apart(desk: Desk, order: Order) -> None:
    change = opened(desk, order, wish(order, 1, quantity="4"))
    wishes = Wishes(lines=[wish(order, 1, quantity="3")])
    write_change(change_id=change.pk, wishes=wishes, revision=change.revision, actor=desk.csr)
    with pytest.raises(DomainError) as refusal:
        write_change(change_id=change.pk, wishes=Wishes(), revision=change.revision, actor=desk.csr)
    assert refusal.value.code == "stale_version"
    assert change.edits.get().fields == {"quantity": "3"}
