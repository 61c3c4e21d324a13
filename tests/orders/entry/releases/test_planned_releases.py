"""What is planned of an agreement waits in time, becomes an order once, and never takes more than was agreed."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from omc.lib import clock
from omc.lib.actor import system
from omc.lib.errors import IllegalTransition, InvalidInput, NotFound, PermissionRefused, StaleVersion
from orders.core.models import Duty, Notification, Order, ProductUnit
from orders.core.selectors.home import things_to_do
from orders.entry import services as entry
from orders.entry.releases.services import order_release
from orders.pricing.agreements import services
from orders.pricing.agreements.selectors import plan
from orders.pricing.agreements.services import AgreedInput, InvalidAgreement, PlannedInput, PlanRefused
from orders.pricing.models import Agreement, PlannedRelease
from tests.factories import make_actor, make_company, make_user
from tests.orders.entry.test_races import at_once, outcomes
from tests.orders.pricing.agreements.test_agreements import DAY, MORNING, Scene

pytestmark = pytest.mark.django_db
D = Decimal
SOON, LATER = DAY + timedelta(3), DAY + timedelta(30)
LEAD = timedelta(5)


@pytest.fixture(autouse=True)
def morning() -> Any:
    with clock.stopped_at(MORNING):
        yield


@pytest.fixture
def scene() -> Scene:
    return Scene()


def planned(scene: Scene, agreement: Agreement, *rows: tuple[Any, ...]) -> list[PlannedRelease]:
    typed = [PlannedInput(day, "PIPE", D(many), *unit) for day, many, *unit in rows]
    return services.plan_releases(agreement_id=agreement.pk, rows=typed, actor=scene.sales)


def open_duties(release: PlannedRelease) -> list[str]:
    return list(
        Duty.objects.filter(subject_type="plannedrelease", subject_id=release.pk, closed_at=None).values_list(
            "name", flat=True
        )
    )


def room(agreement: Agreement) -> tuple[Decimal, Decimal, Decimal]:
    (found,) = plan.room_of(agreement).values()
    return found.released, found.planned, found.unplanned


def state_of(release: PlannedRelease) -> str:
    release.refresh_from_db()
    return release.state


# --- the plan


def test_what_is_planned_for_soon_waits_at_once_and_the_rest_in_its_time(scene: Scene) -> None:
    agreement = scene.agreement()
    soon, later = planned(scene, agreement, (LATER, 300), (SOON, 200))

    assert [(one.number, one.day, one.state) for one in (soon, later)] == [(1, SOON, "due"), (2, LATER, "planned")]
    assert (open_duties(soon), open_duties(later)) == (["Order planned release"], [])
    assert room(agreement) == (0, 500, 500)
    assert [str(soon) in str(thing.todo.what) for thing in things_to_do(scene.csr)] == [True]

    job = system("watch_agreements", scene.company.pk)
    with clock.stopped_at(MORNING + timedelta(30) - LEAD - timedelta(1)):
        assert services.release_plans(actor=job) == 0
    with clock.stopped_at(MORNING + timedelta(30) - LEAD):
        assert [services.release_plans(actor=job), services.release_plans(actor=job)] == [1, 0]
    assert (state_of(later), open_duties(later)) == ("due", ["Order planned release"])
    told = Notification.objects.get()
    assert (told.user_id, told.url) == (scene.sales.user_id, reverse("pricing:planned-release", args=[later.pk]))


def test_packs_count_exactly_in_the_stock_unit_and_both_are_kept(scene: Scene) -> None:
    ProductUnit.objects.create(product=scene.product, unit="box", factor=D(12))
    agreement = scene.agreement()
    (release,) = planned(scene, agreement, (SOON, "2.5", "box"))

    kept = release.lines.get()
    assert (kept.typed_quantity, kept.unit, kept.quantity) == (D("2.5"), "box", D(30))
    made = order_release(release_id=release.pk, actor=scene.csr)
    ordered = made.order.lines.get()
    assert (ordered.typed_quantity, ordered.unit, ordered.ordered, ordered.unit_price) == (
        D("2.5"),
        "box",
        30,
        D("9.8"),
    )


@pytest.mark.parametrize(
    ("rows", "field", "said"),
    [
        ([(SOON, "PIPE", 1000)], "quantity", "At most 999.5 pc"),
        ([(SOON, "PIPE", 600), (LATER, "PIPE", 500)], "quantity", "At most 399.5 pc"),
        ([(SOON, "PIPE", 0)], "quantity", "above zero"),
        ([(SOON, "ROD", 1)], "sku", "is not about ROD"),
        ([(SOON, "NOBODY", 1)], "sku", "no item NOBODY"),
        ([(SOON, "PIPE", 1), (SOON, "PIPE", 1)], "sku", "in another row"),
        ([(DAY - timedelta(1), "PIPE", 1)], "day", "has passed"),
        ([(DAY + timedelta(90), "PIPE", 1)], "day", "holds from"),
        ([(DAY + timedelta(7), "PIPE", 1)], "day", "planned for that day already"),
    ],
)
def test_what_cannot_be_planned_is_named_by_row_and_nothing_is_written(
    scene: Scene, rows: Any, field: str, said: str
) -> None:
    scene.item(sku="ROD")
    agreement = scene.agreement()
    planned(scene, agreement, (DAY + timedelta(7), "0.5"))
    typed = [PlannedInput(day, sku, D(many)) for day, sku, many in rows]

    with pytest.raises(PlanRefused, match=said) as refusal:
        services.plan_releases(agreement_id=agreement.pk, rows=typed, actor=scene.sales)

    problems: Any = refusal.value.data["lines"]
    assert {problem["field"] for problem in problems} == {field}
    assert PlannedRelease.objects.count() == 1


def test_a_plan_can_be_made_of_a_draft_and_waits_once_it_is_in_force(scene: Scene) -> None:
    agreement = scene.agreement(active=False)
    (release,) = planned(scene, agreement, (SOON, 10))
    with pytest.raises(InvalidInput, match="is not in force"):
        order_release(release_id=release.pk, actor=scene.csr)
    assert (release.state, open_duties(release)) == ("planned", [])

    services.activate_agreement(agreement_id=agreement.pk, actor=scene.pricing)

    assert (state_of(release), open_duties(release)) == ("due", ["Order planned release"])


def test_a_release_is_moved_and_changed_with_a_reason(scene: Scene) -> None:
    agreement = scene.agreement()
    (release,) = planned(scene, agreement, (SOON, 200))
    move: Any = {"release_id": release.pk, "actor": scene.csr}
    with pytest.raises(InvalidInput, match="Say why"):
        services.move_release(day=LATER, reason="", **move)
    with pytest.raises(StaleVersion):
        services.move_release(day=LATER, reason="They wait", version=1, **move)
    with pytest.raises(PermissionRefused):
        services.move_release(**move | {"day": LATER, "reason": "x", "actor": make_actor(scene.company, "ops")})

    services.move_release(day=LATER, reason="Site not ready", quantities={release.lines.get().pk: D(250)}, **move)

    release.refresh_from_db()
    assert (release.day, release.state, release.because) == (LATER, "planned", "Site not ready")
    assert (open_duties(release), room(agreement)) == ([], (0, 250, 750))
    with pytest.raises(PlanRefused, match="At most 1000 pc"):
        services.move_release(day=LATER, reason="x", quantities={release.lines.get().pk: D(1001)}, **move)
    with pytest.raises(InvalidInput, match="Skip it instead"):
        services.move_release(day=LATER, reason="x", quantities={release.lines.get().pk: D(0)}, **move)

    services.move_release(day=SOON, reason="Now they are", **move)
    assert open_duties(release) == ["Order planned release"]


def test_a_skipped_release_gives_its_quantity_back_to_the_plan(scene: Scene) -> None:
    agreement = scene.agreement()
    (release,) = planned(scene, agreement, (SOON, 1000))

    services.skip_release(release_id=release.pk, reason="They build less", actor=scene.csr)

    assert (state_of(release), open_duties(release), room(agreement)) == ("skipped", [], (0, 0, 1000))
    for again in (services.skip_release, lambda **given: services.move_release(day=LATER, **given)):
        with pytest.raises(IllegalTransition):
            again(release_id=release.pk, reason="x", actor=scene.csr)


def test_a_revision_does_not_go_under_the_plan_and_the_end_skips_it(scene: Scene) -> None:
    agreement = scene.agreement()
    scene.order(400)
    (release,) = planned(scene, agreement, (LATER, 300))
    terms: Any = {
        "agreement_id": agreement.pk,
        "valid_from": DAY,
        "valid_to": LATER,
        "reason": "x",
        "actor": scene.pricing,
    }
    with pytest.raises(InvalidAgreement, match="400 pc are drawn and 300 planned"):
        services.change_agreement(items=[AgreedInput("PIPE", D(699), D(10))], **terms)
    with pytest.raises(InvalidInput, match="Move or skip it first"):
        services.change_agreement(
            items=[AgreedInput("PIPE", D(700), D(10))], **terms | {"valid_to": LATER - timedelta(1)}
        )
    services.change_agreement(items=[AgreedInput("PIPE", D(700), D(10))], **terms)

    services.close_agreement(agreement_id=agreement.pk, reason="They left", actor=scene.pricing)

    assert state_of(release) == "skipped"
    with pytest.raises(InvalidInput, match="nothing is planned of it"):
        planned(scene, agreement, (SOON, 1))


def test_what_is_left_in_the_plan_is_skipped_when_the_clock_ends_the_agreement(scene: Scene) -> None:
    agreement = scene.agreement(valid_to=SOON)
    (release,) = planned(scene, agreement, (SOON, 10))
    with clock.stopped_at(MORNING + timedelta(4)):
        assert services.end_agreements(actor=system("watch_agreements", scene.company.pk)) == 1
    assert (state_of(release), open_duties(release)) == ("skipped", [])


# --- the order


def test_the_order_is_prefilled_and_draws_on_the_agreement(scene: Scene) -> None:
    agreement = scene.agreement(customer_po="FRAME-1")
    (release,) = planned(scene, agreement, (SOON, 200))

    made = order_release(release_id=release.pk, actor=scene.csr)

    order = made.order
    assert (order.state, order.customer_po, order.requested_date, made.priced_elsewhere) == (
        "draft", "FRAME-1/1", SOON, [],
    )  # fmt: skip
    row = order.lines.get()
    assert (row.product_id, row.ordered, row.unit_price, row.requested_date) == (scene.product.pk, 200, D("9.8"), SOON)
    assert (state_of(release), release.order_id, open_duties(release)) == ("ordered", order.pk, [])
    assert room(agreement) == (200, 0, 800)  # the draft counts already
    entry.submit_order(order_id=order.pk, actor=scene.csr)
    assert (scene.left(agreement), room(agreement)) == (D(800), (200, 0, 800))


def test_a_day_that_has_passed_becomes_today(scene: Scene) -> None:
    (release,) = planned(scene, scene.agreement(), (DAY, 5))
    with clock.stopped_at(MORNING + timedelta(2)):
        assert order_release(release_id=release.pk, actor=scene.csr).order.requested_date == DAY + timedelta(2)


def test_more_than_is_left_is_never_called_off(scene: Scene) -> None:
    agreement = scene.agreement()
    first, second = planned(scene, agreement, (SOON, 600), (SOON + timedelta(1), 400))
    order_release(release_id=first.pk, actor=scene.csr)  # a draft: draws nothing yet, and counts
    scene.order(100)  # nobody planned it

    with pytest.raises(InvalidInput, match="only 300 pc are left"):
        order_release(release_id=second.pk, actor=scene.csr)

    assert (state_of(second), room(agreement)) == ("due", (700, 400, -100))
    services.move_release(
        release_id=second.pk, day=second.day, reason="Less is left", actor=scene.csr,
        quantities={second.lines.get().pk: D(300)},
    )  # fmt: skip
    order_release(release_id=second.pk, actor=scene.csr)
    assert room(agreement) == (1000, 0, 0)


def test_an_order_that_is_given_up_lets_the_release_wait_again(scene: Scene) -> None:
    agreement = scene.agreement()
    (release,) = planned(scene, agreement, (SOON, 200))
    draft = order_release(release_id=release.pk, actor=scene.csr).order
    entry.abandon_draft(order_id=draft.pk, actor=scene.csr)
    assert (state_of(release), release.order_id, open_duties(release)) == ("due", None, ["Order planned release"])

    order = order_release(release_id=release.pk, actor=scene.csr).order
    entry.submit_order(order_id=order.pk, actor=scene.csr)
    entry.cancel_order(order_id=order.pk, reason="Twice", actor=scene.csr)
    assert (state_of(release), room(agreement)) == ("due", (0, 200, 800))

    last = order_release(release_id=release.pk, actor=scene.csr).order
    services.close_agreement(agreement_id=agreement.pk, reason="Over", actor=scene.pricing)
    entry.abandon_draft(order_id=last.pk, actor=scene.csr)
    assert (state_of(release), open_duties(release)) == ("skipped", [])


def test_a_price_that_is_not_the_agreements_is_told(scene: Scene) -> None:
    agreement = scene.agreement()
    scene.agreement(valid_to=DAY + timedelta(20))  # ends first, so its price is in force
    (release,) = planned(scene, agreement, (SOON, 5))
    assert order_release(release_id=release.pk, actor=scene.csr).priced_elsewhere == ["PIPE"]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_who_order_a_release_at_once_one_makes_the_order() -> None:
    scene = Scene()
    (release,) = planned(scene, scene.agreement(), (SOON, 200))

    def press() -> Any:
        with clock.stopped_at(MORNING):
            return order_release(release_id=release.pk, actor=scene.csr)

    assert outcomes(at_once(press, press)) == {"done": 1, "release_ordered": 1}
    assert Order.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_who_plan_the_last_quantity_at_once_do_not_plan_it_twice() -> None:
    scene = Scene()
    agreement = scene.agreement()

    def plan_for(day: Any) -> Any:
        with clock.stopped_at(MORNING):
            return planned(scene, agreement, (day, 600))

    answers = at_once(lambda: plan_for(SOON), lambda: plan_for(LATER))
    assert outcomes(answers) == {"done": 1, "plan_refused": 1}
    assert room(agreement) == (0, 600, 400)


# --- doors


def client_of(scene: Scene, role: str) -> Client:
    client = Client()
    client.force_login(make_user(scene.company, role))
    return client


def rows_form(**fields: Any) -> dict[str, Any]:
    head = {"lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-0-day": SOON.isoformat()}
    return head | {"lines-0-sku": "PIPE", "lines-0-quantity": "50", "lines-0-unit": ""} | fields


@pytest.mark.slow
def test_the_screens_plan_move_order_once_and_skip(scene: Scene) -> None:
    agreement = scene.agreement()
    sales, csr = client_of(scene, "sales"), client_of(scene, "csr")
    url = reverse("pricing:plan-releases", args=[agreement.pk])
    assert b"Nothing planned" in sales.get(reverse("pricing:agreement", args=[agreement.pk])).content
    bad = sales.post(url, rows_form(**{"lines-0-quantity": "5000"}))
    assert (bad.status_code, b"neither called off nor planned" in bad.content) == (422, True)
    assert b"Which item?" in sales.post(url, rows_form(**{"lines-0-sku": ""})).content
    assert (
        b"Plan at least one release"
        in sales.post(url, rows_form(**{f"lines-0-{n}": "" for n in ("day", "sku", "quantity")})).content
    )
    assert sales.post(url, rows_form(more="1")).content.count(b"lines-4-day") > 0
    assert PlannedRelease.objects.count() == 0
    sales.post(url, rows_form())
    assert sales.post(url, rows_form()).status_code == 422  # the same again, as a double click sends it
    sales.post(url, rows_form(**{"lines-0-day": LATER.isoformat()}))

    release, other = PlannedRelease.objects.order_by("day")
    page = reverse("pricing:planned-release", args=[release.pk])
    assert str(release) in sales.get(reverse("pricing:planned-releases")).content.decode()
    assert "Make the order" not in sales.get(page).content.decode()
    assert "Make the order" in csr.get(page).content.decode()
    move = {"day": (SOON + timedelta(1)).isoformat(), f"line_{release.lines.get().pk}": "40"}
    assert csr.post(reverse("pricing:move-release", args=[release.pk]), move).status_code == 422
    csr.post(reverse("pricing:move-release", args=[release.pk]), move | {"reason": "Crane"})
    assert b"Crane" in csr.get(page).content
    assert sales.post(reverse("entry:order-release", args=[release.pk])).status_code == 403
    first = csr.post(reverse("entry:order-release", args=[release.pk]))
    order = Order.objects.get()
    assert first.headers["Location"] == reverse("entry:edit", args=[order.pk])
    again = csr.post(reverse("entry:order-release", args=[release.pk]))
    assert (again.headers["Location"], Order.objects.count()) == (reverse("core:order", args=[order.pk]), 1)
    assert csr.post(reverse("pricing:skip-release", args=[other.pk]), {"reason": ""}).status_code == 422
    csr.post(reverse("pricing:skip-release", args=[other.pk]), {"reason": "Enough"})
    assert state_of(other) == "skipped"
    shown = csr.get(reverse("pricing:agreement", args=[agreement.pk])).content.decode()
    assert "Enough" in shown
    assert client_of(scene, "warehouse").get(page).status_code == 403


def test_the_agreements_page_asks_no_more_for_more_releases(scene: Scene, django_assert_max_num_queries: Any) -> None:
    agreement = scene.agreement()
    client = client_of(scene, "csr")
    url = reverse("pricing:agreement", args=[agreement.pk])
    planned(scene, agreement, (SOON, 1))
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    planned(scene, agreement, *((LATER + timedelta(n), 1) for n in range(8)))
    with django_assert_max_num_queries(len(few)):
        client.get(url)


@pytest.mark.slow
def test_rest_does_the_same_and_leaves_other_companies_alone(scene: Scene) -> None:
    agreement = scene.agreement()
    sales, csr = client_of(scene, "sales"), client_of(scene, "csr")
    plan_url = f"/api/v1/pricing/agreements/{agreement.pk}/plan/"
    body = {"rows": [{"day": SOON.isoformat(), "sku": "PIPE", "quantity": "50"}]}
    headers: Any = {"content_type": "application/json", "headers": {"Idempotency-Key": "plan"}}
    (made,) = sales.post(plan_url, body, **headers).json()
    assert (made["state"], made["lines"][0]["quantity"], made["lines"][0]["stock_unit"]) == ("due", "50.000000", "pc")
    assert sales.post(plan_url, body, **headers).json() == [made]
    assert sales.post(plan_url, body, content_type="application/json").json()["code"] == "plan_refused"
    assert [row["id"] for row in csr.get(plan_url).json()["results"]] == [made["id"]]
    assert [row["id"] for row in csr.get("/api/v1/pricing/planned-releases/?state=due").json()["results"]] == [
        made["id"]
    ]

    url = f"/api/v1/pricing/planned-releases/{made['id']}/"
    change = {
        "day": SOON.isoformat(),
        "reason": "More",
        "quantities": [{"line": made["lines"][0]["id"], "quantity": 60}],
    }
    stale = csr.put(url, change, content_type="application/json", headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    moved = csr.put(url, change, content_type="application/json", headers={"If-Match": f'"{made["version"]}"'})
    assert moved.json()["lines"][0]["quantity"] == "60.000000"
    order_url = f"/api/v1/entry/releases/{made['id']}/order/"
    assert sales.post(order_url).status_code == 403
    keyed: Any = {"content_type": "application/json", "headers": {"Idempotency-Key": "order"}}
    answer = csr.post(order_url, {}, **keyed).json()
    assert csr.post(order_url, {}, **keyed).json() == answer
    refused = csr.post(order_url, {}, content_type="application/json")
    assert (refused.status_code, refused.json()["data"]["order_id"]) == (409, answer["order_id"])
    assert csr.post(f"{url}skip/", {"reason": "x"}, content_type="application/json").status_code == 409

    stranger = make_actor(make_company(), "csr")
    for refuse in (
        lambda: plan.planned_of(stranger, made["id"]),
        lambda: order_release(release_id=made["id"], actor=stranger),
        lambda: services.skip_release(release_id=made["id"], reason="x", actor=stranger),
        lambda: services.plan_releases(agreement_id=agreement.pk, rows=[], actor=stranger),
    ):
        with pytest.raises(NotFound):
            refuse()
