"""The four tours. Their words promise only what the page shows; their places are looked up in the company's own data."""

from django.db.models import Exists, F, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.tour.steps import Step, Tour, Where, noted, recorded, seen, set_something
from orders.core.models import Order, OrderState
from orders.fulfillment.models import Shipment, ShipmentState
from orders.prioritization.models import RuleSet, RuleSetState
from orders.scheduling.models import PlannedLine, PlanState
from orders.scheduling.selectors.plans import planned_list
from planning.models import PromiseSource

CONTENT = ".page-body .content"


def at(name: str, *args: str) -> Where:
    """Always this page."""
    return lambda actor: reverse(name, args=args)


def order_in(state: str) -> Where:
    """The newest order in this state, one's own before others'."""

    def where(actor: Actor) -> str:
        orders = Order.objects.filter(company_id=actor.company_id, state=state).order_by("-pk")
        order = orders.filter(created_by_id=actor.user_id).first() or orders.first()
        return reverse("core:order", args=[order.pk]) if order else ""

    return where


def draft(actor: Actor) -> str:
    """One's newest draft."""
    drafts = Order.objects.filter(
        company_id=actor.company_id, created_by_id=actor.user_id, state=OrderState.DRAFT
    ).order_by("-pk")
    order = drafts.first()
    return reverse("entry:edit", args=[order.pk]) if order else ""


def planned(actor: Actor) -> str:
    """The planned shipment that leaves first, of those that neither a hold nor missing goods keep."""
    lines = PlannedLine.objects.filter(planned=OuterRef("pk"), promise__allocated__lt=F("quantity"))
    short = lines.exclude(promise__source=PromiseSource.STOCK)
    plans = planned_list(actor, state=PlanState.PLANNED, ready=True)
    plan = plans.annotate(is_short=Exists(short)).order_by("is_short", "slot_date", "pk").first()
    return reverse("scheduling:shipment", args=[plan.pk]) if plan else ""


def shipment_in(state: str) -> Where:
    """The newest shipment in this state."""

    def where(actor: Actor) -> str:
        shipments = Shipment.objects.filter(company_id=actor.company_id, state=state).order_by("-pk")
        shipment = shipments.first()
        return reverse("fulfillment:shipment", args=[shipment.pk]) if shipment else ""

    return where


def rule_set_in(state: str) -> Where:
    """The newest rule set in this state."""

    def where(actor: Actor) -> str:
        found = RuleSet.objects.filter(company_id=actor.company_id, state=state).order_by("-pk").first()
        return reverse("prioritization:rule-set", args=[found.pk]) if found else ""

    return where


ORDER_DESK = Tour(
    "order-desk",
    _("Order desk"),
    "entry.confirm_order",
    (
        Step(
            _("Start an order"),
            _("A customer calls. Choose who it is; terms, address and prices come with them."),
            at("entry:new"),
            CONTENT,
            seen("entry:edit"),
        ),
        Step(
            _("Enter an item and submit"),
            _("Type a few letters of an item, Enter, a quantity, Enter: price and stock appear. Then press Submit."),
            draft,
            "#lines",
            recorded("order_submitted"),
        ),
        Step(
            _("Confirm it"),
            _("Confirming promises a date for every line, and gives stock to those that leave soon."),
            order_in(OrderState.PENDING),
            ".page-head .actions",
            recorded("order_confirmed"),
        ),
        Step(
            _("Tell a colleague"),
            _("Write a note on the order. With @ and a name, they are told."),
            order_in(OrderState.CONFIRMED),
            "#notes",
            noted,
        ),
        Step(
            _("Answer “where is my order?”"),
            _("Open an order that was delivered: its timeline tells every hop, and who had it how long."),
            at("core:orders"),
            CONTENT,
            seen("core:order"),
        ),
    ),
)

EXECUTIVE = Tour(
    "executive",
    _("Executive"),
    "analytics.view_insights",
    (
        Step(
            _("Where do orders wait?"),
            _(
                "The wall shows the ten stages: how many orders, how much money, how long. Open the one that waits longest."
            ),
            at("analytics:wall"),
            CONTENT,
            seen("analytics:wall-stage", "core:duties"),
        ),
        Step(
            _("Staple yourself to an order"),
            _("Choose an order and go with it from hop to hop. What stands still is drawn to scale."),
            at("analytics:walks"),
            CONTENT,
            seen("analytics:walk", "analytics:walk-hop"),
        ),
        Step(
            _("Look behind a figure"),
            _("Every figure opens the rows it was counted from. Open one."),
            at("analytics:insights"),
            CONTENT,
            seen("analytics:figure"),
        ),
        Step(
            _("Why did profit change?"),
            _("The bridge takes you from one month to the next: volume, price, mix, cost. It adds up to the cent."),
            at("analytics:bridges"),
            CONTENT,
            seen("analytics:bridge"),
        ),
        Step(
            _("What will sell?"),
            _("Each item has a forecast, and the method that had the smallest error on its past. Open one."),
            at("planning:forecasts"),
            CONTENT,
            seen("planning:forecast"),
        ),
    ),
)

OPERATIONS = Tour(
    "operations",
    _("Operations"),
    "scheduling.release_shipment",
    (
        Step(
            _("Release a shipment"),
            _("This one leaves first. Releasing hands it to the warehouse; whatever may not go says why."),
            planned,
            ".page-head .actions",
            recorded("shipment_released"),
        ),
        Step(
            _("Start picking"),
            _("What was released waits here, the most urgent first. Start one."),
            at("fulfillment:queue"),
            CONTENT,
            recorded("picking_started"),
        ),
        Step(
            _("Pick it"),
            _("Everything there? Just press. If something is short, say why; the rest is planned again by itself."),
            shipment_in(ShipmentState.PICKING),
            "#step",
            recorded("shipment_picked"),
        ),
        Step(
            _("Pack it"),
            _("Weigh each parcel; what is in it goes on the packing slip."),
            shipment_in(ShipmentState.PICKED),
            "#step",
            recorded("shipment_packed"),
        ),
        Step(
            _("Hand it over"),
            _("Stock falls now, not before. The customer is told, and the invoice follows by itself."),
            shipment_in(ShipmentState.PACKED),
            "#step",
            recorded("shipment_shipped"),
        ),
    ),
)

ADMINISTRATION = Tour(
    "administration",
    _("Administration"),
    "orders.manage_settings",
    (
        Step(
            _("Read a stage's card"),
            _("What comes in, what goes out, who does it, and every rule in force with who changed it last."),
            at("core:orders"),
            ".stage-line",
            seen("core:stage"),
        ),
        Step(
            _("Change a setting"),
            _("It is in force from the moment you say, and the page keeps who changed it."),
            at("core:settings"),
            CONTENT,
            set_something,
        ),
        Step(
            _("Draft new ranking rules"),
            _("The rules in force stay as they are until a draft is published."),
            rule_set_in(RuleSetState.PUBLISHED),
            ".page-head .actions",
            recorded("rule_set_drafted"),
        ),
        Step(
            _("Change the draft"),
            _("Say what a day of waiting is worth, or who goes first. A second person publishes it."),
            rule_set_in(RuleSetState.DRAFT),
            ".page-head .actions",
            recorded("rule_set_changed"),
        ),
        Step(
            _("See what runs by itself"),
            _("Every long job with its progress, its inputs and its outcome. Open one."),
            at("core:jobs"),
            CONTENT,
            seen("core:job"),
        ),
    ),
)

TOURS = {tour.key: tour for tour in (ORDER_DESK, EXECUTIVE, OPERATIONS, ADMINISTRATION)}

_OF_ROLES = (
    (("admin",), ADMINISTRATION),
    (("exec",), EXECUTIVE),
    (("ops", "warehouse", "planner"), OPERATIONS),
    (("csr", "csr_lead"), ORDER_DESK),
)


def tour_of(actor: Actor) -> Tour | None:
    """The tour of somebody's work; None where no tour fits what they may do."""
    for roles, tour in _OF_ROLES:
        if actor.roles.intersection(roles) and actor.can(tour.permission):
            return tour
    return None
