"""What the radar says in words, and where the one thing that helps is done."""

from django.urls import reverse
from django.utils.translation import gettext as _

from omc.lib.actor import Actor
from omc.lib.registry import Text
from orders.fulfillment.models import Help, ShipRisk

DONE_BY = {
    Help.HOLD: "orders.view_order",
    Help.RELEASE: "scheduling.view_plan",
    Help.PICK: "fulfillment.pick",
    Help.FINISH: "fulfillment.pick",
    Help.PACK: "fulfillment.pack",
    Help.SHIP: "fulfillment.ship",
    Help.CALL: "orders.tell_customer",
}


def chance_said(risk: ShipRisk) -> str:
    """How likely it is late, as people say it."""
    if risk.left_minutes <= 0:
        return _("it should have left already")
    tenths = round(risk.late_percent / 10)
    if tenths == 0:
        return _("late in fewer than 1 of 10 such cases")
    if tenths == 10:
        return _("late in nearly all such cases")
    return _("late in about %(tenths)s of 10 such cases") % {"tenths": tenths}


def where(risk: ShipRisk) -> str:
    """The page on which the thing that helps is done."""
    match risk.help:
        case Help.RELEASE:
            return reverse("scheduling:shipment", args=[risk.planned_id])
        case Help.PICK:
            return reverse("fulfillment:order", args=[risk.order_id])
        case Help.CALL:
            return reverse("core:customer", args=[risk.customer_id])
        case Help.FINISH | Help.PACK | Help.SHIP if risk.shipment_id:
            return reverse("fulfillment:shipment", args=[risk.shipment_id])
    return reverse("core:order", args=[risk.order_id])


def help_said(risk: ShipRisk) -> Text:
    return f"{risk.get_help_display()}: {risk.hold.hold_type.name}" if risk.hold else risk.get_help_display()


def may_help(risk: ShipRisk, actor: Actor) -> bool:
    return actor.can(DONE_BY[Help(risk.help)])
