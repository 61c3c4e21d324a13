"""What stage 1 puts on homes, and its card."""

from django.db.models import Count, F, Min, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.registry import HomeTask, News, StageCard, Todo, registry
from orders.core.models import Company, Duty
from orders.core.selectors.home import COUNTED, day_text, document_duties, todo_of_group
from planning.models import Promise, SupplyOrder
from planning.selectors.stock import backorders, supply_orders


def register() -> None:
    registry.stage_cards.add("planning", CARD)
    for task in (
        HomeTask("planning.backorders", ("planning.order_supply",), get_supply),
        HomeTask("planning.due_supply", ("planning.receive_stock",), RECEIVE),
    ):
        registry.home_tasks.add(task.key, task)
    for news in NEWS:
        registry.news.add(news.key, news)


CARD = StageCard(
    stage="planning",
    purpose=_(
        "Knows what is there, what is coming and what is promised, so that no later stage promises the same thing twice."
    ),
    comes_in=_(
        "receipts, counts, supply orders, demand of confirmed orders (through entry), returned goods (through claims)"
    ),
    goes_out=_("promises with dates, allocated stock, issued stock, demand forecasts, minutes of warehouse capacity"),
    who=_("planners and purchasing; the warehouse and production receive; operations adjust"),
    steps=("allocate",),
)

_STAFF = frozenset({"csr", "csr_lead", "planner", "production", "ops", "warehouse", "exec", "admin"})
NEWS = (
    News(
        "backordered",
        ("order_backordered",),
        _("%(count)s order was back-ordered"),
        _("%(count)s orders were back-ordered"),
        _STAFF - {"production", "warehouse"},
        "o.net_base",
        46,
    ),
    News(
        "backorders_filled",
        ("backorder_filled",),
        _("%(count)s back-order was filled"),
        _("%(count)s back-orders were filled"),
        _STAFF - {"production", "warehouse"},
        "o.net_base",
        47,
    ),
    News(
        "supply_received",
        ("supply_received", "supply_part_received"),
        _("%(count)s delivery of supply came in"),
        _("%(count)s deliveries of supply came in"),
        _STAFF - {"csr", "csr_lead"},
        order=48,
    ),
)


def get_supply(actor: Actor) -> list[Todo]:
    """All back-orders as one thing: the list offers a supply order per row."""
    rows = backorders(actor).filter(line__ordered__gt=0).select_related(None).order_by("ship_date", "id")
    found = Promise.objects.filter(pk__in=rows.values("pk")[: COUNTED + 1]).aggregate(
        n=Count("id"),
        since=Min("order__confirmed_at"),
        ship_date=Min("ship_date"),
        worth=Sum(F("backordered") * F("line__net_base") / F("line__ordered")),
    )
    if not found["n"]:
        return []
    due = Duty.objects.filter(company_id=actor.company_id, closed_at__isnull=True, stage=1, name="Get supply")
    return [
        todo_of_group(
            found,
            what=ngettext_lazy("Find supply for %(n)s back-order", "Find supply for %(n)s back-orders", "n"),
            button=_("Order supply"),
            url=reverse("planning:backorders"),
            stage=1,
            due=due.aggregate(due=Min("due_at"))["due"],
            why=_("the first should ship on %(day)s") % {"day": day_text(found["ship_date"])},
        )
    ]


def _expected(actor: Actor) -> QuerySet[SupplyOrder]:
    """Open supply orders that are expected today or earlier."""
    company = Company.objects.get(pk=actor.company_id)
    return supply_orders(actor, state="open").filter(expected_date__lte=clock.today(company.time_zone))


RECEIVE = document_duties(
    1,
    "Receive supply",
    _expected,
    what=_("Receive %(document)s, or ask where it is"),
    button=_("Receive"),
    url="planning:supply",
    why=lambda supply: (
        _("%(supplier)s said %(day)s") % {"supplier": supply.supplier, "day": day_text(supply.expected_date)}
    ),
)
