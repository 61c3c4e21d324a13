"""What the demo's carriers charge, and the prefix of its parcel numbers."""

from datetime import time
from decimal import Decimal
from typing import Final

from omc.lib import clock
from omc.lib.actor import Actor
from orders.core.models import Company, Setting
from orders.fulfillment.carriers.rules import Surcharges
from orders.fulfillment.carriers.terms import ZoneInput, keep_carrier
from orders.fulfillment.parcels.numbering import PREFIX
from planning.models import CarrierService

EXAMPLE_PREFIX: Final = "0614141"  # the one that GS1 gives in its examples
NEAR: Final = ("0", "1")  # New England and the middle Atlantic
SERVICES: Final = (
    (
        "GROUND",
        "Ground",
        time(16),
        "2: 7.40; 10: 11.90; 30: 21.50; 70: 46",
        "2: 9.80; 10: 16.20; 30: 31; 70: 68",
        None,
        None,
    ),
    ("ECON", "Economy", time(14), "2: 5.90; 10: 9.20; 30: 16.40; 70: 35", "2: 7.60; 10: 12.80; 30: 24; 70: 52", 4, 6),
    ("EXPR", "Express", time(17), "2: 24; 10: 39; 30: 78; 70: 160", "2: 31; 10: 55; 30: 112; 70: 240", 1, 1),
)


def agree(company: Company, ground: CarrierService, ops: Actor) -> None:
    """Rates of three services, near and far; Ground takes the days that promises are made by."""
    now = clock.now()
    Setting.objects.create(
        company=company, key=PREFIX, value=EXAMPLE_PREFIX, effective_from=now, changed_by_id=ops.user_id, changed_at=now
    )
    add = Surcharges(
        fuel_percent=Decimal("12.5"), residential=Decimal("4.20"), oversize_cm=120, oversize=Decimal("18.00")
    )
    for code, name, cut_off, near, far, near_days, far_days in SERVICES:
        zones = [ZoneInput("Northeast", "US", near, digit, near_days) for digit in NEAR]
        keep_carrier(
            code=code,
            name=name,
            cut_off=cut_off,
            is_active=True,
            surcharges=add,
            zones=[*zones, ZoneInput("United States", "US", far, days=far_days)],
            actor=ops,
            service_id=ground.pk if code == ground.code else None,
        )
