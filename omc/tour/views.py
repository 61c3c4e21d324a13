"""The bar at the foot of the page while somebody is on a tour, and the page of the tours."""

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omc.tour import services
from omc.tour.models import Walk
from omc.tour.tours import TOURS
from orders.core.access import allow

KEY = "tour"  # in the session: the tour somebody is on, so that pages without one cost nothing


@require_GET
@allow("member")
def tours(request: HttpRequest) -> HttpResponse:
    """The tours of what this person may do, and how far they got."""
    walks = {walk.tour: walk for walk in Walk.objects.filter(user_id=request.actor.user_id)}
    rows = [
        {"tour": tour, "walk": walks.get(tour.key), "on": request.session.get(KEY) == tour.key}
        for tour in TOURS.values()
        if request.actor.can(tour.permission)
    ]
    return render(request, "omc/tour/tours.html", {"rows": rows})


@require_POST
@allow("member")
def begin(request: HttpRequest, key: str) -> HttpResponse:
    """Start or go on, and go to where the step happens."""
    walk = services.begin(tour=key, actor=request.actor, again=bool(request.POST.get("again")))
    request.session[KEY] = key
    return redirect(TOURS[key].steps[walk.step].where(request.actor) or "tour:tours")


@require_http_methods(["GET", "POST"])
@allow("member")
def bar(request: HttpRequest) -> HttpResponse:
    """The bar. Asked for, it is 204 while nothing changed since it was drawn, and once the step's deed is done it posts
    itself; posted, it goes a step further."""
    key = request.session.get(KEY)
    if key not in TOURS or not request.actor.can(TOURS[key].permission):
        request.session.pop(KEY, None)
        return HttpResponse()
    path = urlsplit(request.headers.get("HX-Current-URL", "")).path
    if request.method == "POST":
        walk, went_on = services.look(tour=key, path=path, actor=request.actor)
        return _draw(request, walk, done=went_on)
    walk, is_done = services.glance(tour=key, path=path, actor=request.actor)
    if is_done:
        return render(request, "omc/tour/goes_on.html")
    if request.GET.get("step") == str(walk.step):
        return HttpResponse(status=204)
    return _draw(request, walk)


@require_POST
@allow("member")
def skip(request: HttpRequest) -> HttpResponse:
    """The next step, the deed undone."""
    return _draw(request, services.skip_step(tour=request.session.get(KEY, ""), actor=request.actor))


@require_POST
@allow("member")
def leave(request: HttpRequest) -> HttpResponse:
    """No bar any more; from home's offer, no offer any more either."""
    key = request.session.pop(KEY, None) or request.POST.get("tour", "")
    services.leave(tour=key, actor=request.actor)
    return HttpResponse() if request.htmx else redirect("core:home")


def _draw(request: HttpRequest, walk: Walk, *, done: bool = False) -> HttpResponse:
    tour = TOURS[walk.tour]
    context: dict[str, Any] = {"tour": tour, "walk": walk, "steps": len(tour.steps), "done": done}
    if walk.step < len(tour.steps):
        step = tour.steps[walk.step]
        context |= {"step": step, "number": walk.step + 1, "where": step.where(request.actor)}
    else:
        request.session.pop(KEY, None)
    return render(request, "omc/tour/bar.html", context)
