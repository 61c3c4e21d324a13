"""Two pages on one draft: the grid says who else has it open, and whether it was saved elsewhere."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.formats import date_format
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from orders.core.access import allow
from orders.entry.selectors.grid import draft_of
from orders.entry.selectors.quote_grid import quote_draft_of
from orders.entry.selectors.seats import Seat, leave_seat, take_seat, version_saved_by
from orders.entry.views.answers import moved


@require_POST
@allow("entry.write_order")
def seat(request: HttpRequest, order_id: int) -> HttpResponse:
    """This page is open (or, with ``leave``, no longer). Answers with the others in words and the draft's version."""
    order = draft_of(request.actor, order_id)
    return _seated(request, f"order:{order_id}", order.version, str(order))


@require_POST
@allow("pricing.write_quote")
def quote_seat(request: HttpRequest, quote_id: int) -> HttpResponse:
    """The same for a quote."""
    quote = quote_draft_of(request.actor, quote_id)
    return _seated(request, f"quote:{quote_id}", quote.version, str(quote))


def _seated(request: HttpRequest, draft: str, version: int, name: str) -> HttpResponse:
    tab = request.POST.get("tab", "")[:40]
    if request.POST.get("leave"):
        leave_seat(draft, tab=tab)
        return HttpResponse(status=204)
    others = take_seat(draft, tab=tab, user_id=request.user.pk, name=str(request.user))
    return JsonResponse(
        {
            "version": version,
            "own": version_saved_by(draft, request.POST.get("editor", "")[:40]) == version,
            "words": _said(others, request.user.pk),
            "moved": moved(name),
        }
    )


def _said(others: list[Seat], user_id: int | None) -> str:
    if not others:
        return ""
    first = others[0]
    words = {"name": first.name, "time": date_format(first.since.astimezone(get_current_timezone()), "H:i")}
    if first.user_id == user_id:
        text = _("You have this draft open in another tab or window too, since %(time)s.") % words
    else:
        text = _("%(name)s has this draft open too, since %(time)s.") % words
    return f"{text} {_('Only one of you can save: what the other types is kept, not mixed in.')}"
