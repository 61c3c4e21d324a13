"""What stage 4 puts on homes, and its card."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.registry import FirstStep, HomeTask, News, RuleInForce, StageCard, Todo, registry
from orders.core.models import Order, RuleState, RuleVersion
from orders.core.selectors.home import SHOWN, customer_link, holds_to_decide, order_duties
from orders.entry.selectors.desk import drafts
from orders.pricing.models import Quote, QuoteState


def _has_ordered(company_id: int) -> bool:
    return Order.objects.filter(company_id=company_id, submitted_at__isnull=False).exists()


FIRST_ORDER = FirstStep(
    _("Enter the first order"),
    _("Submit and confirm it; then it goes on its way to the warehouse and the invoice."),
    "entry:new",
    "entry.write_order",
    _has_ordered,
    50,
)


def register() -> None:
    registry.stage_cards.add("entry", CARD)
    for task in (
        HomeTask("entry.confirm", ("entry.confirm_order",), CONFIRM),
        HomeTask("entry.convert", ("entry.write_order",), accepted_quotes),
        HomeTask("entry.drafts", ("entry.write_order",), own_drafts),
        HomeTask("entry.holds", ("orders.resolve_hold", "entry.confirm_order"), HOLDS),
    ):
        registry.home_tasks.add(task.key, task)
    registry.first_steps.add("order", FIRST_ORDER)
    for news in NEWS:
        registry.news.add(news.key, news)


_DESK = frozenset({"csr", "csr_lead", "sales", "planner", "ops", "exec", "admin"})
NEWS = (
    News(
        "orders_entered", ("order_submitted",), _("%(count)s order was entered"), _("%(count)s orders were entered"),
        _DESK | {"credit"}, "o.net_base", 20,
    ),
    News(
        "orders_confirmed", ("order_confirmed",), _("%(count)s order was confirmed"),
        _("%(count)s orders were confirmed"), _DESK, "o.net_base", 21,
    ),
    News(
        "orders_cancelled", ("order_cancelled", "rest_cancelled"), _("%(count)s order was cancelled, wholly or in part"),
        _("%(count)s orders were cancelled, wholly or in part"), _DESK, "o.net_base", 22,
    ),
)  # fmt: skip

CONFIRM = order_duties(
    4, "Confirm order", what=_("Confirm order %(order)s"), button=_("Confirm"), url="core:order", steps=("confirm",)
)
HOLDS = holds_to_decide(
    4, Q(hold_type__blocks__contains=["confirm"], hold_type__is_credit=False) & ~Q(hold_type__code="margin")
)


def accepted_quotes(actor: Actor) -> list[Todo]:
    """Quotes that the customer accepted and nobody made an order of."""
    quotes = Quote.objects.filter(company_id=actor.company_id, state=QuoteState.ACCEPTED, order__isnull=True)
    return [
        Todo(
            what=_("Make quote %(quote)s an order") % {"quote": quote},
            button=_("Open the quote"),
            url=reverse("pricing:quote", args=[quote.pk]),
            since=quote.decided_at or quote.created_at,
            stage=4,
            amount=quote.net_base,
            customer=customer_link(quote.customer),
            why=_("the customer said yes"),
        )
        for quote in quotes.select_related("customer").order_by("-net_base", "id")[:SHOWN]
    ]


def own_drafts(actor: Actor) -> list[Todo]:
    """Orders with lines that the actor began and did not submit."""
    mine = drafts(actor).filter(created_by_id=actor.user_id, line_count__gt=0)
    return [
        Todo(
            what=_("Finish the draft for %(customer)s") % {"customer": order.customer},
            button=_("Open the draft"),
            url=reverse("entry:edit", args=[order.pk]),
            since=order.updated_at,
            stage=4,
            amount=order.net_base,
            customer=customer_link(order.customer),
        )
        for order in mine.order_by("-net_base", "id")[:SHOWN]
    ]


def in_force(actor: Actor) -> list[RuleInForce]:
    """The published conditions that place a hold when an order is submitted."""
    versions = RuleVersion.objects.filter(company_id=actor.company_id, status=RuleState.PUBLISHED)
    url = reverse("core:rules") if actor.can("orders.manage_rules") else ""
    return [
        RuleInForce(
            _("Hold rule “%(rule)s”") % {"rule": version.name},
            _("version %(number)s") % {"number": version.number},
            str(version.published_by or ""),
            version.published_at,
            url,
        )
        for version in versions.select_related("published_by").order_by("name")
    ]


CARD = StageCard(
    stage="entry",
    purpose=_("A customer's wish becomes an order that we can keep."),
    comes_in=_("a customer's order by desk, phone, mail, file or program; an accepted quote"),
    goes_out=_(
        "a confirmed order: prices that stand, a promise per line, stock where the ship date is near, a message to the"
        " customer"
    ),
    who=_("order desk (writes, confirms, cancels), order desk lead (own prices, files), operations (cancel)"),
    steps=("confirm",),
    rules=in_force,
)
