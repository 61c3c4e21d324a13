"""How far the demo's people may go with a price: one limit for everybody at first, a page of them since the last weeks."""

from datetime import datetime
from decimal import Decimal as D
from typing import Final

from omc.demo import catalog
from omc.lib import clock
from omc.lib.actor import Actor
from orders.core.services.companies import change_setting
from orders.pricing.guidelines.services import GuidelineInput, draft_guidelines, publish_guidelines
from orders.pricing.warnings.detection import FLOOR

FIRST: Final = (GuidelineInput(max_discount_percent=catalog.FREELY),)
NOW: Final = (
    GuidelineInput(max_discount_percent=D(5)),
    GuidelineInput(max_discount_percent=D(25), mode="block"),
    GuidelineInput(min_margin_percent=D(10), mode="warn"),
    GuidelineInput(role="pricing", max_discount_percent=D(10)),
    GuidelineInput(category="PIPE", max_discount_percent=D(5)),
    GuidelineInput(category="PIPE", min_margin_percent=D(15), mode="warn"),  # copper: list and contract lag behind
    GuidelineInput(category="SPARES", max_discount_percent=D(15), mode="warn"),
    GuidelineInput(customer_class="A", max_discount_percent=D(8)),
    GuidelineInput(customer_class="A", max_discount_percent=D(25), mode="block"),
    GuidelineInput(customer_class="A", category="PUMPS", max_discount_percent=D(12)),
    GuidelineInput(customer_class="D", max_discount_percent=D(2)),
    GuidelineInput(customer_class="D", max_discount_percent=D(10), mode="block"),
    GuidelineInput(customer=catalog.buyers()[catalog.LEAVING].code, max_discount_percent=D(15)),
)


def lay_down(opened: datetime, author: Actor, publisher: Actor) -> None:
    """The first guidelines when the company opened, those in force now as of the clock."""
    with clock.stopped_at(opened):
        first = draft_guidelines(rows=FIRST, actor=author)
        publish_guidelines(version_id=first.pk, actor=publisher)
    # What a list should leave: more than the least that a single deal may.
    change_setting(key=FLOOR, value="25", actor=publisher)
    now = draft_guidelines(rows=NOW, actor=author)
    publish_guidelines(version_id=now.pk, actor=publisher)
