"""What stage 3 puts on homes, and its card."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.registry import HomeTask, News, RuleInForce, StageCard, Todo, registry
from orders.core.models import Company
from orders.core.selectors.home import SHOWN, customer_link, day_text, document_duties, holds_to_decide
from orders.pricing.models import PriceList, Quote, QuoteState, TaxRule

ASK_DAYS = 3  # so long before a quote ends somebody asks the customer


def register() -> None:
    registry.stage_cards.add("pricing", CARD)
    for task in (
        HomeTask("pricing.send", ("pricing.send_quote",), SEND),
        HomeTask("pricing.ask", ("pricing.send_quote",), ask_before_it_ends),
        HomeTask(
            "pricing.holds", ("orders.resolve_hold", "pricing.edit_price_list"),
            holds_to_decide(3, Q(hold_type__code__in=["margin", "over_agreement"])),
        ),
    ):  # fmt: skip
        registry.home_tasks.add(task.key, task)
    for news in NEWS:
        registry.news.add(news.key, news)


_WORTH = "(SELECT q.net_base FROM orders_pricing_quote q WHERE q.id = e.subject_id)"
_SELLERS = frozenset({"csr", "csr_lead", "sales", "pricing", "exec", "admin"})
NEWS = (
    News("quotes_sent", ("quote_sent",), _("%(count)s quote was sent"), _("%(count)s quotes were sent"), _SELLERS, _WORTH, 12),
    News(
        "quotes_won", ("quote_accepted",), _("%(count)s quote was accepted"), _("%(count)s quotes were accepted"),
        _SELLERS, _WORTH, 13,
    ),
    News(
        "quotes_lost", ("quote_rejected", "quote_expired"), _("%(count)s quote was lost"),
        _("%(count)s quotes were lost"), _SELLERS, _WORTH, 14,
    ),
)  # fmt: skip


def _drafts(actor: Actor) -> QuerySet[Quote]:
    return Quote.objects.filter(company_id=actor.company_id, state=QuoteState.DRAFT)


SEND = document_duties(
    3, "Send quote", _drafts, what=_("Finish and send quote %(document)s"), button=_("Open the quote"), url="pricing:quote"
)  # fmt: skip


def ask_before_it_ends(actor: Actor) -> list[Todo]:
    """Sent quotes that end within three days, the largest first."""
    company = Company.objects.get(pk=actor.company_id)
    today = clock.today(company.time_zone)
    quotes = (
        Quote.objects.filter(company=company, state=QuoteState.SENT, sent_at__isnull=False)
        .filter(valid_until__range=(today, today + timedelta(days=ASK_DAYS)))
        .select_related("customer")
        .order_by("-net_base", "id")[:SHOWN]
    )
    return [
        Todo(
            what=_("Ask for an answer to quote %(quote)s") % {"quote": quote},
            button=_("Open the quote"),
            url=reverse("pricing:quote", args=[quote.pk]),
            since=quote.sent_at or quote.created_at,
            stage=3,
            due=datetime.combine(quote.valid_until + timedelta(days=1), time(), ZoneInfo(company.time_zone)),
            amount=quote.net_base,
            customer=customer_link(quote.customer),
            why=_("it ends on %(day)s") % {"day": day_text(quote.valid_until)},
        )
        for quote in quotes
    ]


def in_force(actor: Actor) -> list[RuleInForce]:
    """How many price lists and tax rules hold, and when the last price was written."""
    lists = PriceList.objects.filter(company_id=actor.company_id).aggregate(
        n=Count("id", distinct=True), last=Max("breaks__created_at")
    )
    taxes = TaxRule.objects.filter(company_id=actor.company_id, is_active=True).count()
    return [
        RuleInForce(
            _("Price lists"),
            str(lists["n"]),
            at=lists["last"],
            url=reverse("pricing:price-lists"),
            note=_("the time is that of the last price written"),
        ),
        RuleInForce(_("Tax rules in force"), str(taxes), url=reverse("pricing:taxes")),
    ]


CARD = StageCard(
    stage="pricing",
    purpose=_(
        "What an item costs a customer, why, with which tax, and what it costs us. Quotes offer that until a day."
    ),
    comes_in=_("an enquiry, or lines of any document to be priced"),
    goes_out=_("priced lines with their reasons (orders, quotes), a quote as PDF, an accepted quote for order entry"),
    who=_(
        "sales and customer service write and send quotes; pricing keeps lists, taxes and rates, and types other prices"
    ),
    rules=in_force,
)
