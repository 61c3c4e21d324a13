"""The entry grid: one page, one form; a script only makes it quicker."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omc.lib.errors import DomainError, InvalidInput, StaleVersion
from orders.core.access import allow
from orders.core.models import Order, OrderState, Supply
from orders.entry import forms, services
from orders.entry.selectors.checks import unresolved_holds
from orders.entry.selectors.grid import Row, draft_of, rows_of, saved_prices
from orders.entry.selectors.lookup import items_found
from orders.entry.selectors.open_drafts import open_drafts
from orders.entry.selectors.seats import remember_saver, version_saved_by
from orders.entry.views import answers, checks
from orders.entry.views.answers import PAGE, places_of
from orders.entry.views.rows import LinesOf, row_meant, rows_taken


@require_http_methods(["GET", "POST"])
@allow("entry.write_order")
def edit(request: HttpRequest, order_id: int) -> HttpResponse:
    """The grid. POST saves header and lines, and with ``do=submit`` hands the order in."""
    order = draft_of(request.actor, order_id)
    if request.method == "GET":
        if order.state != OrderState.DRAFT:
            return redirect("core:order", order_id)
        form = forms.HeaderForm(initial=forms.header_of(order), order=order)
        page = rows_of(order, request.actor, count=None if "all" in request.GET else answers.FIRST_ROWS)
        context = _context(request, order, form, page) | {"shown": len(page)}
        context["drafts"] = open_drafts(request.actor, order)
        context["rows_follow"] = len(page) < order.line_count
        return render(request, PAGE, context)
    rows = [row for row in forms.typed_rows(request.POST) if not row.is_blank]
    form = forms.HeaderForm(request.POST, order=order)
    if request.POST.get("shown"):
        return answers.refuse_part(request, places_of(order))
    refusal = _save(request, order_id, form, rows)
    if refusal is None and request.POST.get("do") == "submit":
        refusal = _submit(request, order_id)
        if refusal is None:
            return redirect("core:order", order_id)
    if answers.wants_json(request):
        return (
            _saved_json(request, order_id) if refusal is None else answers.refused_json(form, rows, refusal, str(order))
        )
    if refusal is None:
        messages.success(request, _("The draft is saved."))
        return redirect("entry:edit", order_id)
    status = answers.mark_refused(form, rows, refusal)
    return render(
        request, PAGE, _context(request, order, form, rows) | answers.refused(refusal, str(order)), status=status
    )


@require_GET
@allow("entry.write_order")
def further_rows(request: HttpRequest, order_id: int) -> HttpResponse:
    """More lines of a long draft, from the one after ``from`` on; 412 when the draft is not the ``version`` any more."""
    order = draft_of(request.actor, order_id)
    start = request.GET.get("from", "")
    if request.GET.get("version") != str(order.version):
        return HttpResponse(status=412)
    rows = rows_of(order, request.actor, start=int(start) if start.isdigit() else 0, count=answers.FURTHER_ROWS)
    context = _context(request, order, forms.HeaderForm(order=order), rows, bare=True)
    return render(request, f"{PAGE}#row_set", context)


@require_POST
@allow("entry.write_order")
def line(request: HttpRequest, order_id: int) -> HttpResponse:
    """One typed row as it would be: found, converted, priced, with what is there. Nothing is written."""
    order = draft_of(request.actor, order_id)
    row, lines = row_meant(forms.typed_rows(request.POST)[0], order, _lines_of(order, request), request.actor)
    context = _context(request, order, forms.HeaderForm(order=order), [], bare=True) | {"row": row}
    if lines:
        context |= checks.checked_row(order, lines, row, request.POST.get("row", ""), request.actor)
    return render(request, f"{PAGE}#row", context, status=422 if row.errors else 200)


@require_POST
@allow("entry.write_order")
def taken(request: HttpRequest, order_id: int) -> HttpResponse:
    """Rows that were taken over from somewhere, drawn at once. Nothing is written."""
    order = draft_of(request.actor, order_id)
    typed = forms.typed_rows(request.POST)[: answers.FURTHER_ROWS]
    rows = rows_taken(typed, order, _lines_of(order, request), request.actor)
    return render(request, f"{PAGE}#row_set", _context(request, order, forms.HeaderForm(order=order), rows, bare=True))


def _lines_of(order: Order, request: HttpRequest) -> LinesOf:
    return lambda typed: services.try_lines(order=order, lines=typed, actor=request.actor)


@require_GET
@allow("entry.write_order")
def items(request: HttpRequest, order_id: int) -> HttpResponse:
    """Items that the typed text may mean, as a list of hits."""
    order = draft_of(request.actor, order_id)
    hits = items_found(order, request.GET.get("q", "")[:80], request.actor)
    return render(request, "orders/entry/hits.html#items", {"hits": hits, "order": order})


def _save(request: HttpRequest, order_id: int, form: forms.HeaderForm, rows: list[Row]) -> DomainError | None:
    """Save the draft, or say why not with the errors at their rows and fields."""
    inputs = [forms.line_input(row) for row in rows]
    if not form.is_valid() or any(typed is None for typed in inputs):
        return InvalidInput(_("Some of it cannot be read. Look at what is marked."))
    version, editor = request.POST.get("version", ""), request.POST.get("editor", "")[:40]
    save = partial(
        services.save_draft,
        order_id=order_id,
        header=form.cleaned_data,
        lines=[typed for typed in inputs if typed is not None],
        actor=request.actor,
    )
    try:
        try:
            order = save(version=int(version) if version.isdigit() else None)
        except StaleVersion:
            own = version_saved_by(
                f"order:{order_id}", editor
            )  # a save whose answer never came, of the page before a reload
            if own is None:
                raise
            order = save(version=own)
        remember_saver(f"order:{order_id}", editor=editor, version=order.version)
    except DomainError as refusal:
        forms.show_refused(rows, refusal.data.get("lines"))
        return refusal
    return None


def _submit(request: HttpRequest, order_id: int) -> DomainError | None:
    try:
        order = services.submit_order(order_id=order_id, actor=request.actor)
    except DomainError as refusal:
        return refusal
    say_submitted(request, order)
    return None


def say_submitted(request: HttpRequest, order: Order) -> None:
    """Tell the user the number, and what holds the order."""
    held = [hold.hold_type.name for hold in unresolved_holds(order)]
    if held:
        text = _("%(order)s is submitted and held: %(holds)s.") % {"order": order, "holds": ", ".join(held)}
        messages.warning(request, text)
    else:
        messages.success(request, _("%(order)s is submitted.") % {"order": order})


def _context(
    request: HttpRequest, order: Order, form: forms.HeaderForm, rows: list[Row], *, bare: bool = False
) -> dict[str, Any]:
    actor = request.actor
    context = answers.grid_context(request, order, form, rows) | {
        "places": places_of(order),
        "version": order.version,
        "has_dates": True,
        "warehouses": form.warehouses if len(form.warehouses) > 1 else [],
        "supplies": Supply.choices,
        "line_places": form.line_places,
        "outlook_title": _("When you submit"),
    }
    return context if bare else context | checks.outlook(order, actor, rows)


def _saved_json(request: HttpRequest, order_id: int) -> HttpResponse:
    order = draft_of(request.actor, order_id)
    prices = saved_prices(order, request.actor)
    return answers.saved_json(request, order, order.version, checks.outlook(order, request.actor), prices)
