"""What stage 2 puts on homes, and its card."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.registry import HomeTask, News, StageCard, registry
from orders.core.selectors.home import document_duties
from orders.generation.models import Enquiry
from orders.generation.selectors import enquiry_list


def register() -> None:
    registry.stage_cards.add("generation", CARD)
    registry.home_tasks.add("generation.answer", HomeTask("generation.answer", ("generation.record_enquiry",), ANSWER))
    registry.news.add(
        "enquiries",
        News(
            "enquiries",
            ("enquiry_received",),
            _("%(count)s enquiry came in"),
            _("%(count)s enquiries came in"),
            frozenset({"csr", "csr_lead", "sales", "exec", "admin"}),
            "(e.data->>'value_base')::numeric",
            10,
        ),
    )


CARD = StageCard(
    stage="generation",
    purpose=_(
        "What customers ask before they order. An enquiry waits until somebody answers it, so it has a number, a clock"
        " and an owner."
    ),
    comes_in=_("a customer's question by phone, mail, web or API: words, items, quantities, a wished-for date"),
    goes_out=_("a quote (stage 3), an order (stage 4), or a clear no with its reason"),
    who=_("customer service records and takes on; sales or customer service answers"),
)


def _waiting(actor: Actor) -> QuerySet[Enquiry]:
    """Open enquiries that nobody else has taken."""
    return enquiry_list(actor, {"state": "open"}).filter(Q(taken_by__isnull=True) | Q(taken_by_id=actor.user_id))


ANSWER = document_duties(
    2,
    "Answer enquiry",
    _waiting,
    what=_("Answer enquiry %(document)s"),
    button=_("Answer"),
    url="generation:enquiry",
    why=lambda enquiry: enquiry.subject,
)
