"""Keys for programs: shown once, never for more than their maker, taken back at once; at every door."""

import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import RequestFactory
from django.urls import reverse

from omc.accounts.models import ApiToken
from omc.lib import clock
from omc.lib.errors import InvalidInput, NotFound, PermissionRefused
from orders.core.actors import token_actor
from orders.core.house import services
from orders.core.house.keys import make_key, take_back_key
from orders.core.models import Change, Membership
from tests.factories import make_actor, make_company, make_user

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def company():
    return make_company()


@pytest.fixture
def admin(company):
    return make_actor(company, "admin")


def asked(client, secret, path="orders/"):
    return client.get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {secret}"}).status_code


def test_a_key_opens_until_it_is_taken_back_and_its_secret_is_kept_nowhere(client, admin):
    key, secret = make_key(name=" Shop ", actor=admin)

    assert (asked(client, secret), key.name) == (200, "Shop")
    row = ApiToken.objects.get(pk=key.pk)
    assert row.last_used_at is not None
    assert secret not in str(ApiToken.objects.values().get(pk=key.pk))
    assert secret not in str(list(Change.objects.values()))

    take_back_key(key_id=key.pk, actor=admin)
    take_back_key(key_id=key.pk, actor=admin)
    assert asked(client, secret) == 401
    assert Change.objects.filter(table="apitoken", row_id=key.pk).count() == 2


def test_that_it_was_used_is_written_once_a_minute(client, admin):
    key, secret = make_key(name="Shop", actor=admin)
    asked(client, secret)
    first = ApiToken.objects.get(pk=key.pk).last_used_at
    asked(client, secret)
    assert ApiToken.objects.get(pk=key.pk).last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(minutes=2))
    asked(client, secret)
    assert ApiToken.objects.get(pk=key.pk).last_used_at >= first


def test_roles_limit_it_and_what_it_makes_is_limited_as_well(client, company, admin):
    _key, secret = make_key(name="Floor", roles=["warehouse"], actor=admin)
    assert (asked(client, secret), asked(client, secret, "keys/")) == (200, 403)

    narrow = ApiToken.new_secret()
    ApiToken.objects.create(
        user_id=admin.user_id, company_id=company.pk, name="Narrow", digest=ApiToken.digest_of(narrow),
        scopes=["orders.manage_members"], created_at=clock.wall(),
    )  # fmt: skip
    headers = {"Authorization": f"Bearer {narrow}"}
    made = client.post("/api/v1/keys/", {"name": "Child"}, JSON, headers=headers).json()
    assert made["scopes"] == ["orders.manage_members"]
    assert (asked(client, made["secret"], "keys/"), asked(client, made["secret"])) == (200, 403)


def test_it_acts_in_its_roles_and_makes_none_that_acts_in_others(client, company):
    both = make_actor(company, "admin", "csr")
    _key, secret = make_key(name="House", roles=["admin"], actor=both)
    request = RequestFactory().get("/api/v1/keys/")
    _user, actor, _company = token_actor(request, secret)
    assert (both.roles, actor.roles) == ({"admin", "csr"}, {"admin"})
    child, _secret = make_key(name="Child", actor=actor)
    assert child.roles == ["admin"]
    with pytest.raises(InvalidInput, match="does not act as csr"):
        make_key(name="Desk", roles=["csr"], actor=actor)


def test_it_ends_with_its_last_day_and_with_its_maker(client, company, admin):
    today = clock.wall().date()
    key, secret = make_key(name="Trial", last_day=today, actor=admin)
    assert key.expires_at.date() == today + timedelta(days=1)
    assert asked(client, secret) == 200
    ApiToken.objects.update(expires_at=clock.wall() - timedelta(seconds=1))
    assert asked(client, secret) == 401

    other = make_actor(company, "admin")
    _key, theirs = make_key(name="Trial", actor=other)
    services.let_go(member_id=Membership.objects.get(user_id=other.user_id).pk, actor=admin)
    assert asked(client, theirs) == 401


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "Shop"}, "name"),
        ({"roles": ["king"]}, "roles"),
        ({"last_day": clock.wall().date() - timedelta(days=2)}, "last_day"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_no_key_is_made(admin, values, field):
    make_key(name="Shop", actor=admin)
    with pytest.raises(InvalidInput) as refusal:
        make_key(**({"name": "New"} | values), actor=admin)
    assert (list(refusal.value.data["fields"]), ApiToken.objects.count()) == ([field], 1)


def test_only_an_administrator_of_the_company_has_to_do_with_its_keys(company, admin):
    key, _secret = make_key(name="Shop", actor=admin)
    with pytest.raises(PermissionRefused):
        make_key(name="Mine", actor=make_actor(company, "csr_lead"))
    with pytest.raises(NotFound):
        take_back_key(key_id=key.pk, actor=make_actor(make_company(), "admin"))
    assert ApiToken.objects.get().revoked_at is None


@pytest.mark.slow
def test_its_screens_show_the_secret_once(client, company):
    client.force_login(make_user(company, "admin"))
    assert client.post(reverse("core:new-key"), {"name": ""}).status_code == 422
    made = client.post(reverse("core:new-key"), {"name": "Shop", "roles": ["csr"]})
    secret = re.search(r"omc_[\w-]{20,}", made.content.decode()).group()
    assert made["Cache-Control"] == "no-store"
    assert asked(client, secret) == 200
    key = ApiToken.objects.get()
    page = reverse("core:key", args=[key.pk])
    for shown in (client.get(page), client.get(reverse("core:keys"))):
        assert "Customer service" in shown.content.decode()
        assert secret not in shown.content.decode()
    assert client.post(reverse("core:take-back-key", args=[key.pk])).status_code == 302
    assert "taken back" in client.get(page).content.decode()
    assert "Shop" not in client.get(reverse("core:keys")).content.decode()
    assert "Shop" in client.get(reverse("core:keys"), {"show": "over"}).content.decode()

    client.force_login(make_user(company, "csr"))
    assert (client.get(page).status_code, client.get(reverse("core:new-key")).status_code) == (403, 403)
    client.force_login(make_user(make_company(), "admin"))
    assert client.get(page).status_code == 404


def test_rest_does_it_too(client, company):
    client.force_login(make_user(company, "admin"))
    made = client.post("/api/v1/keys/", {"name": "Shop", "roles": ["csr"]}, JSON)
    url = f"/api/v1/keys/{made.json()['id']}/"
    assert (made.status_code, made.json()["secret"][:4], made["Cache-Control"]) == (201, "omc_", "no-store")
    assert client.post("/api/v1/keys/", {"name": "Shop"}, JSON).status_code == 422
    assert "secret" not in client.get(url).json()
    assert client.delete(url).status_code == 204
    assert client.get(url).json()["revoked_at"]
    client.force_login(make_user(company, "csr"))
    assert client.get("/api/v1/keys/").status_code == 403


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_double_click_makes_one_key():
    admin = make_actor(make_company(), "admin")
    ready, outcomes = Barrier(2), []

    def make():
        ready.wait()
        try:
            make_key(name="Shop", actor=admin)
            outcomes.append("made")
        except InvalidInput:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=make) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["made", "refused"]
    assert ApiToken.objects.count() == 1
