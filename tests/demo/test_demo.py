"""The demo company: every state of every document has rows, every page answers, every book holds."""

import pytest
from django.apps import apps
from django.core.cache import cache

from omc.accounts.models import User
from omc.demo.checking import disagreements
from omc.demo.house import CODE, PEOPLE
from omc.demo.seeding import seed
from omc.lib.machine import MACHINES
from orders.core.actors import actor_for
from orders.core.models import Company, Delivery, Event, Membership, Message
from orders.core.selectors.search import found
from orders.core.selectors.verification import flaws
from tests.demo.acts import acts_at_night
from tests.demo.looking import dead_spots, kinds_without_rows, named, overdue_share

pytestmark = [pytest.mark.slow, pytest.mark.demo, pytest.mark.django_db(transaction=True)]
STORIES = (
    "the order the CEO asked about", "the customer about to leave", "copper +14 %", "the truck that failed",
    "the invoice nobody pays",
)  # fmt: skip
MODELS = {"discount approval": "approval"}  # machines that are not called like what they move


def test_the_demo_company_is_whole(client):
    company = seed(lambda played: None, orders=36, history_days=0)

    assert seed(lambda played: None) is None  # a second start finds it there
    documents = {str(model._meta.model_name): model for model in apps.get_models()}
    missing = {
        name: set(machine.states)
        - set(
            documents[MODELS.get(name, name.replace(" ", ""))]
            .objects.filter(company=company)
            .values_list("state", flat=True)
        )
        for name, machine in MACHINES.items()
    }
    missing["inbox document"].discard("received")  # small documents are read as they come in
    assert {name: states for name, states in missing.items() if states} == {}
    assert kinds_without_rows(company) == []
    assert list(flaws([company.pk])) == []
    assert Event.objects.filter(company=company).count() > 1000
    assert Delivery.objects.filter(company=company).count() == 0
    assert disagreements(company.pk) == {}
    assert acts_at_night(company) == []
    assert dead_spots(company, named(company)) == []
    assert overdue_share(company) < 0.2
    measured = Event.objects.filter(company=company, touch_seconds__gt=0, user__isnull=False).count()
    assert measured > Event.objects.filter(company=company, user__isnull=False).count() / 2

    erin = actor_for(User.objects.get(username="erin"), company)
    kinds = {words: {hit.kind for hit in found(erin, words)} for words in STORIES}
    assert kinds == {words: {"order", "case"} for words in STORIES}
    assert not Message.objects.filter(company=company, status="queued").exists()

    pages = [
        "/",
        "/orders/",
        "/duties/",
        "/holds/",
        "/customers/",
        "/products/",
        "/planning/",
        "/generation/",
        "/pricing/",
    ]
    pages += ["/entry/", "/prioritization/", "/scheduling/", "/fulfillment/", "/billing/", "/claims/", "/postsales/"]
    for username, *_rest in PEOPLE:
        client.force_login(User.objects.get(username=username))
        cache.clear()
        answers = {page: client.get(page).status_code for page in pages}
        assert set(answers.values()) <= {200, 403}, (username, answers)
        assert answers["/"] == answers["/orders/"] == 200


def test_a_seeding_that_was_cut_off_is_put_aside_and_done_anew(monkeypatch):
    def cut_off(self, report):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("omc.demo.stage.Stage.play", cut_off)
        with pytest.raises(KeyboardInterrupt):
            seed(lambda played: None, orders=1, history_days=0)
    left = Company.objects.get(code=CODE)
    assert left.held_by == "seed"

    monkeypatch.setattr("omc.demo.seeding._program", lambda *told: [])  # what it plays, the test above says
    company = seed(lambda played: None, history_days=0)

    left.refresh_from_db()
    assert (company.code, company.held_by, left.code) == (CODE, "", f"{CODE}-cut-off-{left.pk}")
    assert not Membership.objects.filter(company=left).exists()
