"""Screens of the keys for programs."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omc.accounts.models import ApiToken
from omc.lib.errors import NotFound
from orders.core import screens
from orders.core.access import allow
from orders.core.house import keys as services
from orders.core.house.forms import KeyForm
from orders.core.house.lists import keys_of, last_day, roles_of, stands
from orders.core.master.forms import attempt
from orders.core.models import Change
from orders.core.views.lists import show_list


@require_GET
@allow(services.MANAGE)
def keys(request: HttpRequest) -> HttpResponse:
    """The keys that programs have here."""
    return show_list(
        request,
        "api-keys",
        "orders/core/house/list.html",
        empty={
            "title": _("No program has a key"),
            "hint": _("A shop, a carrier or a report reads and writes here by its own key."),
            "url": reverse("core:new-key"),
            "action": _("New key"),
        },
        actions=[{"url": reverse("core:new-key"), "action": {"label": _("New key")}, "primary": True}],
    )


@require_http_methods(["GET", "POST"])
@allow(services.MANAGE)
def new_key(request: HttpRequest) -> HttpResponse:
    """Make a key, and show its secret this once."""
    form = KeyForm(request.POST or None)
    if request.method == "POST":
        made = attempt(form, lambda data: services.make_key(**data, actor=request.actor))
        if made is not None:
            key, secret = made
            response = _page(request, key.pk, secret)
            response["Cache-Control"] = "no-store"
            return response
    status = 422 if request.method == "POST" else 200
    return render(request, "orders/core/house/new_key.html", {"form": form}, status=status)


@require_GET
@allow(services.MANAGE)
def key(request: HttpRequest, token_id: int) -> HttpResponse:
    """What a key may do, when it was last used, and the button that takes it back."""
    return _page(request, token_id)


@require_POST
@allow(services.MANAGE)
def take_back_key(request: HttpRequest, token_id: int) -> HttpResponse:
    """The key opens nothing any more."""

    def run() -> None:
        row = services.take_back_key(key_id=token_id, actor=request.actor)
        messages.success(request, _("The key of %(name)s opens nothing any more.") % {"name": row.name})

    return screens.perform(request, run, back_to=reverse("core:key", args=[token_id]))


def _page(request: HttpRequest, token_id: int, secret: str = "") -> HttpResponse:
    row: ApiToken | None = keys_of(request.actor).filter(pk=token_id).first()
    if row is None:
        raise NotFound(f"There is no key {token_id}.")
    told = Change.objects.filter(company_id=request.actor.company_id, table="apitoken", row_id=row.pk)
    context = {
        "key": row,
        "secret": secret,
        "stands": stands(row),
        "may_do": roles_of(row) or _("all that this person may"),
        "last_day": last_day(row),
        "told": told.select_related("user").order_by("-id")[:10],
        "api": request.build_absolute_uri("/api/v1/orders/"),
    }
    return render(request, "orders/core/house/key.html", context)
