"""Doors of the demo: one click to come in, the banner with its buttons, and the empty company beside it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omc.accounts.models import User
from omc.demo import living, opening
from omc.demo.doors import STORY_DOORS, page_of
from omc.demo.forms import EmptyCompanyForm
from omc.demo.house import CODE, PEOPLE
from omc.demo.login import demo_is_on
from omc.demo.selectors import standing
from omc.lib.errors import NotFound
from orders.core.access import allow, allow_anyone
from orders.core.models import Company
from orders.core.screens import attempt, perform, refused

BACKEND = "omc.accounts.backends.RoleBackend"


@require_POST
@csrf_protect
@allow_anyone("the demo's people have no secrets; only they come in here, and only where the demo is on")
def enter(request: HttpRequest) -> HttpResponse:
    """Come in as one of the demo's people."""
    name = request.POST.get("username", "")
    if not demo_is_on() or name not in {row[0] for row in PEOPLE}:
        return refused(request, NotFound(_("There is no such login in the demo.")), back_to=reverse("login"))
    login(request, User.objects.get(username=name), backend=BACKEND)
    return redirect("core:home")


@require_POST
@csrf_protect
@allow_anyone("as for coming in: only as one of the demo's people, and only where the demo is on")
def story(request: HttpRequest, key: str) -> HttpResponse:
    """Come in as whoever a story concerns most, on the page where it begins."""
    door = next((door for door in STORY_DOORS if door.key == key), None)
    if not demo_is_on() or door is None:
        return refused(request, NotFound(_("There is no such story in the demo.")), back_to=reverse("login"))
    login(request, User.objects.get(username=door.username), backend=BACKEND)
    return redirect(page_of(Company.objects.get(code=CODE), door))


@require_http_methods(["GET", "POST"])
@csrf_protect
@sensitive_post_parameters("password")
@allow_anyone("the first administrator of an installation that has no company of its own yet")
def start_empty(request: HttpRequest) -> HttpResponse:
    """An own, empty company with its first administrator; only while there is none."""
    if not opening.may_start_empty():
        return redirect("login")
    form = EmptyCompanyForm(request.POST or None)
    if request.method == "POST":
        user = attempt(form, opening.start_empty)
        if user is not None:
            login(request, user, backend=BACKEND)
            messages.success(request, _("Your company is open. Customers and items come first."))
            return redirect("core:home")
    status = 422 if form.errors else 200
    return render(request, "omc/demo/start_empty.html", {"form": form}, status=status)


@require_GET
@allow("member")
def banner(request: Any) -> HttpResponse:
    """How far the demo is; whoever asks is watching."""
    living.note_watcher(actor=request.actor)
    return render(request, "omc/demo/banner.html", {"demo": standing(request.actor.company_id)})


@require_POST
@allow("member")
def pause(request: Any) -> HttpResponse:
    """Stand still, or go on."""
    paused = request.POST.get("paused") == "1"
    return perform(request, lambda: living.pause(paused=paused, actor=request.actor), back_to=_back(request))


@require_POST
@allow("member")
def next_day(request: Any) -> HttpResponse:
    """On to the next working morning."""
    return perform(request, lambda: living.start_next_day(actor=request.actor), back_to=_back(request))


def _back(request: HttpRequest) -> str:
    back = request.POST.get("back", "")
    return back if back.startswith("/") and not back.startswith("//") else reverse("core:home")
