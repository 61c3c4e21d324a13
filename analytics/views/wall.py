"""The cycle wall, and the documents behind each of its numbers."""

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from analytics import drawing
from analytics.selectors.wall import DAY_MINUTES, SHOWS, SORTS, Wall, waited, waiting_rows, wall
from omc.lib import clock
from omc.lib.actor import Actor
from orders.core.access import allow
from orders.core.selectors.paging import capped_count, keyset
from orders.core.views.home import duty_url

CUT_FROM_END = 16  # where a bar that goes on shows its gap
BARS = ("unattended", "worked", "customer", "supply")


def drawn_wall(actor: Actor) -> dict[str, Any]:
    """The wall with its drawing, for its page, the insights and the executive's home."""
    found = wall(actor)
    return {
        "wall": found,
        "columns": _columns(found),
        "ribbon": drawing.ribbon([stage.documents for stage in found.stages]),
        "bar_height": drawing.WALL_BAR,
        "cut_at": drawing.WALL_BAR - CUT_FROM_END,
        "ribbon_width": drawing.COLUMN * len(found.stages),
        "ribbon_height": drawing.RIBBON_HEIGHT,
        "day_minutes": DAY_MINUTES,
        "shows_price": actor.can("orders.view_price"),
    }


def _columns(found: Wall) -> list[dict[str, Any]]:
    """Bars to the scale of the longest time in our own hands: a bar that others make longer is cut, and says so."""
    ours = max((stage.unattended + stage.worked for stage in found.stages), default=Decimal(0))
    most = ours or max((stage.total for stage in found.stages), default=Decimal(0))
    columns = []
    for stage in found.stages:
        length = float(stage.total / most) * drawing.WALL_BAR if most else 0.0
        parts = drawing.split(length, [(kind, getattr(stage, kind)) for kind in BARS])
        goes_on = length > drawing.WALL_BAR + 1
        columns.append({"stage": stage, "parts": drawing.cut(parts, drawing.WALL_BAR), "goes_on": goes_on})
    return columns


@require_GET
@allow("analytics.view_insights")
def wall_page(request: HttpRequest) -> HttpResponse:
    """The ten stages as one line: what waits, what it is worth, for how long."""
    return render(request, "analytics/wall.html", drawn_wall(request.actor))


@require_GET
@allow("analytics.view_insights")
def stage_rows(request: HttpRequest, number: int) -> HttpResponse:
    """Exactly the documents that one stage of the wall counts."""
    actor = request.actor
    found = wall(actor)
    stage = next((one for one in found.stages if one.number == number), None)
    if stage is None:
        raise Http404
    show = request.GET.get("show", "")
    show = show if show in SHOWS else ""
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS and (sort != "value" or actor.can("orders.view_price")) else "oldest"
    rows = waiting_rows(actor, number, show)
    page = keyset(rows, request.GET, order=SORTS[sort])
    for row in page.rows:
        row.url = duty_url(row.duty)
    context = {
        "wall": found,
        "stage": stage,
        "show": show,
        "sort": sort,
        "page": page,
        "rows": waited(actor, page.rows),
        "count_text": capped_count(rows),
        "now": clock.now(),
        "day_minutes": DAY_MINUTES,
        "shows_price": actor.can("orders.view_price"),
    }
    return render(request, "analytics/stage.html#rows" if request.htmx else "analytics/stage.html", context)
