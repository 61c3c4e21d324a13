"""The entry grid: one page, one form; a script only makes it quicker."""

from dataclasses import replace
from functools import partial
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omc.lib.errors import DomainError, InvalidInput, NotFound, StaleVersion
from orders.core.access import allow
from orders.core.models import Order, OrderLine, OrderState
from orders.entry import forms, services
from orders.entry.selectors.checks import unresolved_holds
from orders.entry.selectors.grid import SPARE_ROWS, Row, draft_of, open_drafts, rows_for, rows_of
from orders.entry.selectors.lookup import items_found
from orders.entry.selectors.seats import remember_saver, version_saved_by
from orders.entry.views import checks

PAGE: Final = "orders/entry/edit.html"
FIRST_ROWS: Final = 100  # of a long draft come with the page, the others behind it
FURTHER_ROWS: Final = 200
LEAST_WORDS: Final = 3  # letters from which an item may be found by words


@require_http_methods(["GET", "POST"])
@allow("entry.write_order")
def edit(request: HttpRequest, order_id: int) -> HttpResponse:
    """The grid. POST saves header and lines, and with ``do=submit`` hands the order in."""
    order = draft_of(request.actor, order_id)
    if request.method == "GET":
        if order.state != OrderState.DRAFT:
            return redirect("core:order", order_id)
        form = forms.HeaderForm(initial=forms.header_of(order), order=order)
        page = rows_of(order, request.actor, count=None if "all" in request.GET else FIRST_ROWS)
        context = _context(request, order, form, page) | {"shown": len(page)}
        context["drafts"] = open_drafts(request.actor, order)
        context["rows_follow"] = len(page) < order.line_count
        return render(request, PAGE, context)
    rows = [row for row in forms.typed_rows(request.POST) if not row.is_blank]
    form = forms.HeaderForm(request.POST, order=order)
    if request.POST.get("shown"):
        return _refuse_part(request, order)
    refusal = _save(request, order_id, form, rows)
    if refusal is None and request.POST.get("do") == "submit":
        refusal = _submit(request, order_id)
        if refusal is None:
            return redirect("core:order", order_id)
    if _wants_json(request):
        return _saved_json(request, order_id) if refusal is None else _refused_json(form, rows, refusal)
    if refusal is None:
        messages.success(request, _("The draft is saved."))
        return redirect("entry:edit", order_id)
    if refusal.field in form.fields:
        form.add_error(refusal.field, refusal.message)
    status = 412 if isinstance(refusal, StaleVersion) else 422
    for number, row in enumerate(rows, start=1):
        row.number = number
    return render(request, PAGE, _context(request, order, form, rows) | {"refusal": refusal}, status=status)


@require_GET
@allow("entry.write_order")
def further_rows(request: HttpRequest, order_id: int) -> HttpResponse:
    """More lines of a long draft, from the one after ``from`` on; 412 when the draft is not the ``version`` any more."""
    order = draft_of(request.actor, order_id)
    start = request.GET.get("from", "")
    if request.GET.get("version") != str(order.version):
        return HttpResponse(status=412)
    rows = rows_of(order, request.actor, start=int(start) if start.isdigit() else 0, count=FURTHER_ROWS)
    context = _context(request, order, forms.HeaderForm(order=order), rows, bare=True)
    return render(request, f"{PAGE}#row_set", context)


def _refuse_part(request: HttpRequest, order: Order) -> HttpResponse:
    """A page that never got all lines of the draft must not save: the others would be gone."""
    message = _("This page had not received all lines of the draft, so nothing was saved.")
    if _wants_json(request):
        return JsonResponse({"code": "incomplete", "message": message, "rows": [], "fields": {}}, status=422)
    messages.error(request, message)
    return redirect(f"{reverse('entry:edit', args=[order.pk])}?all=1")


@require_POST
@allow("entry.write_order")
def line(request: HttpRequest, order_id: int) -> HttpResponse:
    """One typed row as it would be: found, converted, priced, with what is there. Nothing is written."""
    order = draft_of(request.actor, order_id)
    row, lines = _tried(request, order, forms.typed_rows(request.POST)[0])
    context = _context(request, order, forms.HeaderForm(order=order), [], bare=True) | {"row": row}
    if lines:
        context |= checks.checked_row(order, lines, row, request.POST.get("row", ""), request.actor)
    return render(request, f"{PAGE}#row", context, status=422 if row.errors else 200)


def _tried(request: HttpRequest, order: Order, row: Row) -> tuple[Row, list[OrderLine]]:
    """The row as the server sees it, with its lines. Words that only one item answers to mean it; of several none is guessed."""
    typed = forms.line_input(row)
    if typed is None:
        return row, []
    try:
        lines = services.try_line(order=order, line=typed, actor=request.actor)
        return rows_for(order, lines, request.actor)[0], lines
    except DomainError as refusal:
        if not forms.show_refused([row], refusal.data.get("lines")):
            row.errors["item"] = refusal.message
    if "item" in row.errors and len(row.item) >= LEAST_WORDS:
        meant = [hit.product.sku for hit in items_found(order, row.item, request.actor)]
        if len(meant) == 1 and meant[0].upper() != row.item.upper():
            return _tried(request, order, replace(row, item=meant[0], errors={}))
        if len(meant) > 1 and row.item.upper() not in map(str.upper, meant):
            row.errors["item"] = _("Several items are called that. Choose one from the list.")
    return row, []


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
            own = version_saved_by(order_id, editor)  # a save whose answer never came, of the page before a reload
            if own is None:
                raise
            order = save(version=own)
        remember_saver(order_id, editor=editor, version=order.version)
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
    context = {
        "order": order,
        "form": form,
        "rows": rows,
        "blank": Row(),
        "warehouses": form.warehouses if len(form.warehouses) > 1 else [],
        "may_see_price": actor.can("orders.view_price"),
        "may_see_cost": actor.can("orders.view_cost"),
        "may_override": actor.can("orders.view_price") and actor.can("pricing.override_price"),
    }
    if not bare:
        context |= {"spare": [Row() for _spare in range(SPARE_ROWS)], **checks.outlook(order, actor, rows)}
    return context


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _saved_json(request: HttpRequest, order_id: int) -> JsonResponse:
    order = draft_of(request.actor, order_id)
    context = {
        "order": order,
        "may_see_price": request.actor.can("orders.view_price"),
        "may_see_cost": request.actor.can("orders.view_cost"),
        "company": order.company,
        **checks.outlook(order, request.actor),
    }
    return JsonResponse(
        {
            "version": order.version,
            "saved": _("Saved"),
            "totals": render_to_string(f"{PAGE}#totals", context, request),
            "outlook": render_to_string(f"{PAGE}#outlook", context, request),
        }
    )


def _refused_json(form: forms.HeaderForm, rows: list[Row], refusal: DomainError) -> JsonResponse:
    fields = {name: " ".join(map(str, errors)) for name, errors in form.errors.items()}
    if refusal.field in form.fields:
        fields[str(refusal.field)] = refusal.message
    marked = [
        {"row": number, "cell": cell, "message": message}
        for number, row in enumerate(rows)
        for cell, message in row.errors.items()
    ]
    status = refusal.status if isinstance(refusal, StaleVersion | NotFound) else 422
    return JsonResponse(
        {"code": refusal.code, "message": refusal.message, "rows": marked, "fields": fields}, status=status
    )
