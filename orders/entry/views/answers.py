"""What the grid answers with, whichever document it writes: an order, or a quote shown as the order it would become."""

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from omc.lib.errors import DomainError, NotFound, StaleVersion
from orders.core.models import Order
from orders.entry.selectors.expected_cash import expected_cash
from orders.entry.selectors.grid import SPARE_ROWS, Row
from orders.pricing.models import Quote

PAGE: Final = "orders/entry/edit.html"
FIRST_ROWS: Final = 60  # of a long draft come with the page, the others behind it
FURTHER_ROWS: Final = 200


@dataclass(frozen=True, slots=True)
class Places:
    """Where the grid of one draft asks; ``copy`` names the draft in the browser and in the cache."""

    page: str
    line: str
    items: str
    rows: str
    seat: str
    why: str
    taken: str
    beside: str
    bought: str
    templates: str
    copy: str


def places_of(draft: Order | Quote) -> Places:
    is_order = isinstance(draft, Order)
    names = _ORDER_NAMES if is_order else _QUOTE_NAMES
    page, line, items, rows, seat, taken, beside = (reverse(f"entry:{name}", args=[draft.pk]) for name in names)
    bought, templates = (reverse(f"entry:{name}", args=[draft.customer_id]) for name in ("bought", "templates-of"))
    why = reverse("pricing:explain-row" if is_order else "entry:quote-why", args=[draft.pk])
    copy = f"{'order' if is_order else 'quote'}:{draft.pk}"
    return Places(page, line, items, rows, seat, why, taken, beside, bought, templates, copy)


_ORDER_NAMES: Final = ("edit", "line", "items", "rows", "seat", "taken", "beside")
_QUOTE_NAMES: Final = ("quote", "quote-line", "quote-items", "quote-rows", "quote-seat", "quote-taken", "quote-beside")


def grid_context(request: HttpRequest, order: Order, form: django_forms.Form, rows: list[Row]) -> dict[str, Any]:
    """What the page and each of its fragments show, by what the role may see."""
    actor = request.actor
    return {
        "order": order,
        "form": form,
        "rows": rows,
        "blank": Row(),
        "spare": [Row() for _spare in range(SPARE_ROWS)],
        "may_see_price": actor.can("orders.view_price"),
        "expected_cash": partial(expected_cash, order),  # asked where it is drawn
        "may_see_cost": actor.can("orders.view_cost"),
        "may_override": actor.can("orders.view_price") and actor.can("pricing.override_price"),
    }


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def saved_json(
    request: HttpRequest,
    order: Order,
    version: int,
    outlook: dict[str, Any],
    prices: list[str] | None,
    template: str = f"{PAGE}#outlook",
) -> JsonResponse:
    """The version that was saved, with its totals, what follows from it, and the price of each row for who sees them.

    Where breaks count an item over the document, one row moves the prices of others: the page draws these anew.
    """
    context = {
        "order": order,
        "may_see_price": request.actor.can("orders.view_price"),
        "may_see_cost": request.actor.can("orders.view_cost"),
        "company": order.company,
        **outlook,
    }
    return JsonResponse(
        {
            "version": version,
            "saved": _("Saved"),
            "totals": render_to_string(f"{PAGE}#totals", context, request),
            "outlook": render_to_string(template, context, request),
            "prices": prices,
        }
    )


def refused_json(form: django_forms.Form, rows: list[Row], refusal: DomainError, name: str) -> JsonResponse:
    """Why nothing was saved, by row, cell and field; ``name`` is the draft's."""
    fields = {name: " ".join(map(str, errors)) for name, errors in form.errors.items()}
    if refusal.field in form.fields:
        fields[str(refusal.field)] = refusal.message
    marked = [
        {"row": number, "cell": cell, "message": message}
        for number, row in enumerate(rows)
        for cell, message in row.errors.items()
    ]
    status = refusal.status if isinstance(refusal, StaleVersion | NotFound) else 422
    message = moved(name) if isinstance(refusal, StaleVersion) else refusal.message
    return JsonResponse({"code": refusal.code, "message": message, "rows": marked, "fields": fields}, status=status)


def moved(name: str) -> str:
    """The one sentence for a draft whose saved version is not the one on the screen any more."""
    return _("%(draft)s was saved elsewhere meanwhile.") % {"draft": name}


def refused(refusal: DomainError, name: str) -> dict[str, Any]:
    """The refusal above a page drawn again."""
    is_stale = isinstance(refusal, StaleVersion)
    return {"refusal": refusal, "refused_because": moved(name) if is_stale else refusal.message}


def mark_refused(form: django_forms.Form, rows: list[Row], refusal: DomainError) -> int:
    """Put the refusal at its field and number the rows, for a page drawn again; returns the status to answer with."""
    if refusal.field in form.fields:
        form.add_error(refusal.field, refusal.message)
    for number, row in enumerate(rows, start=1):
        row.number = number
    return 412 if isinstance(refusal, StaleVersion) else 422


def refuse_part(request: HttpRequest, places: Places) -> HttpResponse:
    """A page that never got all lines of the draft must not save: the others would be gone."""
    message = _("This page had not received all lines of the draft, so nothing was saved.")
    if wants_json(request):
        return JsonResponse({"code": "incomplete", "message": message, "rows": [], "fields": {}}, status=422)
    messages.error(request, message)
    return redirect(f"{places.page}?all=1")
