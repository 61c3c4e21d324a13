"""What stage 7 puts on homes, and its card."""

from typing import Any, Final

from django.db.models import Count, DecimalField, ExpressionWrapper, F, Min, OuterRef, Subquery, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from omc.lib.actor import Actor
from omc.lib.money import ZERO
from omc.lib.registry import HomeTask, News, StageCard, Todo, registry
from orders.core.models import Duty
from orders.core.selectors.home import COUNTED, SHOWN, customer_link, todo_of_group
from orders.fulfillment.models import ShipmentLine, ShipmentState
from orders.fulfillment.selectors import shipments_list, to_be_picked
from orders.scheduling.models import PlannedLine


def register() -> None:
    registry.stage_cards.add("fulfillment", CARD)
    registry.home_tasks.add("fulfillment.start", HomeTask("fulfillment.start", ("fulfillment.pick",), start_picking))
    registry.home_tasks.add("fulfillment.go_on", HomeTask("fulfillment.go_on", ("fulfillment.view_shipment",), go_on))
    for news in NEWS:
        registry.news.add(news.key, news)


NEXT: Final = {
    ShipmentState.PICKING: ("fulfillment.pick", _("Finish picking %(shipment)s"), _("Pick")),
    ShipmentState.PICKED: ("fulfillment.pack", _("Pack %(shipment)s"), _("Pack")),
    ShipmentState.CHECKED: ("fulfillment.pack", _("Pack %(shipment)s"), _("Pack")),
    ShipmentState.PACKED: ("fulfillment.ship", _("Hand %(shipment)s to the carrier"), _("Ship")),
}

_WORTH = """(SELECT round(sum(s.shipped * l.net_base / l.ordered), 2) FROM orders_fulfillment_shipmentline s
    JOIN orders_orderline l ON l.id = s.order_line_id WHERE s.shipment_id = e.subject_id AND l.ordered > 0)"""
_STAFF = frozenset({"csr", "csr_lead", "sales", "planner", "ops", "warehouse", "billing", "service", "exec", "admin"})
NEWS = (
    News(
        "shipped", ("shipment_shipped",), _("%(count)s shipment left"), _("%(count)s shipments left"), _STAFF, _WORTH, 52
    ),
    News(
        "delivered", ("shipment_delivered",), _("%(count)s shipment arrived"), _("%(count)s shipments arrived"),
        _STAFF - {"billing", "planner"}, _WORTH, 53,
    ),
)  # fmt: skip


def start_picking(actor: Actor) -> list[Todo]:
    """Released shipments that wait to be picked, as one thing: the queue starts them one by one."""
    queue = to_be_picked(actor).order_by("slot_date", "id").values("pk")[: COUNTED + 1]
    found = PlannedLine.objects.filter(planned__in=queue, order_line__ordered__gt=0).aggregate(
        n=Count("planned", distinct=True),
        since=Min("planned__released_at"),
        worth=Sum(F("quantity") * F("order_line__net_base") / F("order_line__ordered")),
    )
    if not found["n"]:
        return []
    return [
        todo_of_group(
            found,
            what=ngettext_lazy("Start picking %(n)s shipment", "Start picking %(n)s shipments", "n"),
            button=_("Pick"),
            url=reverse("fulfillment:queue"),
            stage=7,
            due=_oldest_due(actor),
            why=_("released to the warehouse"),
        )
    ]


def _oldest_due(actor: Actor) -> Any:
    """When the first order should have left, of those that wait here with nothing in work."""
    waiting = to_be_picked(actor).order_by("slot_date", "id").values("order_id")[: COUNTED + 1]
    rows = Duty.objects.filter(company_id=actor.company_id, stage=7, closed_at__isnull=True, order_id__in=waiting)
    return rows.aggregate(due=Min("due_at"))["due"]


def go_on(actor: Actor) -> list[Todo]:
    """The next step of the shipments that lie in the warehouse the longest, of the steps that the actor may do."""
    states = [state for state, (permission, _what, _button) in NEXT.items() if actor.can(permission)]
    if not states:
        return []
    lines = ShipmentLine.objects.filter(shipment=OuterRef("pk"), order_line__ordered__gt=0).values("shipment")
    share = ExpressionWrapper(
        F("quantity") * F("order_line__net_base") / F("order_line__ordered"), DecimalField(max_digits=18)
    )
    duty = Duty.objects.filter(order=OuterRef("order"), stage=7, closed_at__isnull=True)
    shipments: Any = (
        shipments_list(actor)
        .filter(state__in=states)
        .annotate(
            worth=Subquery(lines.annotate(worth=Sum(share)).values("worth")),
            due_at=Subquery(duty.order_by("due_at").values("due_at")[:1]),
        )
        .order_by("created_at", "id")[:SHOWN]
    )
    found = []
    for shipment in shipments:
        _permission, what, button = NEXT[shipment.state]
        found.append(
            Todo(
                what=what % {"shipment": shipment},
                button=button,
                url=reverse("fulfillment:shipment", args=[shipment.pk]),
                since=shipment.packed_at or shipment.picked_at or shipment.created_at,
                stage=7,
                due=shipment.due_at,
                amount=shipment.worth or ZERO,
                customer=customer_link(shipment.customer),
                why=_("order %(order)s") % {"order": shipment.order},
            )
        )
    return found


CARD = StageCard(
    stage="fulfillment",
    purpose=_("Goods leave the shelf, the bench and the door; what is short or wrong finds its way back."),
    comes_in=_("planned shipments that stage 6 released (their stock is allocated)"),
    goes_out=_(
        "shipped and delivered quantities on the order's ledger, stock issued, shipments for billing, what was short for"
        " stages 5 and 6"
    ),
    who=_("the warehouse, from release until nothing of the order lies with the warehouse"),
    steps=("pick", "ship"),
)
