"""Two administrators at once: one of them remains, and no stage has two departments."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection

from omc.lib.errors import InvalidInput
from orders.core.house.services import change_member
from orders.core.master.departments import hand_over_department
from orders.core.master.services import change_record
from orders.core.models import Department, Membership
from tests.factories import make_actor, make_company

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Do all at the same moment; what each came to."""
    ready, outcomes = Barrier(len(acts)), []

    def do(act: Callable[[], object]) -> None:
        ready.wait()
        try:
            act()
            outcomes.append("done")
        except InvalidInput:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=do, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_two_administrators_who_depose_each_other_leave_one():
    company = make_company()
    actors = [make_actor(company, "admin") for _ in range(2)]
    rows = [Membership.objects.get(user_id=actor.user_id) for actor in actors]

    outcomes = at_once(
        *(
            lambda row=row, actor=actor: change_member(member_id=row.pk, values={"roles": ["csr"]}, actor=actor)
            for row, actor in zip(rows, reversed(actors), strict=True)
        )
    )

    assert outcomes == ["done", "refused"]
    assert Membership.objects.filter(company=company, roles__contains=["admin"]).count() == 1


def test_a_stage_that_two_departments_take_at_once_is_one_s():
    company = make_company()
    admin = make_actor(company, "admin")
    desk, ops, service = (Department.objects.get(company=company, code=code) for code in ("desk", "ops", "service"))

    at_once(
        lambda: change_record(kind="department", record_id=ops.pk, values={"stages": [4, 5, 6]}, actor=admin),
        lambda: change_record(kind="department", record_id=service.pk, values={"stages": [4, 9, 10]}, actor=admin),
        lambda: hand_over_department(department_id=desk.pk, to_id=ops.pk, actor=admin),
    )

    stages = [stage for row in Department.objects.filter(company=company) for stage in row.stages]
    assert sorted(stages) == list(range(1, 11))
