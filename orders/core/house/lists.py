"""The list of those who work in a company."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from omc.accounts.roles import ROLE_NAMES
from omc.lib import lists
from omc.lib.actor import Actor
from omc.lib.lists import ListView, Sort
from orders.core.house.forms import MemberFilterForm
from orders.core.models import Membership


def roles_of(row: Membership) -> str:
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
