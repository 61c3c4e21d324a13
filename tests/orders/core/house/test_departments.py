"""Each stage's work comes to one department, and what one has is handed over before it is given up."""

import pytest
from django.urls import reverse

from omc.lib import clock
from omc.lib.errors import InvalidInput, NotFound, PermissionRefused
from orders.core.master import services
from orders.core.master.departments import hand_over_department
from orders.core.models import Change, Department, Duty, Membership, SavedView
from orders.core.selectors.companies import default_department
from tests.factories import make_actor, make_company, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return make_company()


@pytest.fixture
def admin(company):
    return make_actor(company, "admin")


def of(company, code):
    return Department.objects.get(company=company, code=code)


def duty(company, stage, queue):
    return Duty.objects.create(
        company=company,
        subject_type="order",
        subject_id=stage,
        stage=stage,
        name="Work",
        queue=queue,
        opened_at=clock.now(),
    )


def change(admin, row, **values):
    return services.change_record(kind="department", record_id=row.pk, values=values, actor=admin)


def test_a_stage_given_to_another_department_takes_its_open_work_along(company, admin):
    desk = of(company, "desk")
    entry, enquiry = duty(company, 4, desk), duty(company, 2, desk)

    inside = services.enter_record(
        kind="department", values={"code": "inside", "name": "Inside sales", "stages": [4]}, actor=admin
    )

    desk.refresh_from_db()
    assert (desk.stages, default_department(company.pk, 4), default_department(company.pk, 2)) == ([2], inside, desk)
    entry.refresh_from_db()
    enquiry.refresh_from_db()
    assert (entry.queue, enquiry.queue) == (inside, desk)
    assert Change.objects.filter(table="department", row_id=desk.pk).get().after == {"stages": [2]}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"stages": [2]}, "stages"),  # 4 would be nobody's
        ({"stages": [2, 4, 11]}, "stages"),
        ({"is_active": False}, "is_active"),
        ({"name": ""}, "name"),
    ],
)
def test_no_stage_is_left_without_a_department(company, admin, values, field):
    with pytest.raises(InvalidInput) as refusal:
        change(admin, of(company, "desk"), **values)
    assert refusal.value.field == field
    assert (of(company, "desk").stages, Change.objects.count()) == ([2, 4], 0)


def test_all_that_a_department_has_goes_to_its_heir(company, admin):
    desk, service = of(company, "desk"), of(company, "service")
    work = duty(company, 4, desk)
    clara = make_user(company, "csr")
    Membership.objects.filter(user=clara).update(department=desk)
    view = SavedView.objects.create(
        company=company, list_key="orders", name="Ours", owner=clara, sharing="department", department=desk,
        changed_at=clock.now(),
    )  # fmt: skip

    hand_over_department(department_id=desk.pk, to_id=service.pk, actor=admin)

    desk.refresh_from_db()
    service.refresh_from_db()
    assert (desk.is_active, desk.stages, service.stages) == (False, [], [2, 4, 9, 10])
    assert Duty.objects.get(pk=work.pk).queue == service
    assert Membership.objects.get(user=clara).department == service
    assert SavedView.objects.get(pk=view.pk).department == service
    with pytest.raises(InvalidInput):
        hand_over_department(department_id=desk.pk, to_id=service.pk, actor=admin)
    change(admin, desk, is_active=True)  # and back again, without work
    assert of(company, "desk").is_active


def test_it_is_handed_to_one_s_own_department_in_use_by_an_administrator_only(company, admin):
    desk, theirs = of(company, "desk"), of(make_company(), "desk")
    for heir in (desk.pk, theirs.pk, 0):
        with pytest.raises(InvalidInput):
            hand_over_department(department_id=desk.pk, to_id=heir, actor=admin)
    with pytest.raises(NotFound):
        hand_over_department(department_id=theirs.pk, to_id=desk.pk, actor=admin)
    with pytest.raises(PermissionRefused):
        hand_over_department(department_id=desk.pk, to_id=of(company, "ops").pk, actor=make_actor(company, "csr_lead"))
    assert Department.objects.filter(is_active=False).count() == 0


def test_its_screens_and_rest(client, company):
    client.force_login(make_user(company, "admin"))
    desk, ops = of(company, "desk"), of(company, "ops")
    made = client.post(reverse("core:new-department"), {"code": "night", "name": "Night shift"})
    night = of(company, "night")
    assert made.url == reverse("core:department", args=[night.pk])

    edit = reverse("core:edit-department", args=[ops.pk])
    refused = client.post(edit, {"code": "ops", "name": "Operations", "stages": ["5"], "is_active": "on"})
    assert refused.status_code == 422
    assert "6 Scheduling would be nobody" in refused.content.decode()

    page = reverse("core:hand-over-department", args=[desk.pk])
    assert "4 Order entry" in client.get(page).content.decode()
    assert client.post(page, {"to": ops.pk}).status_code == 302
    api = f"/api/v1/departments/{ops.pk}/"
    assert client.get(api).json()["stages"] == [2, 4, 5, 6]
    assert client.post(f"{api}hand-over/", {"to": "night"}, "application/json").status_code == 204
    assert of(company, "night").stages == [2, 4, 5, 6]
    shown = client.get(reverse("core:departments"), {"show": "inactive"}).content.decode()
    assert "Operations" in shown
    assert "Night shift" not in shown

    client.force_login(make_user(company, "csr"))
    assert client.get(reverse("core:departments")).status_code == 200
    assert client.get(page).status_code == 403
    assert client.post(f"{api}hand-over/", {"to": "night"}, "application/json").status_code == 403
