"""The parts of the shell that ask the server: stage line, palette, search, touch clock, company, density, glossary."""

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from omc.accounts.services import choose_density
from omc.lib.actor import Actor
from omc.lib.errors import DomainError
from omc.lib.glossary import TERMS
from omc.lib.registry import registry
from orders.core import forms
from orders.core.access import allow
from orders.core.actors import COMPANY_KEY
from orders.core.context import acts_in as acts_in
from orders.core.context import stations
from orders.core.screens import perform
from orders.core.selectors.duties import counts_by_stage
from orders.core.selectors.search import found
from orders.core.services.touch import add_touch


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
    response = render(request, "components/stage_line.html", {"stages": stations(actor, counts)})
    response["ETag"], response["Cache-Control"] = etag, "no-store"
    return response


@require_GET
@allow("member")
def palette(request: HttpRequest) -> HttpResponse:
    """Every place, stage and screen that this person may open, things to begin first; the search finds the rest."""
    offered = [command for command in registry.commands if may_open(request.actor, command.url)]
    response = render(
        request,
        "components/palette.html",
        {
            "starts": [command for command in offered if command.starts],
            "screens": [command for command in offered if not command.starts],
            "stages": stations(request.actor),
        },
    )
    response["Cache-Control"] = "private, max-age=60"
    response["Vary"] = "Cookie"
    return response


def may_open(actor: Actor, url: str) -> bool:
    """Whether the view of a named screen lets the actor in; False where there is no such screen."""
    try:
        view: Any = resolve(reverse(url)).func
    except NoReverseMatch:
        return False
    access = str(getattr(view, "access", ""))
    return access == "member" or access.startswith("anyone") or actor.can(access)


@require_GET
@allow("member")
def glossary(request: HttpRequest) -> HttpResponse:
    """The words of the field, in plain ones."""
    return render(request, "omc/glossary.html", {"terms": sorted(TERMS.values(), key=lambda term: str(term.word))})


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


@require_POST
@allow("member")
def density(request: HttpRequest) -> HttpResponse:
    """Compact or comfortable rows from now on; back to the page one was on."""
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return perform(
        request,
        lambda: choose_density(density=request.POST.get("density", ""), actor=request.actor),
        back_to=back if safe else reverse("core:home"),
    )
