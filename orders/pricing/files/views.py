"""Screens of price files: send one in, see what it would change, mend it, publish it."""

import re
from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from omc.lib.errors import DomainError
from orders.core import screens
from orders.core.access import allow
from orders.core.selectors.companies import today
from orders.core.selectors.paging import keyset
from orders.pricing.files import forms, selectors, services
from orders.pricing.files.models import Outcome, PriceFile
from orders.pricing.selectors.price_lists import price_list_of

_CELL = re.compile(r"cell-(\d{1,5})-([a-z_]+)")
MENDED_AT_ONCE = 100


@require_http_methods(["GET", "POST"])
@allow("pricing.edit_price_list")
def new_price_file(request: HttpRequest, list_id: int) -> HttpResponse:
    """Send a file in; nothing changes before one has seen what it would."""
    found = price_list_of(request.actor, list_id)
    initial = {"valid_from": today(request.company) + timedelta(days=1)}
    form = forms.PriceFileForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST":
        file = screens.attempt(form, partial(_open, request, form, list_id))
        if file is not None:
            return redirect("pricing:price-file", file.pk)
    context = {"price_list": found, "form": form}
    return render(request, "orders/pricing/files/new.html", context, status=422 if request.method == "POST" else 200)


def _open(request: HttpRequest, form: forms.PriceFileForm, list_id: int, **data: Any) -> PriceFile:
    upload = data.pop("file")
    try:
        return services.open_price_file(
            list_id=list_id,
            content=upload.read(),
            filename=upload.name,
            actor=request.actor,
            **data,
        )
    except services.FileTaken:
        form.offer_again()
        raise


@require_http_methods(["GET", "POST"])
@allow("orders.view_price")
def price_file(request: HttpRequest, price_file_id: int) -> HttpResponse:
    """What each row would do; a POST mends cells or the day, and compares again."""
    refusal = None
    if request.method == "POST":
        try:
            _mend(request, price_file_id)
            return redirect("pricing:price-file", price_file_id)
        except DomainError as error:
            refusal = error
    return _page(request, price_file_id, refusal)


def _mend(request: HttpRequest, file_id: int) -> None:
    form = forms.MendForm(request.POST)
    cells = {
        (int(named[1]), named[2]): str(value)
        for name, value in request.POST.items()
        if (named := _CELL.fullmatch(name))
    }
    day = form.cleaned_data["valid_from"] if form.is_valid() else None
    services.mend_price_file(file_id=file_id, cells=cells, valid_from=day, actor=request.actor)


def _page(request: HttpRequest, file_id: int, refusal: DomainError | None) -> HttpResponse:
    file = selectors.price_file_of(request.actor, file_id)
    chosen = request.GET.get("outcome", "")
    if chosen not in Outcome.values:
        chosen = next((one for one in (Outcome.CHANGED, Outcome.NEW, Outcome.ENDED) if file.counts.get(one)), "same")
    waits = file.checked_at is None
    refused = 0 if waits else file.counts.get(Outcome.REFUSED, 0)
    template = "orders/pricing/files/file.html"
    context = {
        "file": file,
        "price_list": file.price_list,
        "refusal": refusal,
        "waits": waits,
        "outcomes": [(one.value, one.label, f"{file.counts.get(one, 0):,}") for one in Outcome],
        "chosen": chosen,
        "chosen_label": Outcome(chosen).label,
        "refused": selectors.refused_cells(file, MENDED_AT_ONCE) if refused and file.published_at is None else [],
        "refused_count": refused,
        "changes": sum(file.counts.get(one, 0) for one in (Outcome.NEW, Outcome.CHANGED, Outcome.ENDED)),
        "page": keyset(selectors.compared_rows(file, chosen), request.GET, order=("number",)),
        "chosen_count": file.counts.get(chosen, 0),
        "count_text": f"{file.counts.get(chosen, 0):,}",
        "day_form": forms.MendForm(initial={"valid_from": file.valid_from}, auto_id="mend-%s"),
        "may_edit": request.actor.can("pricing.edit_price_list"),
    }
    part = f"{template}#rows" if request.htmx and request.method == "GET" else template
    return render(request, part, context, status=422 if refusal else 200)


@require_POST
@allow("pricing.edit_price_list")
def publish_file(request: HttpRequest, price_file_id: int) -> HttpResponse:
    """Make it the next version of the list."""
    good_only = "good_only" in request.POST
    try:
        made = services.publish_price_file(file_id=price_file_id, good_only=good_only, actor=request.actor)
    except services.FilePublished as refusal:
        return screens.refused(request, refusal, back_to=reverse("pricing:price-file", args=[price_file_id]))
    except DomainError as refusal:
        return _page(request, price_file_id, refusal)
    said = _("Version %(number)s of %(list)s is written and begins on %(day)s.")
    messages.success(request, said % {"number": made.version, "list": made.code, "day": made.valid_from})
    return redirect("pricing:price-list", made.pk)
