"""The customer's page of a quote, and the duty that their questions make."""

from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.registry import CustomerPage, DutyRule, HomeTask, registry
from orders.core.selectors.home import document_duties
from orders.pricing.answers import page
from orders.pricing.answers.selectors import PAGE, link_ends, seen_quote
from orders.pricing.models import Quote, QuoteState

DUTY: Final = "Answer question"


def register() -> None:
    """Called once, when Django is ready."""
    registry.customer_pages.add(
        PAGE,
        CustomerPage(
            key=PAGE,
            name=_("Quote"),
            subject=seen_quote,
            until=link_ends,
            doors={"": page.show, "pdf": page.pdf, "accept": page.accept, "decline": page.decline, "ask": page.ask},
            deeds=frozenset({"accept", "decline", "ask"}),
            grants=frozenset({"pricing.answer_quote"}),
        ),
    )
    registry.duties.add(
        DUTY,
        DutyRule(
            stage=3,
            name=DUTY,
            subject="self",
            opens={"quote_question_asked": None},
            closes={
                "quote_question_answered": None,
                "quote_superseded": None,
                "quote_rejected": None,
                "quote_expired": None,
                "quote_closed": None,
            },
            due_minutes=240,
        ),
    )
    registry.home_tasks.add(
        "pricing.answer",
        HomeTask(
            "pricing.answer",
            ("pricing.write_quote",),
            document_duties(
                3,
                DUTY,
                _asked_about,
                what=_("Answer the customer’s question on quote %(document)s"),
                button=_("Answer it"),
                url="pricing:quote",
            ),
        ),
    )


def _asked_about(actor: Actor) -> QuerySet[Quote]:
    return Quote.objects.filter(company_id=actor.company_id).exclude(state=QuoteState.DRAFT)
