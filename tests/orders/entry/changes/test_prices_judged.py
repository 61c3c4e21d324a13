"""A change order under discount guidelines: told before it is saved, refused or asked for when it is."""

from decimal import Decimal as D
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from omc.accounts.models import User
from orders.core.models import Hold, Order
from orders.entry.changes.models import ChangeState
from orders.entry.changes.services import ChangeRefused, preview_change, save_change
from orders.entry.services import confirm_order
from orders.pricing.guidelines import services as guidelines
from orders.pricing.models import Approval
from orders.pricing.rules import Again
from tests.orders.entry.changes.factories import at, changed, new, opened, wish
from tests.orders.pricing.factories import PriceBreakFactory, PriceListFactory
from tests.orders.pricing.guidelines.test_approvals import Scene as Guided

pytestmark = pytest.mark.django_db


class Scene(Guided):
    """The same item costs 10, from a hundred on 9."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.guidelines()
        base = PriceListFactory(company=self.company)
        for least, price in ((1, 10), (100, 9)):
            PriceBreakFactory(price_list=base, product=self.product, min_quantity=D(least), unit_price=D(price))

    def confirmed(self, *lines: Any) -> Order:
        order = self.submitted(*(lines or (self.line(), self.line(quantity=4))))
        return confirm_order(order_id=order.pk, actor=self.lead)

    def decided(self, order: Order) -> Approval:
        asked = Approval.objects.get(order=order, state="requested")
        return guidelines.approve_discount(approval_id=asked.pk, actor=self.pricing)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def held(order: Order) -> bool:
    standing = Hold.objects.filter(order=order, hold_type__code="discount_approval")
    return standing.exclude(status="resolved").exists()


@pytest.mark.slow
def test_a_price_beyond_the_guidelines_is_told_before_and_asked_for_when_saved(scene: Scene) -> None:
    order = scene.confirmed()
    change = opened(scene, order, wish(order, 1, unit_price="8"), actor=scene.lead)
    findings = preview_change(change_id=change.pk, actor=scene.lead).findings
    assert [(found.position, found.mode, found.discount_percent) for found in findings] == [(1, "approve", 20)]
    assert (held(order), Approval.objects.count()) == (False, 0)

    save_change(change_id=change.pk, actor=scene.lead)
    order.refresh_from_db()
    assert (order.state, at(order, 1).unit_price, held(order)) == ("confirmed", 8, True)
    asked = Approval.objects.get()
    assert [finding["position"] for finding in asked.findings] == [1]
    scene.decided(order)
    assert not held(order)


@pytest.mark.slow
def test_a_changed_price_or_quantity_voids_what_was_approved(scene: Scene) -> None:
    order = changed(scene, order := scene.confirmed(), wish(order, 1, unit_price="8"), actor=scene.lead)
    scene.decided(order)
    order = changed(scene, order, wish(order, 1, quantity="12"), actor=scene.lead)
    assert held(order)
    assert [row.state for row in Approval.objects.order_by("pk")] == ["voided", "requested"]
    order = changed(scene, order, wish(order, 1, unit_price="10"), actor=scene.lead)
    assert not held(order)
    assert [row.state for row in Approval.objects.order_by("pk")] == ["voided", "voided"]


def test_what_nobody_may_give_is_refused_and_nothing_is_written(scene: Scene) -> None:
    order = scene.confirmed()
    change = opened(scene, order, wish(order, 1, unit_price="6"), actor=scene.lead)
    assert [found.mode for found in preview_change(change_id=change.pk, actor=scene.lead).findings] == ["block"]
    with pytest.raises(ChangeRefused, match="Line 1"):
        save_change(change_id=change.pk, actor=scene.lead)
    change.refresh_from_db()
    assert (change.state, at(order, 1).unit_price, Approval.objects.count()) == (ChangeState.OPEN, 10, 0)

    added = opened(scene, order, added=[new(scene.product, 1, unit_price=D(6))], actor=scene.lead)
    with pytest.raises(ChangeRefused, match="Line 3"):
        save_change(change_id=added.pk, actor=scene.lead)


def test_price_cut_upon_price_cut_counts_from_the_price_in_force(scene: Scene) -> None:
    order = changed(scene, order := scene.confirmed(), wish(order, 1, unit_price="9.2"), actor=scene.lead)
    assert not held(order)
    order = changed(scene, order, wish(order, 1, unit_price="8.5"), actor=scene.lead)  # 15 % in all, 8 % of the last
    assert held(order)


def test_lines_that_stay_as_they_are_ask_for_nothing(scene: Scene) -> None:
    free = Guided()
    order = confirm_order(order_id=free.submitted(free.line(8), free.line(quantity=4)).pk, actor=free.lead)
    free.guidelines()  # came later
    order = changed(free, order, wish(order, 2, quantity="5"), actor=free.lead)
    assert (held(order), Approval.objects.count()) == (False, 0)


@pytest.mark.slow
def test_a_typed_price_is_looked_at_again_where_the_quantity_changes_the_price_in_force(scene: Scene) -> None:
    order = scene.confirmed(scene.line("9.5"))
    change = opened(scene, order, wish(order, 1, quantity="100"), actor=scene.lead)
    [line] = preview_change(change_id=change.pk, actor=scene.lead).lines
    assert line.again == Again(D("10.0000"), D("9.0000"))
    client = Client()
    client.force_login(User.objects.get(pk=scene.lead.user_id))
    page = client.get(reverse("entry:change", args=[change.pk])).content.decode()
    assert f'data-take="unit_price-{at(order, 1).pk}" data-value="9.0000"' in page
    save_change(change_id=change.pk, actor=scene.lead)
    assert at(order, 1).unit_price == D("9.5")  # stands, as it was told


def test_the_page_and_rest_tell_the_verdict(scene: Scene) -> None:
    order = scene.confirmed()
    change = opened(scene, order, wish(order, 1, unit_price="8"), actor=scene.lead)
    client = Client()
    client.force_login(User.objects.get(pk=scene.lead.user_id))
    page = client.get(reverse("entry:change", args=[change.pk])).content.decode()
    assert 'data-verdict="approve"' in page
    told = client.get(f"/api/v1/entry/changes/{change.pk}/preview/").json()["guidelines"]
    assert [(row["position"], row["mode"]) for row in told] == [(1, "approve")]
