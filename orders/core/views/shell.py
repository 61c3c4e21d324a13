"""The parts of the shell that ask the server: stage line, search, touch clock, company."""

import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET, require_POST

from omc.lib.actor import Actor
from omc.lib.errors import DomainError
from orders.core import forms
from orders.core.access import allow
from orders.core.actors import COMPANY_KEY
from orders.core.eventlog import stages
from orders.core.selectors.duties import counts_by_stage
from orders.core.selectors.search import found
from orders.core.services.touch import add_touch


def address(name: str) -> str:
    """The address of a named screen, or # while it does not exist."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return "#"


def acts_in(actor: Actor, stage_key: str) -> bool:
    """Whether the actor may do more in a stage than look."""
    return any(
        permission.startswith(f"{stage_key}.") and ".view_" not in permission for permission in actor.permissions
    )


@require_GET
@allow("member")
def stage_line(request: HttpRequest) -> HttpResponse:
    """The ten stages with their open duties; 304 while nothing changed."""
    actor = request.actor
    counts = counts_by_stage(actor.company_id)
    tag = hashlib.sha256(repr((actor.company_id, sorted(counts.items()), actor.roles)).encode()).hexdigest()[:16]
    etag = f'"{tag}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified()
    rows = [
        {
            "number": stage.number,
            "key": stage.key,
            "name": stage.name,
            "url": address(stage.url),
            "open_duties": counts.get(stage.number, 0),
            "mine": acts_in(actor, stage.key),
        }
        for stage in stages()
    ]
    response = render(request, "components/stage_line.html", {"stages": rows})
    response["ETag"], response["Cache-Control"] = etag, "no-store"
    return response


@require_GET
@allow("member")
def search(request: HttpRequest) -> HttpResponse:
    """Everything the actor may see that matches the words."""
    text = request.GET.get("q", "").strip()
    hits = found(request.actor, text)
    if len(hits) == 1 and not request.htmx and hits[0].title.lower() == text.lower():
        return redirect(hits[0].url)
    return render(request, "orders/core/search.html", {"search_text": text, "hits": hits})


@require_POST
@allow("member")
def touch(request: HttpRequest) -> HttpResponse:
    """Active seconds on the open document, reported by the touch clock."""
    form = forms.TouchForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    try:
        add_touch(actor=request.actor, **form.cleaned_data)
    except DomainError:
        return HttpResponse(status=422)
    return HttpResponse(status=204)


@require_POST
@allow("member")
def choose_company(request: HttpRequest) -> HttpResponse:
    """Work in another of one's companies from now on."""
    chosen = request.POST.get("company", "")
    if chosen.isdigit() and int(chosen) in {membership.company_id for membership in request.memberships}:
        request.session[COMPANY_KEY] = int(chosen)
    return redirect("core:home")
