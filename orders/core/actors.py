"""From a login to an Actor: which company, which roles, which department."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.http import HttpRequest

from omc.accounts.models import ApiToken, User
from omc.accounts.roles import permissions_of
from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.prepared import Prepared
from omc.lib.request import request_id
from orders.core.models import Company, Membership

COMPANY_KEY = "company_id"
USED_EVERY = timedelta(minutes=1)  # a busy program writes once a minute that it was here


def actor_of(
    membership: Membership, *, channel: str = "ui", scopes: Collection[str] = (), roles: Collection[str] = ()
) -> Actor:
    """The Actor that this membership makes of its user at a door.

    ``scopes`` leave it these permissions alone. With ``roles`` it acts in these, and may no more than they and its user
    may: what is decided by the role, as a discount, is decided by the role that it acts in.
    """
    permissions = permissions_of(frozenset(membership.roles))
    if scopes:
        permissions &= frozenset(scopes)
    if roles:
        permissions &= permissions_of(frozenset(roles))
    return Actor(
        company_id=membership.company_id,
        permissions=permissions,
        roles=frozenset(roles or membership.roles),
        user_id=membership.user_id,
        department_id=membership.department_id,
        name=str(membership.user),
        channel=channel,
        request_id=request_id.get(),
    )


_MEMBERSHIPS = Prepared(
    lambda gaps: (
        Membership.objects.filter(user_id=gaps.user)
        .select_related("company", "user", "department")
        .order_by("-is_default", "id")
    )
)


def memberships_of(user: User) -> list[Membership]:
    """The companies a user works in, the default one first."""
    return _MEMBERSHIPS.rows(user=user.pk)


def chosen(memberships: list[Membership], company_id: Any) -> Membership | None:
    """The membership of the chosen company, else the first."""
    for membership in memberships:
        if membership.company_id == company_id:
            return membership
    return memberships[0] if memberships else None


def actor_for(user: User, company: Company | int | None = None, *, channel: str = "ui") -> Actor:
    """The Actor of a user in a company; for jobs, commands and tests.

    Raises: LookupError when the user is no member.
    """
    company_id = company.pk if isinstance(company, Company) else company
    membership = chosen(memberships_of(user), company_id)
    if membership is None or (company_id is not None and membership.company_id != company_id):
        raise LookupError(f"{user} does not work in company {company_id}.")
    return actor_of(membership, channel=channel)


def token_actor(request: HttpRequest, secret: str) -> tuple[User, Actor, Company] | None:
    """User, Actor and company of an API token, or None when it is unknown, expired or taken back."""
    token = ApiToken.objects.select_related("user").filter(digest=ApiToken.digest_of(secret)).first()
    now = clock.wall()
    if token is None or token.revoked_at or not token.user.is_active or (token.expires_at and token.expires_at <= now):
        return None
    membership = chosen(memberships_of(token.user), token.company_id)
    if membership is None or membership.company_id != token.company_id:
        return None
    if token.last_used_at is None or now - token.last_used_at >= USED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    actor = actor_of(membership, channel="api", scopes=token.scopes, roles=token.roles)
    return token.user, actor, membership.company
