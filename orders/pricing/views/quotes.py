"""Screens of quotes: the list, writing, the page, and what the customer decides."""

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.errors import DomainError, NotFound
from omc.lib.money import plain
from omc.lib.registry import registry
from orders.core import screens
from orders.core.access import allow
from orders.core.links.selectors import link_panel
from orders.core.models import Customer, Facet
from orders.core.views.lists import show_list
from orders.core.views.orders import offered
from orders.generation.forms import with_more_rows
from orders.generation.models import Enquiry
from orders.generation.selectors import enquiry_of, history_of
from orders.pricing import forms, selectors, services
from orders.pricing.answers.forms import ReplyForm
from orders.pricing.answers.selectors import PAGE, answers_of, waits_for_answer
from orders.pricing.answers.services import answer_question
from orders.pricing.guidelines.showing import quote_panel
from orders.pricing.models import Quote, QuoteState
from orders.pricing.questions.services.asking import ASKABLE_QUOTES
from orders.pricing.rules import overrides
from orders.pricing.services.quote_renewals import is_renewable
from orders.pricing.services.typed_prices import SAY_WHY
from orders.pricing.serving.showing import shown

EDITABLE = (QuoteState.DRAFT, QuoteState.SENT, QuoteState.ACCEPTED, QuoteState.REJECTED, QuoteState.EXPIRED)


@require_GET
@allow("pricing.view_quote")
def quotes(request: HttpRequest) -> HttpResponse:
    """Quotes by filter, the newest first."""
    empty = {"hint": _("Quotes appear here once sales or the order desk writes one.")}
    if request.actor.can("pricing.write_quote"):
        empty = {
            "hint": _("Offer a customer prices that hold until a day."),
            "url": reverse("pricing:new-quote"),
            "action": _("Write a quote"),
        }
    return show_list(request, "quotes", "orders/pricing/quotes.html", empty=empty)


@require_http_methods(["GET", "POST"])
@allow("pricing.write_quote")
def new_quote(request: HttpRequest) -> HttpResponse:
    """Write a quote; from an enquiry the lines are there already. Without one, the entry grid is where it is written."""
    actor = request.actor
    enquiry = _asked(request, "enquiry", lambda pk: enquiry_of(actor, pk))
    customer = enquiry.customer if enquiry else _asked(request, "customer", lambda pk: _customer(request, pk))
    grid = registry.pages.get("new quote")
    if request.method == "GET" and not enquiry and grid:
        return redirect(f"{reverse(grid)}?customer={customer.pk}" if customer else grid)
    if customer is None:
        return _choose_customer(request)
    rows = _rows_of_enquiry(enquiry) if enquiry else []
    header = {"requested_date": enquiry.requested_date} if enquiry else {}
    return _edit(
        request,
        customer=customer,
        initial=header,
        rows=rows,
        write=lambda lines, **data: services.write_quote(
            customer_id=customer.pk, lines=lines, actor=actor, enquiry_id=enquiry.pk if enquiry else None, **data
        ),
        enquiry=enquiry,
    )


@require_http_methods(["GET", "POST"])
@allow("pricing.write_quote")
def edit_quote(request: HttpRequest, quote_id: int) -> HttpResponse:
    """Write a quote anew; what the customer has seen becomes a new revision."""
    quote = selectors.quote_of(request.actor, quote_id)
    if quote.state not in EDITABLE:
        messages.warning(request, _("This quote can no longer be changed."))
        return redirect("pricing:quote", quote.pk)
    grid = registry.pages.get("draft quote")
    if request.method == "GET" and quote.state == QuoteState.DRAFT and grid:
        return redirect(grid, quote.pk)
    version = request.POST.get("version", "")
    return _edit(
        request,
        customer=quote.customer,
        initial={
            "contact_id": quote.contact_id,
            "ship_to_id": quote.ship_to_id,
            "requested_date": quote.requested_date,
            "valid_until": quote.valid_until if quote.state == QuoteState.DRAFT else None,
            "customer_note": quote.customer_note,
        },
        rows=_rows_of_quote(quote),
        write=lambda lines, **data: services.change_quote(
            quote_id=quote.pk,
            lines=lines,
            actor=request.actor,
            version=int(version) if version.isdigit() else None,
            **data,
        ),
        quote=quote,
    )


def _edit(
    request: HttpRequest,
    *,
    customer: Customer,
    initial: dict[str, Any],
    rows: list[dict[str, Any]],
    write: Callable[..., Quote],
    quote: Quote | None = None,
    enquiry: Enquiry | None = None,
) -> HttpResponse:
    """The form of a quote's header and lines. "More rows" saves nothing."""
    grows = "more" in request.POST
    data = with_more_rows(request.POST) if grows else request.POST or None
    form = forms.QuoteForm(data, customer=customer, initial=initial)
    places = [each for each in form.fields["ship_to_id"].choices if each[0]]  # type: ignore[attr-defined]
    lines = forms.QuoteLines(data, prefix="lines", initial=rows, form_kwargs={"places": places})
    if request.method == "POST" and not grows and all([form.is_valid(), lines.is_valid()]):
        filled = list(lines.filled())
        try:
            written = write([row.typed for row in filled], **form.cleaned_data)
        except DomainError as refusal:
            _put_at_field(refusal, form, filled)
        else:
            return redirect("pricing:quote", written.pk)
    context = {"form": form, "lines": lines, "customer": customer, "quote": quote, "enquiry": enquiry}
    status = 422 if request.method == "POST" and not grows else 200
    return render(request, "orders/pricing/edit_quote.html", context, status=status)


def _put_at_field(refusal: DomainError, form: django_forms.Form, rows: list[Any]) -> None:
    """The refusal's sentence at the row and field that it is about, else above the form."""
    named = refusal.data.get("lines")
    placed = False
    for problem in named if isinstance(named, list) else []:
        row = rows[problem["position"] - 1]
        field = "price_reason" if problem.get("message") == SAY_WHY else problem.get("field", "unit_price")
        row.add_error(field if field in row.fields else None, problem.get("message") or refusal.message)
        placed = True
    if not placed:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)


def _choose_customer(request: HttpRequest) -> HttpResponse:
    form = forms.NewQuoteForm(request.POST or None, company_id=request.actor.company_id)
    if request.method == "POST" and form.is_valid():
        return redirect(f"{reverse('pricing:new-quote')}?customer={form.cleaned_data['customer'].pk}")
    status = 422 if request.method == "POST" else 200
    return render(request, "orders/pricing/new_quote.html", {"form": form}, status=status)


def _asked(request: HttpRequest, name: str, find: Callable[[int], Any]) -> Any:
    asked = request.GET.get(name, "")
    return find(int(asked)) if asked.isdigit() else None


def _customer(request: HttpRequest, customer_id: int) -> Customer:
    found = Customer.objects.filter(pk=customer_id, company_id=request.actor.company_id).first()
    if found is None:
        raise NotFound(f"There is no customer {customer_id}.")
    return found


def _rows_of_enquiry(enquiry: Enquiry) -> list[dict[str, Any]]:
    return [
        {"sku": line.product.sku if line.product else "", "description": line.text, "quantity": _short(line.quantity)}
        for line in enquiry.lines.all()
    ]


def _rows_of_quote(quote: Quote) -> list[dict[str, Any]]:
    return [
        {
            "sku": line.product.sku if line.product else "",
            "description": line.description,
            "quantity": _short(line.typed_quantity),
            "unit": line.unit,
            "unit_price": line.unit_price if not line.product or overrides(line.price_steps) else None,
            "supply": line.supply,
            "ship_to_id": line.ship_to_id,
            "price_reason": line.price_steps[-1].get("reason", "") if overrides(line.price_steps) else "",
        }
        for line in quote.lines.select_related("product").order_by("position")
    ]


def _short(quantity: Any) -> str:
    return plain(quantity)


@require_GET
@allow("pricing.view_quote")
def quote(request: HttpRequest, quote_id: int) -> HttpResponse:
    """Everything about one quote."""
    return _page(request, quote_id)


def _page(request: HttpRequest, quote_id: int, status: int = 200, **refused: django_forms.Form) -> HttpResponse:
    actor = request.actor
    found = selectors.quote_of(actor, quote_id)
    margin = selectors.quote_margin(found) if actor.can("orders.view_cost") else (None, None)
    recipient = found.contact.email if found.contact else ""
    may_write = actor.can("pricing.write_quote")
    context: dict[str, Any] = {
        "lines": selectors.lines_seen(found, actor),
        "revisions": selectors.revisions_of(found),
        "history": history_of(found, with_customer=[QuoteState.SENT]),
        "until": clock.now() if found.state in (QuoteState.DRAFT, QuoteState.SENT, QuoteState.ACCEPTED) else None,
        "until_waits": found.state == QuoteState.SENT,
        "actions": offered("quote", found, actor),
        "margin": margin[0],
        "margin_percent": margin[1],
        "serving": shown(found, actor),
        "may_see_price": actor.can("orders.view_price"),
        "may_see_cost": actor.can("orders.view_cost"),
        "may_edit": may_write and found.state in EDITABLE,
        "may_ask": may_write and found.state in ASKABLE_QUOTES,
        "may_send": actor.can("pricing.send_quote") and found.state == QuoteState.DRAFT,
        "may_accept": may_write and found.state == QuoteState.SENT,
        "may_reject": may_write
        and found.state in (QuoteState.DRAFT, QuoteState.SENT, QuoteState.ACCEPTED)
        and found.conversion == Facet.NONE,
        "guidelines": quote_panel(found, actor) if actor.can("orders.view_price") else None,
        "is_outdated": found.valid_until < clock.today(found.company.time_zone),
        "send_form": forms.SendForm(initial={"recipient": recipient}),
        "reject_form": forms.RejectForm(),
        "reply_form": ReplyForm(),
        "is_partly_ordered": found.state == QuoteState.ACCEPTED and found.conversion == Facet.PART,
        **_said(found, actor),
    }
    context["may_renew"] = may_write and actor.can("orders.view_price") and is_renewable(found)
    context["leads_on"] = any(item["primary"] for item in context["actions"])
    context["quote"] = selectors.veiled(found, actor)
    return render(request, "orders/pricing/quote.html", context | refused, status=status)


def _said(quote: Quote, actor: Actor) -> dict[str, Any]:
    """What the customer said, and the link where they say it."""
    said = list(answers_of(quote))
    shows_link = quote.sent_at is not None and actor.can("orders.view_price")
    return {
        "said": said,
        "may_reply": actor.can("pricing.write_quote") and waits_for_answer(said),
        "customer_link": link_panel(PAGE, quote.pk, actor) if shows_link else None,
    }


@require_http_methods(["GET", "POST"])
@allow("pricing.write_quote")
def renew(request: HttpRequest, quote_id: int) -> HttpResponse:
    """What a quote that ran out would cost today, line by line; a POST writes it anew."""
    found, actor = selectors.quote_of(request.actor, quote_id), request.actor
    refusal = None
    if request.method == "POST":
        seen = forms.RenewForm(request.POST)
        try:
            net = seen.cleaned_data["net_amount"] if seen.is_valid() else None
            renewed = services.renew_quote(quote_id=quote_id, actor=actor, net_amount=net)
        except services.PricesMoved as moved:
            refusal = moved
        except DomainError as other:
            return screens.refused(request, other, back_to=reverse("pricing:quote", args=[quote_id]))
        else:
            messages.success(request, _("Quote %(quote)s is a draft at today’s prices. Send it.") % {"quote": renewed})
            return redirect("pricing:quote", renewed.pk)
    try:
        renewal = services.preview_renewal(quote=found, actor=actor)
    except DomainError as other:
        messages.warning(request, other.message)
        return redirect("pricing:quote", quote_id)
    rows = [(one, selectors.explain(one.was, actor), selectors.explain(one.now, actor)) for one in renewal.lines]
    context = {"quote": found, "renewal": renewal, "rows": rows, "refusal": refusal}
    return render(request, "orders/pricing/renew.html", context, status=422 if refusal else 200)


@require_POST
@allow("pricing.write_quote")
def reply(request: HttpRequest, quote_id: int) -> HttpResponse:
    """Answer what the customer asked."""
    form = ReplyForm(request.POST)
    done = screens.attempt(form, lambda words: answer_question(quote_id=quote_id, words=words, actor=request.actor))
    if done is None:
        return _page(request, quote_id, status=422, reply_form=form)
    messages.success(request, _("Your answer is on its way, and on the customer’s page."))
    return redirect("pricing:quote", quote_id)


@require_POST
@allow("pricing.write_quote")
def close(request: HttpRequest, quote_id: int) -> HttpResponse:
    """The rest of a quote that is ordered in part is not wanted."""
    form = forms.RejectForm(request.POST)
    done = screens.attempt(form, lambda **data: services.close_quote(quote_id=quote_id, actor=request.actor, **data))
    if done is None:
        return _page(request, quote_id, status=422, reject_form=form)
    return redirect("pricing:quote", quote_id)


@require_POST
@allow("pricing.send_quote")
def send(request: HttpRequest, quote_id: int) -> HttpResponse:
    """Send the quote to the customer."""
    form = forms.SendForm(request.POST)
    sent = screens.attempt(form, lambda **data: services.send_quote(quote_id=quote_id, actor=request.actor, **data))
    if sent is None:
        return _page(request, quote_id, status=422, send_form=form)
    messages.success(request, _("Quote %(quote)s is on its way.") % {"quote": sent})
    return redirect("pricing:quote", quote_id)


@require_POST
@allow("pricing.write_quote")
def accept(request: HttpRequest, quote_id: int) -> HttpResponse:
    """The customer said yes; after its last day one sees what it would be today."""
    try:
        services.accept_quote(quote_id=quote_id, actor=request.actor)
    except services.QuoteOutdated as ended:
        messages.warning(request, ended.message)
        return redirect("pricing:renew-quote", quote_id)
    except DomainError as refusal:
        return screens.refused(request, refusal, back_to=reverse("pricing:quote", args=[quote_id]))
    return redirect("pricing:quote", quote_id)


@require_POST
@allow("pricing.write_quote")
def reject(request: HttpRequest, quote_id: int) -> HttpResponse:
    """The customer said no."""
    form = forms.RejectForm(request.POST)
    done = screens.attempt(form, lambda **data: services.reject_quote(quote_id=quote_id, actor=request.actor, **data))
    if done is None:
        return _page(request, quote_id, status=422, reject_form=form)
    return redirect("pricing:quote", quote_id)


@require_GET
@allow("orders.view_price")
def pdf(request: HttpRequest, quote_id: int) -> HttpResponse:
    """The quote as the customer receives it."""
    found = selectors.quote_of(request.actor, quote_id)
    response = HttpResponse(services.quote_pdf(found), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.number}-{found.revision}.pdf"'
    return response
