"""Place, lift and reject holds."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import DateTimeField, Func, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from omc.accounts.roles import permissions_of
from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, NotFound
from omc.lib.service import verb
from orders.core import lifecycle
from orders.core.eventlog import record
from orders.core.events import HoldPlaced, HoldRejected, HoldResolved
from orders.core.models import (
    Customer,
    Hold,
    HoldScope,
    HoldState,
    HoldType,
    Membership,
    Notification,
    Order,
    OrderState,
    Touched,
)

HOPS_AT_MOST: Final = 20


class HoldRefused(DomainError):
    """The hold cannot be placed or lifted like this."""

    code = "hold_refused"


@verb(events=(HoldPlaced,))
def place_hold(
    *, order_id: int, code: str, reason: str, actor: Actor, line_id: int | None = None, owner_id: int | None = None
) -> Hold:
    """Stop an order (or one of its lines) for a reason.

    Raises: HoldRefused, NotFound
    Events: hold_placed
    """
    require(actor, "orders.place_hold")
    order = lifecycle.lock(order_id, actor)
    if order.state in (OrderState.CLOSED, OrderState.CANCELLED, OrderState.ABANDONED):
        raise HoldRefused(f"{order} is {order.state}; there is nothing left to hold.", order=str(order))
    return place_on(order, [(code, reason)], actor=actor, line_id=line_id, owner_id=owner_id)[0]


def place_on(
    order: Order,
    found: Sequence[tuple[str, str]],
    *,
    actor: Actor,
    line_id: int | None = None,
    owner_id: int | None = None,
    hops: int = 0,
) -> list[Hold]:
    """Put holds (type code, reason) on a locked order; inside another verb, for its own checks."""
    if not found:
        return []
    at = clock.now()
    types = {item.code: item for item in _types(actor, at).filter(code__in=[code for code, _why in found])}
    holds = []
    for code, reason in found:
        kind = types.get(code)
        if kind is None or kind.scope == HoldScope.CUSTOMER:
            raise NotFound(f"There is no hold type {code} for orders.", field="code", hold_code=code)
        if not reason.strip():
            raise HoldRefused("Say why the order is held.", field="reason")
        if line_id is not None and not order.lines.filter(pk=line_id).exists():
            raise NotFound(f"{order} has no line {line_id}.", field="line_id")
        holds.append(
            Hold(
                company_id=order.company_id,
                hold_type=kind,
                order=order,
                line_id=line_id,
                reason=reason.strip()[:300],
                owner_id=owner_id,
                placed_by_id=actor.user_id,
                placed_at=at,
                due_at=_due(kind, at),
                hops=hops,
            )
        )
    Hold.objects.bulk_create(holds)
    for hold in holds:
        kind = hold.hold_type
        record(
            order,
            HoldPlaced(hold=kind.name, code=kind.code, cause=kind.cause, reason=hold.reason, blocks=tuple(kind.blocks)),
            actor=actor,
        )
    return holds


@verb(silent="a customer is no subject of events; the hold row keeps who, when and why")
def place_customer_hold(*, customer_id: int, code: str, reason: str, actor: Actor) -> Hold:
    """Stop everything a customer has open.

    Raises: HoldRefused, NotFound
    """
    require(actor, "orders.place_hold")
    customer = Customer.objects.filter(pk=customer_id, company_id=actor.company_id).first()
    at = clock.now()
    kind = _types(actor, at).filter(code=code).first()
    if customer is None or kind is None or kind.scope != HoldScope.CUSTOMER:
        raise NotFound("There is no such customer or no such hold type for customers.", field="code")
    if not reason.strip():
        raise HoldRefused("Say why the customer is held.", field="reason")
    return Hold.objects.create(
        company_id=actor.company_id,
        hold_type=kind,
        customer=customer,
        reason=reason.strip()[:300],
        placed_by_id=actor.user_id,
        placed_at=at,
        due_at=_due(kind, at),
    )


@verb(events=(HoldResolved, HoldPlaced))
def resolve_hold(*, hold_id: int, resolution: str, actor: Actor) -> Hold:
    """Lift a hold, saying how the matter was settled; the kinds that follow its kind place themselves.

    Raises: HoldRefused when it is lifted already, NotFound
    Events: hold_resolved, hold_placed for those that follow
    """
    hold = _settle(hold_id, HoldState.RESOLVED, resolution, actor)
    if hold.order is not None:
        _place_followers(hold, actor)
    return hold


@verb(events=(HoldRejected,))
def reject_hold(*, hold_id: int, resolution: str, actor: Actor) -> Hold:
    """Decide that what is held is not to be processed; the hold goes on blocking.

    Raises: HoldRefused, NotFound
    Events: hold_rejected
    """
    return _settle(hold_id, HoldState.REJECTED, resolution, actor)


def place_on_change(order: Order, touched: Collection[str], *, actor: Actor) -> list[Hold]:
    """Place the kinds of hold that look again when a change order touched one of these; inside another verb.

    ``touched`` are words of `Touched`. A kind that stands on the order already is not doubled.
    """
    if not touched:
        return []
    kinds = HoldType.objects.filter(company_id=actor.company_id, is_active=True, on_change__overlap=list(touched))
    standing = order.holds.exclude(status=HoldState.RESOLVED).values("hold_type_id")
    labels = {word: str(label).lower() for word, label in Touched.choices}
    found = [
        (
            kind.code,
            _("Changed: %(what)s") % {"what": ", ".join(labels[word] for word in kind.on_change if word in touched)},
        )
        for kind in kinds.exclude(pk__in=standing).order_by("id")
    ]
    return place_on(order, found, actor=actor)


def _place_followers(lifted: Hold, actor: Actor) -> None:
    """A chain that never ends is refused where kinds are entered; this is the stop for one that came about all the same."""
    order = lifted.order
    if order is None or order.state in (OrderState.CLOSED, OrderState.CANCELLED, OrderState.ABANDONED):
        return
    kinds = HoldType.objects.filter(company_id=actor.company_id, is_active=True, after_id=lifted.hold_type_id)
    standing = order.holds.exclude(status=HoldState.RESOLVED).values("hold_type_id")
    codes = list(kinds.exclude(pk__in=standing).order_by("id").values_list("code", flat=True))
    if not codes:
        return
    if lifted.hops >= HOPS_AT_MOST:
        _tell_admins(lifted)
        return
    why = _("After “%(hold)s” was lifted: %(how)s") % {"hold": lifted.hold_type.name, "how": lifted.resolution}
    place_on(order, [(code, why) for code in codes], actor=actor, hops=lifted.hops + 1)


def _tell_admins(lifted: Hold) -> None:
    text = _(
        "%(order)s: holds placed one another %(count)s times in a row, which is where it stops. Look at “%(hold)s”."
    )
    members = Membership.objects.filter(company_id=lifted.company_id, user__is_active=True)
    able = [each.user_id for each in members if "orders.manage_rules" in permissions_of(frozenset(each.roles))]
    said = text % {"order": lifted.order, "count": HOPS_AT_MOST, "hold": lifted.hold_type.name}
    url, now = reverse("core:rules"), clock.now()
    Notification.objects.bulk_create(
        [
            Notification(company_id=lifted.company_id, user_id=user_id, text=said, url=url, created_at=now)
            for user_id in able
        ]
    )


def _types(actor: Actor, at: datetime) -> QuerySet[HoldType, Any]:
    """What may be placed in this company, each with the moment by which a hold of ``at`` is due in working time."""
    due = Func(
        "company__calendar_id", Value(at), "sla_minutes", function="omc_business_add", output_field=DateTimeField()
    )
    return HoldType.objects.filter(company_id=actor.company_id, is_active=True).annotate(due_at=due)


def _due(kind: Any, at: datetime) -> datetime:
    """Calendar minutes count where the company has no calendar that reaches so far."""
    due: datetime | None = kind.due_at
    return due or at + timedelta(minutes=kind.sla_minutes)


def _settle(hold_id: int, status: HoldState, resolution: str, actor: Actor) -> Hold:
    known = Hold.objects.filter(pk=hold_id, company_id=actor.company_id).values_list("order_id", flat=True)
    if not known:
        raise NotFound(f"There is no hold {hold_id}.")
    order = lifecycle.lock(known[0], actor) if known[0] else None
    hold = Hold.objects.select_for_update(of=("self",)).select_related("hold_type").get(pk=hold_id)
    require(actor, hold.hold_type.resolve_permission)
    if hold.status == HoldState.RESOLVED or hold.status == status:
        raise HoldRefused(f"The hold “{hold.hold_type.name}” is {hold.status} already.", hold=hold.hold_type.name)
    if not resolution.strip():
        raise HoldRefused("Say how the matter was settled.", field="resolution")
    hold.status, hold.resolution = status, resolution.strip()[:300]
    hold.resolved_by_id, hold.resolved_at = actor.user_id, clock.now()
    hold.save(update_fields=["status", "resolution", "resolved_by", "resolved_at"])
    if order is not None:
        kind = hold.hold_type
        minutes = int((hold.resolved_at - hold.placed_at).total_seconds() // 60)
        event = (
            HoldResolved(
                hold=kind.name, code=kind.code, cause=kind.cause, resolution=hold.resolution, held_minutes=minutes
            )
            if status == HoldState.RESOLVED
            else HoldRejected(hold=kind.name, code=kind.code, cause=kind.cause, resolution=hold.resolution)
        )
        record(order, event, actor=actor)
    return hold
