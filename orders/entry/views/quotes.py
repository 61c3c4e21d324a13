"""Quotes in the entry grid: the same page, keys and saving; what is written is pricing's draft quote."""

from functools import partial
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omc.lib.errors import DomainError, InvalidInput, StaleVersion
from orders.core.access import allow
from orders.core.models import Order, Supply
from orders.entry import forms
from orders.entry.selectors.grid import Row, saved_prices
from orders.entry.selectors.lookup import items_found
from orders.entry.selectors.open_drafts import open_drafts
from orders.entry.selectors.quote_grid import as_lines, as_order, quote_draft_of, quote_rows
from orders.entry.selectors.seats import remember_saver, version_saved_by
from orders.entry.views import answers
from orders.entry.views.answers import PAGE, places_of
from orders.entry.views.rows import LinesOf, row_meant, rows_taken
from orders.pricing import services
from orders.pricing.forms import QuoteForm
from orders.pricing.guidelines.selectors import judge_document
from orders.pricing.models import Quote, QuoteLine, QuoteState
from orders.pricing.questions.lists import ask_url
from orders.pricing.selectors.explanations import discounts_over, explain
from orders.pricing.serving.showing import shown

QUOTE_PAGE: Final = "orders/entry/edit_quote.html"


@require_http_methods(["GET", "POST"])
@allow("pricing.write_quote")
def edit(request: HttpRequest, quote_id: int) -> HttpResponse:
    """The grid on a draft quote. POST saves it; with ``do=submit`` it leads on to where the quote is sent."""
    quote = quote_draft_of(request.actor, quote_id)
    if request.method == "GET":
        if quote.state != QuoteState.DRAFT:
            return redirect("pricing:quote", quote_id)
        order = as_order(quote)
        page = quote_rows(quote, order, request.actor, count=None if "all" in request.GET else answers.FIRST_ROWS)
        context = _context(request, quote, _form(quote), page) | {"shown": len(page)}
        context["drafts"] = open_drafts(request.actor, quote)
        context["rows_follow"] = len(page) < order.line_count
        return render(request, QUOTE_PAGE, context)
    if request.POST.get("shown"):
        return answers.refuse_part(request, places_of(quote))
    rows = [row for row in forms.typed_rows(request.POST) if not row.is_blank]
    form = QuoteForm(request.POST, customer=quote.customer)
    refusal = _save(request, quote_id, form, rows)
    leads_on = request.POST.get("do") == "submit"
    if refusal is None and leads_on:
        return redirect(f"{reverse('pricing:quote', args=[quote_id])}#send")
    if answers.wants_json(request):
        return (
            _saved_json(request, quote_id) if refusal is None else answers.refused_json(form, rows, refusal, str(quote))
        )
    if refusal is None:
        messages.success(request, _("The quote is saved."))
        return redirect("entry:quote", quote_id)
    status = answers.mark_refused(form, rows, refusal)
    context = _context(request, quote, form, rows) | answers.refused(refusal, str(quote))
    return render(request, QUOTE_PAGE, context, status=status)


@require_GET
@allow("pricing.write_quote")
def further_rows(request: HttpRequest, quote_id: int) -> HttpResponse:
    """More lines of a long quote, from the one after ``from`` on; 412 when it is not the ``version`` any more."""
    quote = quote_draft_of(request.actor, quote_id)
    start = request.GET.get("from", "")
    if request.GET.get("version") != str(quote.version):
        return HttpResponse(status=412)
    first = int(start) if start.isdigit() else 0
    rows = quote_rows(quote, as_order(quote), request.actor, start=first, count=answers.FURTHER_ROWS)
    return render(request, f"{PAGE}#row_set", _context(request, quote, _form(quote), rows, bare=True))


@require_POST
@allow("pricing.write_quote")
def line(request: HttpRequest, quote_id: int) -> HttpResponse:
    """One typed row as it would be. Nothing is written."""
    quote = quote_draft_of(request.actor, quote_id)
    order = as_order(quote)
    row, _lines = row_meant(forms.typed_rows(request.POST)[0], order, _lines_of(quote, order, request), request.actor)
    context = _context(request, quote, _form(quote), [], bare=True) | {"row": row}
    return render(request, f"{PAGE}#row", context, status=422 if row.errors else 200)


@require_POST
@allow("pricing.write_quote")
def taken(request: HttpRequest, quote_id: int) -> HttpResponse:
    """Rows that were taken over from somewhere, drawn at once. Nothing is written."""
    quote = quote_draft_of(request.actor, quote_id)
    order = as_order(quote)
    typed = forms.typed_rows(request.POST)[: answers.FURTHER_ROWS]
    rows = rows_taken(typed, order, _lines_of(quote, order, request), request.actor)
    return render(request, f"{PAGE}#row_set", _context(request, quote, _form(quote), rows, bare=True))


def _lines_of(quote: Quote, order: Order, request: HttpRequest) -> LinesOf:
    return lambda typed: as_lines(order, services.try_quote_lines(quote=quote, lines=typed, actor=request.actor))


@require_GET
@allow("pricing.write_quote")
def items(request: HttpRequest, quote_id: int) -> HttpResponse:
    """Items that the typed text may mean, as a list of hits."""
    order = as_order(quote_draft_of(request.actor, quote_id))
    hits = items_found(order, request.GET.get("q", "")[:80], request.actor)
    return render(request, "orders/entry/hits.html#items", {"hits": hits, "order": order})


@require_GET
@allow("orders.view_price")
def why(request: HttpRequest, quote_id: int) -> HttpResponse:
    """Why a row of the draft has its price; ``row`` counts from 1."""
    actor = request.actor
    quote = quote_draft_of(actor, quote_id)
    number = request.GET.get("row", "1")
    lines: QuerySet[QuoteLine] = quote.lines.select_related("product")
    found = lines.filter(position=int(number)).first() if number.isdecimal() and len(number) < 6 else None
    shares = discounts_over(quote.lines.order_by("position")) if found else {}
    context = {
        "why": explain(found, actor, shares[found.position]) if found else None,
        "currency": quote.currency,
        "ask_url": ask_url(quote_line=found.pk) if found and found.product and actor.can("pricing.write_quote") else "",
    }
    return render(request, "orders/pricing/explain.html#why", context)


def _form(quote: Quote) -> QuoteForm:
    return QuoteForm(customer=quote.customer, initial={name: getattr(quote, name) for name in QuoteForm.base_fields})


def _save(request: HttpRequest, quote_id: int, form: QuoteForm, rows: list[Row]) -> DomainError | None:
    """Save the draft, or say why not with the errors at their rows and fields."""
    inputs = [forms.line_input(row) for row in rows]
    if not form.is_valid() or any(typed is None for typed in inputs):
        return InvalidInput(_("Some of it cannot be read. Look at what is marked."))
    version, editor = request.POST.get("version", ""), request.POST.get("editor", "")[:40]
    save = partial(
        services.save_quote_draft,
        quote_id=quote_id,
        lines=[typed for typed in inputs if typed is not None],
        actor=request.actor,
        **form.cleaned_data,
    )
    key = f"quote:{quote_id}"
    try:
        try:
            quote = save(version=int(version) if version.isdigit() else None)
        except StaleVersion:
            own = version_saved_by(key, editor)  # a save whose answer never came, of the page before a reload
            if own is None:
                raise
            quote = save(version=own)
        remember_saver(key, editor=editor, version=quote.version)
    except DomainError as refusal:
        forms.show_refused(rows, refusal.data.get("lines"))
        return refusal
    return None


def _outlook(request: HttpRequest, quote: Quote) -> dict[str, Any]:
    """What the discount guidelines say of the draft as it is saved."""
    if not request.actor.can("orders.view_price"):
        return {"judgment": None, "serving": None}
    lines = list(quote.lines.select_related("product").order_by("position"))
    judgment = judge_document(quote, lines, quote.customer, request.actor)
    return {"judgment": judgment, "serving": partial(shown, quote, request.actor)}


def _context(
    request: HttpRequest, quote: Quote, form: QuoteForm, rows: list[Row], *, bare: bool = False
) -> dict[str, Any]:
    context = answers.grid_context(request, as_order(quote), form, rows) | {
        "quote": quote,
        "places": places_of(quote),
        "version": quote.version,
        "has_dates": False,
        "supplies": Supply.choices,
        "line_places": [(pk, text) for pk, text in form.fields["ship_to_id"].choices if pk],  # type: ignore[attr-defined]
        "outlook_title": _("When you send it"),
    }
    return context if bare else context | _outlook(request, quote)


def _saved_json(request: HttpRequest, quote_id: int) -> HttpResponse:
    quote = quote_draft_of(request.actor, quote_id)
    outlook = _outlook(request, quote) | {"quote": quote}
    template = "orders/entry/_quote_outlook.html"
    prices = saved_prices(quote, request.actor)
    return answers.saved_json(request, as_order(quote), quote.version, outlook, prices, template)
