"""Who works in a company, and the keys of its programs."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from omc.accounts.models import ApiToken
from omc.accounts.roles import ROLE_NAMES
from omc.lib import clock, lists
from omc.lib.actor import Actor
from omc.lib.lists import ListView, Sort
from orders.core.house.forms import KeyFilterForm, MemberFilterForm
from orders.core.models import Company, Membership


def roles_of(row: Membership | ApiToken) -> str:
    return ", ".join(ROLE_NAMES[role] for role in row.roles if role in ROLE_NAMES)


def _members(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Membership]:
    rows = Membership.objects.filter(company_id=actor.company_id).select_related("user", "department")
    if text := str(filters.get("text") or "").strip():
        rows = rows.filter(Q(user__full_name__icontains=text) | Q(user__username__istartswith=text))
    if filters.get("department"):
        rows = rows.filter(department=filters["department"])
    if filters.get("role"):
        rows = rows.filter(roles__contains=[filters["role"]])
    mine = Q(user__duties__company_id=actor.company_id, user__duties__closed_at__isnull=True)
    return rows.annotate(
        duties=Count("user__duties", filter=mine),
        name=Coalesce(F("user__full_name"), F("user__username")),
        login=F("user__username"),
    )


def keys_of(actor: Actor) -> QuerySet[ApiToken]:
    """The company's keys for programs, each with the time zone that its days are counted in."""
    zone = Company.objects.filter(pk=actor.company_id).values("time_zone")
    rows = ApiToken.objects.filter(company_id=actor.company_id)
    return rows.select_related("user").annotate(zone=Subquery(zone))


def _keys(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[ApiToken]:
    rows = keys_of(actor)
    text, show = str(filters.get("text") or "").strip(), str(filters.get("show") or "")
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(user__full_name__icontains=text))
    over = Q(revoked_at__isnull=False) | Q(expires_at__lte=clock.wall())
    return rows if show == "all" else rows.filter(over if show == "over" else ~over)


def stands(row: ApiToken) -> tuple[str, str]:
    """How a key stands, in a word and its meaning."""
    if row.revoked_at:
        return str(_("taken back")), "broken"
    return (str(_("over")), "wait") if row.expires_at and row.expires_at <= clock.wall() else (str(_("in force")), "ok")


def last_day(row: ApiToken) -> date | None:
    """The last day on which a key opens anything, as its company counts days."""
    return (row.expires_at - timedelta(seconds=1)).astimezone(ZoneInfo(row.zone)).date() if row.expires_at else None  # type: ignore[attr-defined]


KEYS = ListView(
    key="api-keys",
    name=_("Keys for programs"),
    unit=_("keys"),
    one=_("key"),
    permission="orders.manage_members",
    url="core:keys",
    rows=_keys,
    form=KeyFilterForm,
    columns=(
        lists.link("name", _("Program"), "core:key", "name"),
        lists.text("user", _("Acts for"), "user"),
        lists.text("roles", _("May do"), lambda row: roles_of(row) or _("all that this person may"), css="wrap"),
        lists.moment("used", _("Last used"), "last_used_at", missing=_("never")),
        lists.moment("made", _("Made"), "created_at", age=False),
        lists.day("last_day", _("Last day"), last_day, missing=_("none set")),
        lists.text("stands", _("Now"), lambda row: stands(row)[0]),
    ),
    sorts={
        "newest": Sort(_("Newest first"), ("-id",), "made"),
        "name": Sort(_("By program"), ("name", "id"), "name"),
    },
)
MEMBERS = ListView(
    key="members",
    name=_("People"),
    unit=_("people"),
    one=_("person"),
    permission="orders.manage_members",
    url="core:members",
    rows=_members,
    form=MemberFilterForm,
    columns=(
        lists.link("name", _("Name"), "core:member", lambda row: str(row.user)),
        lists.text("username", _("User name"), "user.username"),
        lists.text("email", _("E-mail"), lambda row: row.user.email or None),
        lists.text("department", _("Department"), "department", missing=_("none")),
        lists.text("roles", _("Roles"), roles_of, css="wrap"),
        lists.quantity("duties", _("Open duties"), "duties"),
        lists.moment("last_login", _("Last here"), "user.last_login", missing=_("never"), shown=False),
    ),
    sorts={
        "name": Sort(_("By name"), ("name", "id"), "name"),
        "login": Sort(_("By user name"), ("login", "id"), "username"),
    },
)
