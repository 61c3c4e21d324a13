"""Screens of imports: choose a file, see what would become of it, mend in place, take."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from omc.lib import clock
from omc.lib.errors import DomainError
from omc.lib.sheets import LARGEST_BYTES
from orders.core import screens
from orders.core.access import allow
from orders.core.models import OrderState
from orders.entry.imports import forms, selectors, services
from orders.entry.imports.models import OrderFile
from orders.entry.imports.rules import COLUMNS

SHOWN = 200  # wrong rows that are shown to be mended at once


@require_http_methods(["GET", "POST"])
@allow("entry.import_orders")
def new_file(request: HttpRequest) -> HttpResponse:
    """Choose a file or paste cells; its rows are looked at before anything is written."""
    form = forms.OpenForm(request.POST or None, request.FILES or None, company_id=request.actor.company_id)
    if request.method == "POST":
        found = screens.attempt(form, lambda **data: _open(request, **data))
        if found is not None:
            return redirect("entry:import-file", found.pk)
    files = selectors.file_list(request.actor).order_by("-id")[:20]
    status = 422 if request.method == "POST" else 200
    return render(request, "orders/entry/imports/new.html", {"form": form, "files": files}, status=status)


def _open(request: HttpRequest, *, file: Any, text: str, customer: Any, submit: bool) -> OrderFile:
    content = file.read(LARGEST_BYTES + 1) if file else text.encode()
    name = file.name if file else _("pasted %(at)s") % {"at": f"{clock.now():%Y-%m-%d %H:%M}"}
    found: OrderFile = services.open_file(
        content=content,
        filename=name,
        customer_id=customer.pk if customer else None,
        submit=submit,
        actor=request.actor,
    )
    try:
        _look(request, found)
    except DomainError:
        pass  # the page says which column is missing
    return found


def _look(request: HttpRequest, file: OrderFile) -> None:
    if len(file.rows) > services.AT_ONCE:
        services.start(file_id=file.pk, take=False, actor=request.actor)
    else:
        services.look_at(file_id=file.pk, actor=request.actor)


@require_http_methods(["GET", "POST"])
@allow("entry.import_orders")
def file(request: HttpRequest, order_file_id: int) -> HttpResponse:
    """What would become of the rows, or became of them."""
    found = selectors.file_of(order_file_id, request.actor)
    form = forms.MapForm(
        request.POST if "map" in request.POST else None,
        initial={"customer": found.customer.code if found.customer else "", "submit": found.submit},
        company_id=found.company_id,
    )
    refusal = None
    if request.method == "POST":
        try:
            if "map" not in request.POST or form.is_valid():
                _act(request, found, form)
                start = _start(request)
                return redirect(
                    reverse("entry:import-file", args=[order_file_id]) + (f"?from={start}" if start else "")
                )
        except DomainError as error:
            refusal = error
            found = selectors.file_of(order_file_id, request.actor)
    template = "orders/entry/imports/file.html"
    if request.htmx:
        template = f"{template}#progress"
    context = _shown(request, found) | {"form": form, "refusal": refusal}
    response = render(request, template, context, status=422 if request.method == "POST" else 200)
    if request.htmx and not context["busy"]:
        response["HX-Refresh"] = "true"
    return response


def _act(request: HttpRequest, file: OrderFile, form: forms.MapForm) -> None:
    """What the pressed button says: keep the columns, keep mended cells, take, or hand in what is left."""
    actor, asked = request.actor, request.POST
    if "hand_in" in asked:
        _hand_in(request, file)
        return
    if "map" in asked:
        customer = form.cleaned_data["customer"]
        file = services.change_file(
            file_id=file.pk,
            columns=asked.getlist("column"),
            customer_id=customer.pk if customer else None,
            submit=form.cleaned_data["submit"],
            actor=actor,
        )
    if cells := forms.mended_cells(asked):
        file = services.mend_file(file_id=file.pk, cells=cells, actor=actor)
    if "take" in asked:
        _take(request, file)
    else:
        _look(request, file)


def _take(request: HttpRequest, file: OrderFile) -> None:
    said: dict[str, Any] = {"good_only": "good_only" in request.POST, "again": "again" in request.POST}
    if len(file.rows) > services.AT_ONCE:
        services.start(file_id=file.pk, take=True, actor=request.actor, **said)
        return
    try:
        services.take_file(file_id=file.pk, actor=request.actor, **said)
    except services.RowsRefused:
        _look(request, file)
        raise
    if file.submit:
        _hand_in(request, file)


def _hand_in(request: HttpRequest, file: OrderFile) -> None:
    handed = services.hand_in(file_id=file.pk, actor=request.actor)
    said = ngettext("%(count)s order was handed in.", "%(count)s orders were handed in.", handed)
    messages.success(request, said % {"count": handed})


def _shown(request: HttpRequest, file: OrderFile) -> dict[str, Any]:
    outcome = selectors.facts_of(file)
    wrong = outcome.get("wrong", [])
    pages = _pages(len(wrong), _start(request))
    made = list(selectors.made_of(file)[:SHOWN]) if file.taken_at else []
    return {
        "file": file,
        "total": len(file.rows),
        "busy": selectors.is_busy(file),
        "outcome": outcome,
        "wrong": _wrong(file, wrong[pages["start"] : pages["start"] + SHOWN]),
        "wrong_count": len(wrong),
        "pages": pages,
        "columns": _columns(file),
        "labels": forms.LABELS,
        "names": COLUMNS,
        "before": None if file.taken_at else selectors.taken_before(file),
        "made": made,
        "left": any(link.order.state == OrderState.DRAFT and link.order.event_seq == 0 for link in made),
        "may_see_price": request.actor.can("orders.view_price"),
    }


def _start(request: HttpRequest) -> int:
    """How many wrong rows stand before the page of them that is asked for."""
    asked = request.GET.get("from", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 8 else 0


def _pages(count: int, start: int) -> dict[str, Any]:
    """Which wrong rows are shown, and where those before and after them begin; past the end, the last page."""
    start = min(start, max(count - 1, 0)) // SHOWN * SHOWN
    return {
        "start": start,
        "first": start + 1,
        "last": min(start + SHOWN, count),
        "is_one": count <= SHOWN,
        "has_before": start > 0,
        "before": start - SHOWN,
        "after": start + SHOWN if start + SHOWN < count else None,
    }


def _columns(file: OrderFile) -> list[dict[str, Any]]:
    """Each column with its heading, what it is, and the first cells below."""
    return [
        {
            "head": head,
            "is": file.columns[place],
            "sample": " · ".join([row[place] for row in file.rows[:20] if len(row) > place and row[place]][:3])[:80],
        }
        for place, head in enumerate(file.heads)
    ]


def _wrong(file: OrderFile, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Wrong cells, each with what the file says; None where it has no such column."""
    first = 2 if file.has_heads else 1
    found = []
    for item in rows:
        cells = dict(zip(file.columns, file.rows[item["row"] - first], strict=False))
        for key, message in item["columns"].items():
            text = cells.get(key, "") if key in file.columns else None
            label = forms.LABELS.get(key, key)
            found.append({"row": item["row"], "key": key, "label": label, "text": text, "message": message})
    return found
