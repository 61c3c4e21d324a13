"""Quotes that nobody answered are spoken of before they end."""

from datetime import timedelta
from typing import Final

from django.urls import reverse

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.service import verb
from orders.core.eventlog import record_many
from orders.core.models import Company, Membership, Notification
from orders.core.selectors.companies import setting
from orders.core.services.messages import tell_customer
from orders.pricing.events import QuoteReminded
from orders.pricing.models import Quote, QuoteState

REMIND_DAYS: Final = "pricing.quote_remind_days"
BATCH: Final = 200
_A_DAY: Final = timedelta(days=1)  # who got the quote today knows how long it holds


@verb(events=(QuoteReminded,))
def remind_quotes(*, actor: Actor) -> int:
    """Remind of sent quotes that end within the company's number of days; returns how many. Run by the clock.

    Whoever wrote it is notified; the customer is told where a contact asked for that. Once per quote. Quotes that
    somebody works on right now are left for the next run.

    Events: quote_reminded
    """
    require(actor, "pricing.send_quote")
    days = setting(actor.company_id, REMIND_DAYS)
    if not days:
        return 0
    company = Company.objects.get(pk=actor.company_id)
    today, now = clock.today(company.time_zone), clock.now()
    quotes = list(
        Quote.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("company", "customer__company", "contact")
        .filter(
            company=company,
            state=QuoteState.SENT,
            reminded_at=None,
            valid_until__gte=today,
            valid_until__lte=today + timedelta(days=days),
            sent_at__lte=now - _A_DAY,
        )
        .order_by("pk")[:BATCH]
    )
    facts = [QuoteReminded(valid_until=quote.valid_until) for quote in quotes]
    record_many(quotes, facts, actor=actor, stamp={"reminded_at": now})
    _notify(quotes)
    for quote in quotes:
        tell_customer(
            kind="quote_ends",
            key=f"quote:{quote.pk}:ends",
            about=quote,
            customer=quote.customer,
            contact=quote.contact,
            actor=actor,
        )
    return len(quotes)


def _notify(quotes: list[Quote]) -> None:
    """Names no money: it may be read on a locked screen."""
    written = [(quote, quote.written_by_id) for quote in quotes if quote.written_by_id is not None]
    here = Membership.objects.filter(user_id__in=[writer for _quote, writer in written], user__is_active=True)
    known = set(here.values_list("company_id", "user_id"))
    Notification.objects.bulk_create(
        Notification(
            company_id=quote.company_id,
            user_id=writer,
            text=f"Quote {quote} for {quote.customer} ends on {quote.valid_until}; nobody answered it yet"[:200],
            url=reverse("pricing:quote", args=[quote.pk]),
            created_at=clock.now(),
        )
        for quote, writer in written
        if (quote.company_id, writer) in known
    )
