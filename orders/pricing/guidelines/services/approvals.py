"""Ask somebody to let prices go further than the guidelines, and decide about it."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import DateTimeField, Func, Value

from omc.accounts.models import User
from omc.accounts.roles import permissions_of
from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput, NotFound, PermissionRefused
from omc.lib.service import verb
from orders.core import lifecycle
from orders.core.eventlog import record, record_many
from orders.core.models import Company, Duty, Membership, Order, OrderState
from orders.core.selectors.companies import setting
from orders.pricing.guidelines.events import (
    DiscountApproved,
    DiscountDelegated,
    DiscountRefused,
    DiscountRequested,
    DiscountRequestExpired,
    DiscountVoided,
)
from orders.pricing.guidelines.machines import APPROVAL
from orders.pricing.guidelines.models import Approval, ApprovalState
from orders.pricing.guidelines.selectors import Judgment, fingerprint_of, judge_document, standing_approval
from orders.pricing.guidelines.services.holds import lift_discount_hold, refuse_discount_hold
from orders.pricing.models import Quote, QuoteState

APPROVE: Final = "pricing.approve_discount"
APPROVAL_DAYS: Final = "pricing.approval_days"
DAY_MINUTES: Final = 480


class OwnRequest(PermissionRefused):
    """Nobody decides about prices that they asked for or wrote."""

    code = "own_request"


class RequestOutdated(DomainError):
    """The request is over: too late, or what was priced has changed."""

    code = "discount_request_outdated"


class NothingToApprove(DomainError):
    """The prices keep the guidelines, are asked for already, or are beyond what anybody may approve."""

    code = "nothing_to_approve"


@verb(events=(DiscountRequested, DiscountVoided))
def request_approval(
    *,
    actor: Actor,
    reason: str,
    quote_id: int | None = None,
    order_id: int | None = None,
    approver_id: int | None = None,
) -> Approval:
    """Ask for the prices of a draft quote, or of an order that is held for them, as they stand now.

    Raises: NothingToApprove, InvalidInput without a reason, NotFound
    Events: discount_requested, and discount_voided on one for other prices
    """
    require(actor, "pricing.write_quote")
    document = _lock_document(quote_id, order_id, actor)
    if not reason.strip():
        raise InvalidInput("Say why the customer should have these prices.", field="reason")
    if document.state not in _OPEN[type(document)]:
        raise NothingToApprove(f"{document} is {document.state.replace('_', ' ')}; its prices stand.", field="reason")
    lines = list(document.lines.select_related("product").order_by("position"))
    judgment = judge_document(document, lines, document.customer, actor)
    if judgment.mode != "approve":
        why = "goes beyond what anybody may approve" if judgment.mode == "block" else "keeps the guidelines"
        raise NothingToApprove(f"{document} {why}.", field="reason")
    standing = void_if_changed(document, judgment.fingerprint, actor)
    if standing is not None:
        raise NothingToApprove(f"The prices of {document} are {standing.get_state_display().lower()} already.")
    return open_request(document, judgment, actor, reason=reason, approver_id=approver_id)


@verb(events=(DiscountApproved,))
def approve_discount(*, approval_id: int, actor: Actor, decision: str = "") -> Approval:
    """Let the prices stand: the quote may be sent, the order's hold is lifted.

    Raises: OwnRequest, RequestOutdated, IllegalTransition, NotFound
    Events: discount_approved, and hold_resolved on an order
    """
    approval, document = _lock_for_decision(approval_id, ApprovalState.APPROVED, actor)
    said = decision.strip()[:300] or "as asked"
    _decide(approval, ApprovalState.APPROVED, DiscountApproved(document=str(document), decision=said), said, actor)
    if isinstance(document, Order):
        lift_discount_hold(document, f"Approved by {actor.name}: {said}")
    return approval


@verb(events=(DiscountRefused,))
def refuse_discount(*, approval_id: int, decision: str, actor: Actor) -> Approval:
    """Do not let the prices stand; they have to be changed. ``decision`` says why.

    Raises: OwnRequest, RequestOutdated, InvalidInput without a reason, IllegalTransition, NotFound
    Events: discount_refused, and hold_rejected on an order
    """
    if not decision.strip():
        raise InvalidInput("Say why not, so that they know what to offer.", field="decision")
    approval, document = _lock_for_decision(approval_id, ApprovalState.REFUSED, actor)
    said = decision.strip()[:300]
    _decide(approval, ApprovalState.REFUSED, DiscountRefused(document=str(document), decision=said), said, actor)
    if isinstance(document, Order):
        refuse_discount_hold(document, f"Not approved by {actor.name}: {said}")
    return approval


@verb(events=(DiscountDelegated,))
def delegate_approval(*, approval_id: int, approver_id: int, actor: Actor) -> Approval:
    """Hand an open request to a colleague who may decide about it; it is due as before.

    Raises: OwnRequest when it is the colleague's own, InvalidInput, RequestOutdated, NotFound
    Events: discount_delegated
    """
    require(actor, APPROVE)
    approval, document = _lock(approval_id, actor)
    APPROVAL.check(approval, ApprovalState.REFUSED)
    colleague = _who_may_approve(approver_id, actor.company_id)
    if colleague.pk in authors(approval, document):
        raise OwnRequest(f"{colleague} asked for these prices.", field="approver_id")
    approval.approver = colleague
    record(approval, DiscountDelegated(approver=str(colleague)), actor=actor, stamp={"approver": colleague.pk})
    Duty.objects.filter(subject_type="approval", subject_id=approval.pk, closed_at=None).update(owner=colleague)
    return approval


@verb(events=(DiscountRequestExpired,))
def expire_approvals(*, actor: Actor) -> int:
    """Close every request of the company that nobody decided in time; returns how many. Run by the clock.

    What it asked for still waits: it can be asked for again.
    Events: discount_request_expired
    """
    require(actor, APPROVE)
    late = list(
        Approval.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(company_id=actor.company_id, state=ApprovalState.REQUESTED, expires_at__lt=clock.now())
        .select_related("quote", "order")
        .order_by("pk")
    )
    facts = [DiscountRequestExpired(document=str(approval.order or approval.quote)) for approval in late]
    stamp = {"decided_at": clock.now()}
    APPROVAL.advance_many(late, ApprovalState.EXPIRED, facts, actor=actor, record=record_many, stamp=stamp)
    return len(late)


def open_request(
    document: Order | Quote, judgment: Judgment, actor: Actor, *, reason: str, approver_id: int | None = None
) -> Approval:
    """Write the request for a locked document. Inside another verb.

    Events: discount_requested
    """
    if judgment.version is None:
        raise NothingToApprove("No guidelines are in force; there is nothing to approve.")
    at = clock.now()
    approval = Approval.objects.create(
        company_id=document.company_id,
        order=document if isinstance(document, Order) else None,
        quote=document if isinstance(document, Quote) else None,
        customer=document.customer,
        version=judgment.version,
        reason=reason.strip()[:300],
        findings=[finding.row() for finding in judgment.findings],
        fingerprint=judgment.fingerprint,
        system_base=judgment.system_base,
        net_base=judgment.net_base,
        cost_base=judgment.cost_base,
        requested_by_id=actor.user_id,
        requested_at=at,
        expires_at=_expiry(document.company_id, at),
        approver=_who_may_approve(approver_id, document.company_id) if approver_id else None,
    )
    fact = DiscountRequested(
        document=str(document),
        lines=len(judgment.asking),
        reason=approval.reason,
        net_base=approval.net_base,
        expires_at=approval.expires_at,
    )
    record(approval, fact, actor=actor, to_state=ApprovalState.REQUESTED, rule_version=judgment.version.number)
    return approval


def void_if_changed(document: Order | Quote, fingerprint: str, actor: Actor) -> Approval | None:
    """The standing request of a locked document when it is for these very prices; any other is void from now on.

    Events: discount_voided
    """
    standing = standing_approval(document)
    if standing is None or standing.fingerprint == fingerprint:
        return standing
    void_approval(standing, "the prices were changed", actor)
    return None


def void_approval(approval: Approval, because: str, actor: Actor) -> None:
    """Take a standing request out of force. Inside another verb. Events: discount_voided"""
    held = Approval.objects.select_for_update(of=("self",)).get(pk=approval.pk)
    APPROVAL.advance(held, ApprovalState.VOIDED, DiscountVoided(because=because), actor=actor, record=record_many)


_OPEN: Final[dict[type, tuple[str, ...]]] = {
    # Once confirmed, prices change by a change order only; what it asks for is decided then.
    Order: (
        OrderState.DRAFT, OrderState.PENDING, OrderState.CONFIRMED, OrderState.RELEASED, OrderState.IN_FULFILLMENT,
    ),
    Quote: (QuoteState.DRAFT,),
}  # fmt: skip


def _lock_document(quote_id: int | None, order_id: int | None, actor: Actor) -> Any:
    if order_id is not None and quote_id is None:
        return lifecycle.lock(order_id, actor)
    if quote_id is None or order_id is not None:
        raise InvalidInput("Name a quote or an order.", field="quote_id")
    quote = (
        Quote.objects.select_for_update(of=("self",))
        .select_related("company", "customer")
        .filter(pk=quote_id, company_id=actor.company_id)
        .first()
    )
    if quote is None:
        raise NotFound(f"There is no quote {quote_id}.", quote_id=quote_id)
    return quote


def _lock(approval_id: int, actor: Actor) -> tuple[Approval, Any]:
    """The request and what it is about, the document first: that is the order in which everybody locks them."""
    known = Approval.objects.filter(pk=approval_id, company_id=actor.company_id).first()
    if known is None:
        raise NotFound(f"There is no discount request {approval_id}.", approval_id=approval_id)
    document = _lock_document(known.quote_id, known.order_id, actor)
    return Approval.objects.select_for_update(of=("self",)).get(pk=approval_id), document


def _lock_for_decision(approval_id: int, to: ApprovalState, actor: Actor) -> tuple[Approval, Any]:
    require(actor, APPROVE)
    approval, document = _lock(approval_id, actor)
    APPROVAL.check(approval, to)
    if actor.user_id in authors(approval, document):
        raise OwnRequest("You asked for these prices, or wrote them; a colleague has to decide.")
    if approval.expires_at < clock.now():
        raise RequestOutdated(f"{approval} expired at {approval.expires_at:%Y-%m-%d %H:%M} UTC. Ask again.")
    lines = document.lines.order_by("position")
    if document.state not in _OPEN[type(document)] or fingerprint_of(document, lines) != approval.fingerprint:
        raise RequestOutdated(f"The prices of {document} changed since they were asked for.", document=str(document))
    return approval, document


def _decide(approval: Approval, to: ApprovalState, fact: Any, said: str, actor: Actor) -> None:
    stamp = {"decided_at": clock.now(), "decision": said, "decided_by": actor.user_id}
    APPROVAL.advance(approval, to, fact, actor=actor, record=record_many, stamp=stamp)
    approval.decision, approval.decided_by_id, approval.decided_at = said, actor.user_id, stamp["decided_at"]  # type: ignore[assignment]


def authors(approval: Approval, document: Order | Quote) -> set[int | None]:
    """Who may not decide about it: whoever asked, and whoever wrote what it is about."""
    wrote = document.created_by_id if isinstance(document, Order) else document.written_by_id
    return {approval.requested_by_id, wrote} - {None}


def _who_may_approve(user_id: int, company_id: int) -> User:
    member = (
        Membership.objects.filter(company_id=company_id, user_id=user_id, user__is_active=True)
        .select_related("user")
        .first()
    )
    if member is None or APPROVE not in permissions_of(frozenset(member.roles)):
        raise InvalidInput("That person may not decide about discounts.", field="approver_id")
    user: User = member.user
    return user


def _expiry(company_id: int, at: datetime) -> datetime:
    """So many business days on; calendar days where the company's calendar does not reach so far."""
    days = setting(company_id, APPROVAL_DAYS)
    until = Func(
        "calendar_id", Value(at), Value(days * DAY_MINUTES), function="omc_business_add", output_field=DateTimeField()
    )
    found: datetime | None = Company.objects.filter(pk=company_id).values_list(until, flat=True)[0]
    return found or at + timedelta(days=days)
