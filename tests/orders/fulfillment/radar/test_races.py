"""Two looks at once, and a look while what it sees leaves."""

from datetime import timedelta

import pytest

from omc.lib import clock
from orders.fulfillment.models import ShipRisk
from orders.fulfillment.radar.services import measure_steps, watch_promises
from tests.factories import WarehouseFactory, make_actor, make_company
from tests.orders.fulfillment.radar.test_radar import MONDAY, PLANTED, history, plan
from tests.orders.fulfillment.test_races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def test_two_looks_at_once_leave_one_row_for_each() -> None:
    company = make_company()
    house = WarehouseFactory(company=company)
    actor = make_actor(company, "ops")
    history(house, PLANTED)
    late = {plan(house, state="released", due=MONDAY, released_at=MONDAY).pk for _ in range(5)}

    def look() -> None:
        with clock.stopped_at(MONDAY + timedelta(days=21)):
            watch_promises(actor=actor)

    with clock.stopped_at(MONDAY + timedelta(days=21)):
        measure_steps(actor=actor)
    for _ in range(3):
        assert at_once(look, look, look) == ["done"] * 3
        assert set(ShipRisk.objects.values_list("planned_id", flat=True)) == late
