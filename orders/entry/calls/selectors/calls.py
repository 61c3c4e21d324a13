"""Calls as pages and lists show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db.models import Q, QuerySet
from django.urls import reverse

from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from omc.lib.prepared import Prepared
from omc.lib.registry import registry
from orders.core.models import Customer
from orders.entry.calls.models import Call, CallLink, CallState

LAST: Final = 5
TABS: Final = 12


@dataclass(frozen=True, slots=True)
class Made:
    """A document that came of a call. ``url`` is empty where the actor may not open it."""

    kind: str
    label: str
    url: str


def call_list(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Call]:
    """Calls of the company. Filters: state, customer, whose ("mine"), text (customer, or what was noted)."""
    rows = Call.objects.filter(company_id=actor.company_id).select_related("customer", "taken_by")
    if filters.get("state"):
        rows = rows.filter(state=filters["state"])
    if filters.get("customer"):
        rows = rows.filter(customer=filters["customer"])
    if filters.get("whose") == "mine":
        rows = rows.filter(taken_by_id=actor.user_id)
    if text := str(filters.get("text") or "").strip():
        rows = rows.filter(
            Q(customer__name__icontains=text) | Q(customer__code__istartswith=text) | Q(notes__icontains=text)
        )
    return rows


def call_of(actor: Actor, call_id: int) -> Call:
    """One call with its customer and what was asked.

    Raises: NotFound
    """
    call = (
        Call.objects.filter(pk=call_id, company_id=actor.company_id)
        .select_related("company", "customer__terms", "customer__facts", "contact", "taken_by")
        .prefetch_related("questions__product", "questions__warehouse")
        .first()
    )
    if call is None:
        raise NotFound(f"There is no call {call_id}.", call_id=call_id)
    return call


def on_the_line(actor: Actor) -> Call | None:
    """The actor's call that is neither parked nor ended."""
    return Call.objects.filter(
        company_id=actor.company_id, taken_by_id=actor.user_id or 0, state=CallState.OPEN
    ).first()


def tabs(actor: Actor) -> list[Call]:
    """The actor's call on the line, then what is parked: the own first, each the longest waiting first."""
    rows = (
        Call.objects.filter(company_id=actor.company_id)
        .filter(Q(state=CallState.PARKED) | Q(state=CallState.OPEN, taken_by_id=actor.user_id or 0))
        .select_related("customer", "taken_by")
        .order_by("parked_at", "pk")[:TABS]
    )
    return sorted(rows, key=lambda call: (call.state != CallState.OPEN, call.taken_by_id != actor.user_id))


def parked(actor: Actor) -> QuerySet[Call]:
    """Calls that wait: the actor's own, and those of colleagues."""
    return call_list(actor, {"state": CallState.PARKED}).order_by("parked_at", "pk")


def last_calls(actor: Actor, customer: Customer, but: int = 0) -> list[Call]:
    """A customer's latest calls with what was asked, the newest first; without ``but``, which one looks at."""
    rows = call_list(actor, {"customer": customer.pk}).exclude(pk=but).order_by("-pk")
    return list(rows.prefetch_related("questions__product")[:LAST])


def made_of(actor: Actor, calls: Iterable[Call]) -> dict[int, list[Made]]:
    """What came of calls, by call; a query per kind of document."""
    links = list(CallLink.objects.filter(call__in=list(calls)).order_by("pk"))
    rows: dict[tuple[str, int], Any] = {}
    for kind in {link.subject_type for link in links}:
        if (document := registry.documents.get(kind)) and actor.can(document.permission):
            ids = [link.subject_id for link in links if link.subject_type == kind]
            model: Any = apps.get_model(document.model)
            found = model._default_manager.filter(pk__in=ids, company_id=actor.company_id)
            rows |= {(kind, row.pk): (document, row) for row in found}
    made: dict[int, list[Made]] = {}
    for link in links:
        document, row = rows.get((link.subject_type, link.subject_id), (None, ""))
        url = reverse(document.page, args=[link.subject_id]) if document else ""
        made.setdefault(link.call_id, []).append(Made(link.subject_type, str(row), url))
    return made


def _led_to(kind: str, subject: int, company: int) -> QuerySet[Call]:
    links = CallLink.objects.filter(subject_type=kind, subject_id=subject, company_id=company)
    rows = Call.objects.filter(pk__in=links.values("call_id")).select_related("customer", "taken_by")
    return rows.prefetch_related("questions__product").order_by("-pk")[:LAST]


_ABOUT = Prepared(lambda gaps: _led_to(gaps.text("kind"), gaps.subject, gaps.company))


def calls_about(actor: Actor, subject_type: str, subject_id: int) -> list[Call]:
    """The calls that a document came of."""
    return _ABOUT.rows(kind=subject_type, subject=subject_id, company=actor.company_id)
