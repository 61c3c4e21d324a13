"""The doors of stage 5: screens and REST lead to the same rooms."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from omc.lib import clock
from orders.core.models import Event
from orders.core.services.holds import place_hold
from orders.prioritization.models import AllocationRun, Ranking, RuleSet
from orders.prioritization.services import rank_backlog, rank_order, run_allocation
from tests.factories import CustomerFactory, OrderFactory, ProductFactory, make_actor, make_company, make_user
from tests.planning.factories import Yard

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("UTC"))


@pytest.fixture(autouse=True)
def _monday_morning():
    with clock.stopped_at(MONDAY):
        yield


@pytest.fixture
def yard():
    return Yard(BOLT=50)


@pytest.fixture
def ops(yard, client):
    client.force_login(make_user(yard.company, "ops"))
    return yard.planner


def ordered(yard, letter="C", price="10.00", **fields):
    customer = CustomerFactory(company=yard.company, customer_class=letter, name=f"Class {letter} Ltd")
    product = ProductFactory(company=yard.company)
    return OrderFactory(company=yard.company, customer=customer, confirmed=True, items=[(product, 1, price)], **fields)


def test_the_queue_shows_position_score_and_waiting(yard, ops, client):
    second, first = ordered(yard, "B"), ordered(yard, "A", price="6000.00")
    rank_backlog(actor=ops)
    place_hold(order_id=second.pk, code="manual", reason="Check", actor=ops)
    page = client.get(reverse("prioritization:queue")).text
    assert page.index(first.number) < page.index(second.number)
    for word in ("225", "90", "6,000.00", "Held by hand", "24 working days"):
        assert word in page


def test_an_empty_queue_says_what_fills_it(yard, ops, client):
    assert "as soon as they are confirmed" in client.get(reverse("prioritization:queue")).text


@pytest.mark.slow
def test_the_queue_costs_the_same_for_one_order_as_for_twenty(yard, ops, client, django_assert_max_num_queries):
    for many in (1, 20):
        for _ in range(many):
            ordered(yard)
        rank_backlog(actor=ops)
        with django_assert_max_num_queries(13):
            client.get(reverse("prioritization:queue"))


@pytest.mark.slow
def test_pages_of_the_queue_follow_each_other_without_gaps(yard, ops, client, monkeypatch):
    orders = [ordered(yard, letter, confirmed_at=MONDAY) for letter in "ABCD" * 15]
    rank_backlog(actor=ops)
    seen, url = [], reverse("prioritization:queue")
    while url:
        page = client.get(url).context["page"]
        seen += [(row.position, row.order_id) for row in page.rows]
        url = f"{reverse('prioritization:queue')}?after={page.next}" if page.next else ""
    assert [position for position, _ in seen] == list(range(1, 61))
    assert {order_id for _, order_id in seen} == {order.pk for order in orders}
    back = client.get(f"{reverse('prioritization:queue')}?before={page.previous}").context["page"]
    assert [row.position for row in back.rows] == list(range(1, 51))


def test_prices_are_for_who_may_see_them(yard, ops, client):
    rank_order(order_id=ordered(yard, price="1234.56").pk, actor=ops)
    client.force_login(make_user(yard.company, "production"))
    assert "1,234.56" not in client.get(reverse("prioritization:queue")).text
    page = client.get(reverse("prioritization:explain", args=[Ranking.objects.get().order_id])).text
    assert "1,234.56" not in page
    assert "1,234" not in page


def test_the_explanation_tells_every_reason_with_its_points(yard, ops, client):
    ahead, order = ordered(yard, "A"), ordered(yard, "B", price="6000.00")
    rank_backlog(actor=ops)
    order.customer.customer_class = "D"
    order.customer.save()
    page = client.get(reverse("prioritization:explain", args=[order.pk])).text
    for words in (
        f"Why is {order.number} number 1?",
        "The customer is class B",
        "The order is worth 6,000",
        "would give 75 points now, not 165",
        "Rank anew",
    ):
        assert words in page
    assert f"Why is {ahead.number} number 2?" in client.get(reverse("prioritization:explain", args=[ahead.pk])).text


@pytest.mark.parametrize("door", ["screen", "htmx", "api"])
def test_every_door_ranks(yard, ops, client, door):
    order = ordered(yard, "B")
    if door == "api":
        answer = client.post(f"/api/v1/prioritization/orders/{order.pk}/rank/")
        assert (answer.status_code, answer.json()["score"], answer.json()["position"]) == (200, "90.0000", 1)
    else:
        headers = {"HX-Request": "true"} if door == "htmx" else {}
        answer = client.post(reverse("prioritization:rank", args=[order.pk]), headers=headers)
        assert answer.status_code == (204 if door == "htmx" else 302)
    assert Ranking.objects.get().points == Decimal(90)
    assert Event.objects.get(type="order_ranked").channel == ("api" if door == "api" else "ui")


@pytest.mark.parametrize("door", ["screen", "api"])
def test_every_door_refuses_an_order_that_waits_for_nothing(yard, ops, client, door):
    order = OrderFactory(company=yard.company, pending=True)
    if door == "api":
        answer = client.post(f"/api/v1/prioritization/orders/{order.pk}/rank/")
        assert (answer.status_code, answer.json()["code"]) == (409, "not_rankable")
    else:
        answer = client.post(reverse("prioritization:rank", args=[order.pk]))
        assert answer.status_code == 422
        assert "nothing waiting to be shipped" in answer.text
    assert not Ranking.objects.exists()


@pytest.mark.parametrize("door", ["screen", "api"])
def test_every_door_proposes_and_applies_a_run(yard, ops, client, door):
    yard.item("NUT")
    order = yard.order([("NUT", 5)])
    yard.promise(order)
    rank_backlog(actor=ops)
    yard.receive("NUT", 3)
    if door == "api":
        made = client.post(
            "/api/v1/prioritization/allocation-runs/",
            content_type="application/json",
            headers={"Idempotency-Key": "k1"},
        )
        again = client.post(
            "/api/v1/prioritization/allocation-runs/",
            content_type="application/json",
            headers={"Idempotency-Key": "k1"},
        )
        run_id = made.json()["id"]
        assert (made.status_code, again.json()["id"]) == (201, run_id)
        rows = client.get(f"/api/v1/prioritization/allocation-runs/{run_id}/rows/").json()["results"]
        assert [(row["sku"], row["wanted"], row["after"]) for row in rows] == [("NUT", "5.000000", "3.000000")]
        applied = client.post(f"/api/v1/prioritization/allocation-runs/{run_id}/apply/").json()
    else:
        run_id = client.post(reverse("prioritization:runs")).url.strip("/").split("/")[-1]
        page = client.get(reverse("prioritization:run", args=[run_id])).text
        assert "Only 3 of 5 are free" in page
        client.post(reverse("prioritization:apply", args=[run_id]))
        applied = {"state": AllocationRun.objects.get().state}
        assert "This is what was given" in client.get(reverse("prioritization:run", args=[run_id])).text
    assert applied["state"] == "applied"
    assert order.promises.get().allocated == 3


def test_a_run_over_nothing_is_refused_with_422(yard, ops, client):
    answer = client.post(reverse("prioritization:runs"))
    assert answer.status_code == 422
    assert "waits for stock" in answer.text


def test_a_draft_is_changed_by_its_form_and_published_by_a_colleague(yard, client):
    author, colleague = make_user(yard.company, "admin"), make_user(yard.company, "admin")
    client.force_login(author)
    first = RuleSet.objects.get(company=yard.company)
    edit = client.post(reverse("prioritization:draft-rule-set", args=[first.pk])).url
    form = client.get(edit).context["form"]
    values = {"name": "Kinder", "points_per_day": "40"} | {
        name: form[name].value() for name in form.fields if name not in ("name", "points_per_day")
    }
    wrong = client.post(edit, values | {"points_per_day": "0"})
    assert wrong.status_code == 422
    assert "wait for ever" in wrong.text
    page_url = client.post(edit, values).url
    draft = RuleSet.objects.get(number=2)
    assert (draft.name, draft.points_per_day, draft.body["groups"]) == ("Kinder", Decimal(40), first.body["groups"])
    page = client.get(page_url).text
    assert client.get(page_url).context["bound_days"] == Decimal("15.0")  # 600 points / 40 a day
    assert "A colleague has to publish it" in page
    assert client.post(reverse("prioritization:publish-rule-set", args=[draft.pk])).status_code == 422
    client.force_login(colleague)
    client.post(reverse("prioritization:publish-rule-set", args=[draft.pk]))
    draft.refresh_from_db()
    assert draft.state == "published"
    assert client.get(reverse("prioritization:rule-sets")).text.count("Standard ranking") == 1


def test_rule_sets_over_rest(yard, client):
    client.force_login(make_user(yard.company, "admin"))
    first = RuleSet.objects.get(company=yard.company)
    draft = client.post(
        "/api/v1/prioritization/rule-sets/", {"source_id": first.pk}, content_type="application/json"
    ).json()
    body = {"name": "Odd", "points_per_day": "25", "body": {"groups": [{"key": "g"}]}}
    url = f"/api/v1/prioritization/rule-sets/{draft['id']}/"
    refused = client.put(url, body, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_rule_set")
    body["body"] = first.body
    assert client.put(url, body, content_type="application/json").json()["name"] == "Odd"
    assert client.post(f"{url}publish/").json()["code"] == "rule_set_refused"


@pytest.mark.parametrize(
    "path",
    ["queue/", "orders/{order}/rank/", "allocation-runs/", "allocation-runs/{run}/", "allocation-runs/{run}/rows/",
     "rule-sets/", "rule-sets/{rule_set}/"],
)  # fmt: skip
def test_rest_shows_one_company_only(yard, ops, client, path):
    order = yard.order([("BOLT", 80)])
    yard.promise(order)
    rank_backlog(actor=ops)
    ids = {
        "order": order.pk,
        "run": run_allocation(actor=ops).pk,
        "rule_set": RuleSet.objects.get(company=yard.company).pk,
    }
    url = "/api/v1/prioritization/" + path.format(**ids)
    assert client.get(url).status_code == 200
    client.force_login(make_user(make_company(), "ops"))
    theirs = client.get(url)
    if "{" in path:
        assert theirs.status_code == 404
    else:
        rows = theirs.json()
        rows = rows if isinstance(rows, list) else rows["results"]
        assert not {row["id"] if "id" in row else row["order"] for row in rows} & set(ids.values())


def test_the_order_page_shows_the_rank(yard, ops, client):
    order = ordered(yard, "A")
    rank_order(order_id=order.pk, actor=ops)
    page = client.get(reverse("core:order", args=[order.pk])).text
    assert "1 in the queue" in page
    assert reverse("prioritization:explain", args=[order.pk]) in page


@pytest.mark.parametrize("role", ["csr", "warehouse"])
def test_who_may_not_change_anything_is_offered_nothing_and_refused(yard, ops, client, role):
    order = ordered(yard)
    rank_order(order_id=order.pk, actor=ops)
    client.force_login(make_user(yard.company, role))
    assert client.post(reverse("prioritization:rank", args=[order.pk])).status_code == 403
    assert client.post(reverse("prioritization:rank-backlog")).status_code == 403
    page = client.get(reverse("prioritization:queue"))
    assert page.status_code == (200 if role == "csr" else 403)
    assert "Rank all anew" not in page.text


def test_actors_of_the_queue_page_are_members(yard):
    assert make_actor(yard.company, "ops").can("prioritization.view_rank")


def test_chosen_orders_are_ranked_again_and_no_other(yard, ops, client):
    orders = [ordered(yard, letter) for letter in "ABC"]
    rank_backlog(actor=ops)
    for order in orders:
        order.customer.customer_class = "D"
        order.customer.save()
    before = dict(Ranking.objects.values_list("order_id", "points"))
    chosen = {"id": [orders[0].pk, orders[2].pk]}
    page = client.post(reverse("core:bulk", args=["queue", "queue.rank"]), chosen).text
    after = dict(Ranking.objects.values_list("order_id", "points"))
    assert "2 of 2 done." in page
    assert after[orders[0].pk] < before[orders[0].pk]
    assert after[orders[1].pk] == before[orders[1].pk]  # nobody chose it


def test_positions_count_all_open_orders_whatever_the_filter(yard, ops, client):
    for letter in "ABCABC":
        ordered(yard, letter, confirmed_at=MONDAY)
    rank_backlog(actor=ops)
    everybody = client.get(reverse("prioritization:queue")).context["page"].rows
    filtered = client.get(reverse("prioritization:queue"), {"customer_class": "B"}).context["page"].rows
    places = {row.order_id: row.position for row in everybody}
    assert [row.position for row in everybody] == [1, 2, 3, 4, 5, 6]
    assert [row.position for row in filtered] == [3, 4]
    assert all(places[row.order_id] == row.position for row in filtered)
