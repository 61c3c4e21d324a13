"""What was said about a quote is kept, and whose quote it is hears of it."""

from typing import Final

from django.urls import reverse

from omc.lib import clock
from omc.lib.actor import Actor
from orders.core.links.selectors import CHANNEL
from orders.core.models import Membership, Notification
from orders.pricing.answers.models import QuoteAnswer
from orders.pricing.models import Quote

_TOLD: Final = {
    QuoteAnswer.Kind.ACCEPTED: "{customer} accepted quote {quote}",
    QuoteAnswer.Kind.DECLINED: "{customer} declined quote {quote}: {reason}",
    QuoteAnswer.Kind.QUESTION: "{customer} asks about quote {quote}",
}


def keep_answer(quote: Quote, kind: str, actor: Actor, *, name: str = "", words: str = "") -> QuoteAnswer:
    """Keep it; what the customer said without us is told to whoever wrote the quote. Inside another verb."""
    answer = QuoteAnswer.objects.create(
        quote=quote,
        kind=kind,
        name=" ".join(name.split())[:120],
        words=words.replace("\r\n", "\n").strip(),
        contact_id=actor.contact_id,
        user_id=actor.user_id,
        at=clock.now(),
    )
    if actor.channel == CHANNEL and quote.written_by_id is not None:
        _tell_owner(quote, kind, quote.written_by_id)
    return answer


def _tell_owner(quote: Quote, kind: str, owner_id: int) -> None:
    """Names no money: it may be read on a locked screen."""
    works_here = Membership.objects.filter(company_id=quote.company_id, user_id=owner_id, user__is_active=True).exists()
    if not works_here:
        return
    reason = str(quote.get_reject_reason_display()).lower()  # type: ignore[attr-defined]  # Django adds it
    Notification.objects.create(
        company_id=quote.company_id,
        user_id=owner_id,
        text=_TOLD[QuoteAnswer.Kind(kind)].format(customer=quote.customer, quote=quote, reason=reason)[:200],
        url=reverse("pricing:quote", args=[quote.pk]) + "#answers",
        created_at=clock.now(),
    )
