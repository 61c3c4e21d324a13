"""Who works here: let in, changed, let go, at every door; and the company's own data."""

import pytest
from django.urls import reverse

from omc.accounts.models import User
from omc.lib import clock
from omc.lib.errors import InvalidInput, NotFound, PermissionRefused
from orders.core.actors import actor_for
from orders.core.house import services
from orders.core.models import Change, Company, Department, Duty, Membership
from orders.core.services.companies import set_membership
from tests.factories import make_actor, make_company, make_user

pytestmark = pytest.mark.django_db
JSON = "application/json"
SECRET = "staple-yourself-to-it"


@pytest.fixture
def company():
    return make_company()


@pytest.fixture
def admin(company):
    return make_actor(company, "admin")


def enter(actor, **values):
    given = {"username": "wanda", "full_name": "Wanda Stone", "password": SECRET, "roles": ["warehouse"]} | values
    return services.enter_member(**given, actor=actor)


def test_who_is_let_in_can_work_at_once(client, company, admin):
    house = Department.objects.get(company=company, code="warehouse")
    row = enter(admin, department_id=house.pk)

    assert client.login(username="wanda", password=SECRET)
    assert client.get("/").status_code == 200
    assert client.get(reverse("core:members")).status_code == 403
    assert (row.department, row.user.time_zone) == (house, company.time_zone)
    told = Change.objects.get(table="membership", row_id=row.pk)
    assert told.after == {"full_name": "Wanda Stone", "roles": ["warehouse"], "department": "Warehouse"}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"username": "TAKEN"}, "username"),
        ({"username": ""}, "username"),
        ({"password": "wanda"}, "password"),
        ({"roles": []}, "roles"),
        ({"roles": ["king"]}, "roles"),
        ({"full_name": " "}, "full_name"),
        ({"email": "no mail"}, "email"),
        ({"department_id": 0}, "department"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nobody_is_let_in(company, admin, values, field):
    make_user(company, "csr", username="taken")
    before = User.objects.count()
    with pytest.raises(InvalidInput) as refusal:
        enter(admin, **values)
    assert (list(refusal.value.data["fields"]), User.objects.count(), Change.objects.count()) == ([field], before, 0)


def test_only_an_administrator_of_the_company_touches_its_people(company, admin):
    theirs = Membership.objects.get(user=make_user(make_company(), "csr"))
    for deed in (
        lambda: services.change_member(member_id=theirs.pk, values={"roles": ["admin"]}, actor=admin),
        lambda: services.give_password(member_id=theirs.pk, password=SECRET, actor=admin),
        lambda: services.let_go(member_id=theirs.pk, actor=admin),
    ):
        with pytest.raises(NotFound):
            deed()
    with pytest.raises(PermissionRefused):
        enter(make_actor(company, "csr_lead"))


def test_one_administrator_remains(company, admin):
    me = Membership.objects.get(user_id=admin.user_id)
    with pytest.raises(InvalidInput, match="Nobody else is administrator"):
        services.change_member(member_id=me.pk, values={"roles": ["csr"]}, actor=admin)
    with pytest.raises(InvalidInput, match="Another administrator"):
        services.let_go(member_id=me.pk, actor=admin)
    other = enter(admin, roles=["admin"])
    services.change_member(member_id=me.pk, values={"roles": ["csr"]}, actor=admin)
    assert (Membership.objects.get(pk=me.pk).roles, other.roles) == (["csr"], ["admin"])


def test_who_goes_leaves_the_open_work_and_cannot_log_in(client, company, admin):
    row = enter(admin)
    desk = Department.objects.get(company=company, code="desk")
    desk.lead = row.user
    desk.save()
    work = Duty.objects.create(
        company=company, subject_type="order", subject_id=1, stage=4, name="W", queue=desk, owner=row.user,
        opened_at=clock.now(),
    )  # fmt: skip
    heir = Membership.objects.get(user_id=admin.user_id)

    services.let_go(member_id=row.pk, heir_id=heir.pk, actor=admin)

    work.refresh_from_db()
    desk.refresh_from_db()
    assert (work.owner_id, desk.lead) == (heir.user_id, None)
    assert not client.login(username="wanda", password=SECRET)
    back = enter(admin, full_name="Wanda Rock", roles=["ops"])
    assert (back.user_id, User.objects.filter(username="wanda").count()) == (row.user_id, 1)
    assert client.login(username="wanda", password=SECRET)


def test_name_and_password_of_who_works_elsewhere_too_are_not_ours(company, admin):
    row = enter(admin)
    set_membership(company_id=make_company().pk, user_id=row.user_id, roles=["csr"])
    with pytest.raises(InvalidInput):
        services.give_password(member_id=row.pk, password="another-good-one", actor=admin)
    with pytest.raises(InvalidInput):
        services.change_member(member_id=row.pk, values={"full_name": "X"}, actor=admin)
    services.let_go(member_id=row.pk, actor=admin)
    assert User.objects.get(pk=row.user_id).is_active


@pytest.mark.slow
def test_who_works_in_another_company_of_ours_keeps_the_login(client, company, admin):
    row = enter(admin)
    second, third = make_company(), make_company()
    set_membership(company_id=second.pk, user_id=admin.user_id, roles=["admin"])
    boss = actor_for(User.objects.get(pk=admin.user_id), second)

    member = services.enter_member(username="Wanda", roles=["ops"], actor=boss)

    user = User.objects.get(pk=row.user_id)
    assert (member.user_id, member.roles, member.is_default, user.full_name) == (user.pk, ["ops"], False, "Wanda Stone")
    assert user.check_password(SECRET)
    with pytest.raises(InvalidInput, match="taken"):  # she works here already
        services.enter_member(username="wanda", roles=["ops"], actor=boss)
    with pytest.raises(InvalidInput, match="taken"):  # nobody here is administrator where she works
        enter(make_actor(third, "admin"))
    assert Membership.objects.filter(user=user).count() == 2

    client.force_login(user)
    chosen = client.post(reverse("core:choose-company"), {"company": second.pk}, follow=True)
    assert second.name in chosen.content.decode()
    client.force_login(User.objects.get(pk=admin.user_id))
    client.post(reverse("core:choose-company"), {"company": second.pk})
    enter(admin, username="otto")
    assert client.post("/api/v1/members/", {"username": "otto", "roles": ["csr"]}, JSON).status_code == 201
    enter(admin, username="paul")
    made = client.post(reverse("core:new-member"), {"username": "paul", "roles": ["csr"]})
    assert made.status_code == 302
    assert client.post(reverse("core:new-member"), {"username": "new", "roles": ["csr"]}).status_code == 422


@pytest.mark.slow
def test_the_screens_do_it_too(client, company):
    client.force_login(make_user(company, "admin"))
    form = {"username": "wanda", "full_name": "Wanda", "password": "short", "roles": ["warehouse"]}
    assert client.post(reverse("core:new-member"), form).status_code == 422
    made = client.post(reverse("core:new-member"), form | {"password": SECRET})
    row = Membership.objects.get(user__username="wanda")
    assert made.url == reverse("core:member", args=[row.pk])
    assert client.post(made.url, {"full_name": "Wanda", "roles": ["ops", "warehouse"]}).status_code == 302
    row.refresh_from_db()
    assert row.roles == ["ops", "warehouse"]
    new = "quite-another-secret"
    assert client.post(reverse("core:member-password", args=[row.pk]), {"password": new}).status_code == 302
    assert User.objects.get(username="wanda").check_password(new)
    assert "Wanda" in client.get(reverse("core:members"), {"role": "ops"}).content.decode()
    assert client.post(reverse("core:let-go", args=[row.pk])).status_code == 302
    assert not Membership.objects.filter(pk=row.pk).exists()


def test_rest_does_it_too(client, company):
    client.force_login(make_user(company, "admin"))
    sent = {"username": "wanda", "full_name": "Wanda", "password": SECRET, "roles": ["warehouse"], "department": "ops"}
    first = client.post("/api/v1/members/", sent, JSON)
    url = f"/api/v1/members/{first.json()['id']}/"
    assert (first.status_code, first.json()["department"], "password" in first.json()) == (201, "ops", False)
    assert client.patch(url, {"roles": ["ops"]}, JSON).json()["roles"] == ["ops"]
    assert client.patch(url, {"roles": ["king"]}, JSON).status_code == 400
    assert client.post(f"{url}password/", {"password": "x"}, JSON).status_code == 422
    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == 404
    client.force_login(make_user(company, "csr"))
    assert client.get("/api/v1/members/").status_code == 403


def test_the_company_says_where_it_is(client, company):
    client.force_login(make_user(company, "admin"))
    page = reverse("core:company")
    form = {"name": "Own Goods", "country": "DE", "time_zone": "Europe/Berlin", "city": "Bonn", "tax_id": "DE136695978"}
    refused = client.post(page, form)
    assert refused.status_code == 422
    assert "no valid VAT number" in refused.content.decode()
    assert client.post(page, form | {"tax_id": "DE136695976"}).status_code == 302
    assert client.patch("/api/v1/company/", {"street": "Main 1"}, JSON).json()["street"] == "Main 1"
    row = Company.objects.get(pk=company.pk)
    assert (row.name, row.city, row.tax_id, row.street) == ("Own Goods", "Bonn", "DE136695976", "Main 1")
    client.force_login(make_user(company, "csr"))
    assert client.get(page).status_code == 403
    assert client.patch("/api/v1/company/", {"name": "Mine"}, JSON).status_code == 403
