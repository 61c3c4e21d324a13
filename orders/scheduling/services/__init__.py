"""What stage 6 does: plan, move, freeze, release, recall."""

from orders.scheduling.services.capacity import CapacityRefused, set_capacity
from orders.scheduling.services.move_shipment import (
    MoveRefused,
    freeze_shipment,
    move_shipment,
    unfreeze_shipment,
)
from orders.scheduling.services.plan_order import NotPlannable, Planning, plan_order, plan_orders
from orders.scheduling.services.plans import NoCapacity, PlanNotFound
from orders.scheduling.services.recall_shipment import cancel_plan, give_back, recall_shipment, take_over
from orders.scheduling.services.release_shipment import (
    NotReleasable,
    ShortStock,
    release_due,
    release_shipment,
)
from orders.scheduling.services.supplier_sent import plans_sent

__all__ = [
    "CapacityRefused",
    "MoveRefused",
    "NoCapacity",
    "NotPlannable",
    "NotReleasable",
    "PlanNotFound",
    "Planning",
    "ShortStock",
    "cancel_plan",
    "freeze_shipment",
    "give_back",
    "move_shipment",
    "plan_order",
    "plan_orders",
    "plans_sent",
    "recall_shipment",
    "release_due",
    "release_shipment",
    "set_capacity",
    "take_over",
    "unfreeze_shipment",
]
