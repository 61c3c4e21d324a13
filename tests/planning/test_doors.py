"""Every door leads to the same room: the same refusal at the screen and at the API, and nothing written."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from orders.core.models import JobRun
from planning.models import StockMovement, SupplyOrder
from tests.factories import make_user
from tests.planning.factories import Yard
from tests.planning.test_screens import supply_of

pytestmark = pytest.mark.django_db
DOORS = ("screen", "api")


def enter(door: str, step: str, yard: Yard, role: str) -> int:
    """Try a step at a door; answers the status."""
    client = Client()
    client.force_login(make_user(yard.company, role))
    item, warehouse = yard.items["BOLT"], yard.warehouse.pk
    supply = SupplyOrder.objects.get()
    line = supply.lines.get().pk
    shared = {"quantity": "1", "delta": "-99", "reason": "lost"}
    if door == "screen":
        paths = {
            "receive": (reverse("planning:receive"), {}),
            "adjust": (reverse("planning:adjust"), {}),
            "receive supply": (reverse("planning:receive-supply", args=[supply.pk]), {f"received_{line}": "99"}),
            "cancel supply": (reverse("planning:cancel-supply", args=[supply.pk]), {}),
            "forecast": (reverse("planning:run-forecast"), {}),
        }
        url, data = paths[step]
        return client.post(url, {"product": item.sku, "warehouse": warehouse, **shared, **data}).status_code
    api: dict[str, tuple[str, dict[str, Any]]] = {
        "receive": ("stock/receive/", {}),
        "adjust": ("stock/adjust/", {}),
        "receive supply": (f"supply/{supply.pk}/receive/", {"received": [{"line_id": line, "quantity": "99"}]}),
        "cancel supply": (f"supply/{supply.pk}/cancel/", {}),
        "forecast": ("forecasts/", {}),
    }
    path, data = api[step]
    body = {"product_id": item.pk, "warehouse_id": warehouse, **shared, **data}
    return client.post(f"/api/v1/planning/{path}", body, content_type="application/json").status_code


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("step", ["receive", "adjust", "receive supply", "cancel supply", "forecast"])
def test_who_may_not_is_refused_at_every_door(door: str, step: str, queued_jobs) -> None:
    yard = Yard(BOLT=5)
    supply_of(yard)

    assert enter(door, step, yard, "sales") == 403

    assert (StockMovement.objects.count(), SupplyOrder.objects.get().state, JobRun.objects.count()) == (1, "ordered", 0)


@pytest.mark.parametrize(("door", "status"), [("screen", 422), ("api", 409)])
def test_what_is_not_there_cannot_be_adjusted_away_at_any_door(door: str, status: int) -> None:
    yard = Yard(BOLT=5)
    supply_of(yard)

    assert enter(door, "adjust", yard, "planner") == status

    assert StockMovement.objects.count() == 1


@pytest.mark.parametrize("door", DOORS)
def test_more_than_was_ordered_cannot_be_received_at_any_door(door: str) -> None:
    yard = Yard(BOLT=5)
    supply_of(yard)

    assert enter(door, "receive supply", yard, "planner") == 422

    assert (StockMovement.objects.count(), SupplyOrder.objects.get().state) == (1, "ordered")
