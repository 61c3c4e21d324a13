"""Two pages on one draft: the grid says who else has it open, and whether it was saved elsewhere."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.formats import date_format
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from orders.core.access import allow
from orders.entry.selectors.grid import draft_of
from orders.entry.selectors.seats import Seat, leave_seat, take_seat, version_saved_by


@require_POST
@allow("entry.write_order")
def seat(request: HttpRequest, order_id: int) -> HttpResponse:
    """This page is open (or, with ``leave``, no longer). Answers with the others in words and the draft's version."""
    order = draft_of(request.actor, order_id)
    tab = request.POST.get("tab", "")[:40]
    if request.POST.get("leave"):
        leave_seat(order_id, tab=tab)
        return HttpResponse(status=204)
    others = take_seat(order_id, tab=tab, user_id=request.user.pk, name=str(request.user))
    return JsonResponse(
        {
            "version": order.version,
            "own": version_saved_by(order_id, request.POST.get("editor", "")[:40]) == order.version,
            "words": _said(others, request.user.pk),
            "moved": _("%(order)s was saved elsewhere meanwhile.") % {"order": order},
        }
    )


def _said(others: list[Seat], user_id: int | None) -> str:
    if not others:
        return ""
    first = others[0]
    words = {"name": first.name, "time": date_format(first.since.astimezone(get_current_timezone()), "TIME_FORMAT")}
    if first.user_id == user_id:
        text = _("You have this draft open in another tab or window too, since %(time)s.") % words
    else:
        text = _("%(name)s has this draft open too, since %(time)s.") % words
    return f"{text} {_('Only one of you can save: what the other types is kept, not mixed in.')}"
