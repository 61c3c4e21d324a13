"""Carriers for tests: two services with rates to one country."""

from datetime import time
from decimal import Decimal

from orders.fulfillment.carriers.rules import Surcharges
from orders.fulfillment.carriers.terms import ZoneInput, keep_carrier
from planning.models import CarrierService
from tests.orders.fulfillment.factories import Dock


def service(dock: Dock, code: str, rates: str, days: int, **more: str) -> CarrierService:
    return keep_carrier(
        code=code,
        name=code.title(),
        cut_off=time(23, 59),
        is_active=True,
        surcharges=Surcharges(fuel_percent=Decimal(10), residential=Decimal(2)),
        zones=[ZoneInput("Home", "US", rates, days=days)],
        actor=dock.ops,
        **more,
    )
