"""The hold “discount approval”: only the decision about the prices, or other prices, lift it."""

from typing import Final

from omc.lib.actor import system
from orders.core.models import Hold, HoldState, HoldType, Order
from orders.core.services.holds import reject_hold, resolve_hold

HOLD: Final = "discount_approval"
_SETTLES: Final = "pricing.settle_discount_hold"  # no role has it: a hold lifted by hand would pass the approver by


def load_discount_hold(company_id: int) -> None:
    """The kind of hold that every company has for it."""
    HoldType.objects.bulk_create(
        [
            HoldType(
                company_id=company_id,
                code=HOLD,
                name="Discount approval",
                cause="us",
                blocks=["confirm", "release"],
                resolve_permission=_SETTLES,
                sla_minutes=960,
            )
        ],
        ignore_conflicts=True,
    )


def discount_hold(order: Order) -> Hold | None:
    """The one that stands on the order, active or rejected."""
    return Hold.objects.filter(order=order, hold_type__code=HOLD).exclude(status=HoldState.RESOLVED).first()


def lift_discount_hold(order: Order, resolution: str) -> None:
    """Inside another verb. Events: hold_resolved"""
    if hold := discount_hold(order):
        resolve_hold(hold_id=hold.pk, resolution=resolution, actor=system("discount approval", order.company_id))


def refuse_discount_hold(order: Order, resolution: str) -> None:
    """It goes on blocking until the prices are others. Inside another verb. Events: hold_rejected"""
    if (hold := discount_hold(order)) and hold.status == HoldState.ACTIVE:
        reject_hold(hold_id=hold.pk, resolution=resolution, actor=system("discount approval", order.company_id))
