"""What stage 9 puts on homes, and its card."""

from collections.abc import Callable
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.registry import HomeTask, News, StageCard, registry
from orders.core.selectors.home import document_duties
from returns.claims.models import Return, ReturnState


def register() -> None:
    registry.stage_cards.add("claims", CARD)
    for state, permission, what, button in NEXT:
        key = f"claims.{state}"
        tasks = document_duties(9, "Handle return", _in(state), what=what, button=button, url="claims:return", why=_why)
        registry.home_tasks.add(key, HomeTask(key, (permission,), tasks))
    for news in NEWS:
        registry.news.add(news.key, news)


NEXT: Final = (
    (ReturnState.REQUESTED, "claims.authorize_return", _("Decide return %(document)s"), _("Authorize or reject")),
    (ReturnState.RECEIVED, "claims.inspect_return", _("Inspect what came back with %(document)s"), _("Inspect")),
    (ReturnState.INSPECTED, "claims.settle_return", _("Credit return %(document)s"), _("Settle")),
)


def _in(state: ReturnState) -> Callable[[Actor], QuerySet[Return]]:
    return lambda actor: Return.objects.filter(company_id=actor.company_id, state=state).select_related("order")


def _why(document: Return) -> str:
    return _("of order %(order)s") % {"order": document.order} if document.order else ""


_WORTH = "(SELECT r.net_base FROM returns_claims_return r WHERE r.id = e.subject_id)"
_STAFF = frozenset({"csr", "csr_lead", "sales", "ops", "warehouse", "billing", "service", "exec", "admin"})
NEWS = (
    News(
        "returns_requested", ("return_requested",), _("%(count)s return was asked for"),
        _("%(count)s returns were asked for"), _STAFF, _WORTH, 70,
    ),
    News(
        "returns_received", ("return_received",), _("%(count)s return came in"), _("%(count)s returns came in"),
        frozenset({"warehouse", "ops", "service", "admin"}), _WORTH, 71,
    ),
    News(
        "returns_settled", ("return_settled",), _("%(count)s return was settled"), _("%(count)s returns were settled"),
        _STAFF - {"warehouse", "ops"}, _WORTH, 72,
    ),
)  # fmt: skip

CARD = StageCard(
    stage="claims",
    purpose=_("What a customer sends back finds its place, and its money."),
    comes_in=_(
        "a customer wants to send back (or be credited for) what was shipped: asked for on the order page or by REST"
    ),
    goes_out=_(
        "stock back for sale or written off (planning), a credit note (billing), the order closed again; how many"
        " returns a customer has open"
    ),
    who=_("customer service requests and authorizes, the warehouse receives and inspects, finance settles and closes"),
)
