"""The registered panels of a page: light ones with the page, heavy ones fetched after it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from omc.lib.actor import Actor
from omc.lib.registry import Panel, registry
from orders.core.access import allow
from orders.core.selectors.documents import document_of


def panels_of(subject_type: str, row: Any, actor: Actor, *, head: bool = False) -> list[dict[str, Any]]:
    """What the actor's role shows of a document, in order; a lazy one has an address instead of its content.

    ``head`` asks for those that stand among the headline figures, else for the others.
    """
    found = []
    for panel in _registered(subject_type, actor):
        if panel.head != head:
            continue
        if panel.lazy:
            url = reverse("core:panel", args=[subject_type, row.pk, panel.key])
            found.append({"panel": panel, "url": url, "more": panel.more and panel.more(row)})
            continue
        context = panel.context(row, actor)
        if context is not None:
            found.append({"panel": panel, "context": context, "more": panel.more and panel.more(row)})
    return found


def _registered(subject_type: str, actor: Actor) -> list[Panel]:
    mine = [panel for panel in registry.panels if panel.subject == subject_type]
    return sorted(
        (panel for panel in mine if not panel.permission or actor.can(panel.permission)), key=lambda item: item.order
    )


@require_GET
@allow("orders.view_order")
def panel(request: HttpRequest, subject_type: str, subject_id: int, key: str) -> HttpResponse:
    """One panel's content."""
    row = document_of(subject_type, subject_id, request.actor).row
    wanted = next((item for item in _registered(subject_type, request.actor) if item.key == key), None)
    if wanted is None:
        raise Http404
    context = wanted.context(row, request.actor)
    return render(request, "orders/core/panel.html", {"item": {"panel": wanted, "context": context}})
