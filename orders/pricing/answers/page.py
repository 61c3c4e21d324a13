"""The customer's page of a quote: read it, accept it, decline it, ask. Each goes through the verbs that we use."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from omc.lib.catalogs import for_customer
from omc.lib.errors import DomainError, InvalidInput
from orders.core.links.refusals import for_customers
from orders.core.links.selectors import Opened
from orders.core.screens import attempt
from orders.pricing import services
from orders.pricing.answers import forms
from orders.pricing.answers.selectors import offer_of
from orders.pricing.answers.services import ask_question
from orders.pricing.models import Quote, QuoteState

_TAKES = re.compile(r"quantity-(\d{1,18})", re.ASCII)
_MOST = Decimal(10) ** 12
SETTLED = (QuoteState.ACCEPTED, QuoteState.CONVERTED)


def show(request: HttpRequest, opened: Opened, quote: Quote) -> HttpResponse:
    """The quote as it is, and what the customer may do."""
    return _page(request, opened, quote)


def pdf(request: HttpRequest, opened: Opened, quote: Quote) -> HttpResponse:
    """The quote on paper."""
    response = HttpResponse(services.quote_pdf(quote), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{quote.number}-{quote.revision}.pdf"'
    return response


def accept(request: HttpRequest, opened: Opened, quote: Quote) -> HttpResponse:
    """The customer accepts; pressed twice, or by two people, it is accepted once."""
    form = forms.AcceptForm(request.POST)
    chosen = [int(pk) for pk in request.POST.getlist("lines") if pk.isascii() and pk.isdigit()]
    lines = chosen if "choice" in request.POST else None
    typed = {
        int(named[1]): str(text).strip() for name, text in request.POST.items() if (named := _TAKES.fullmatch(name))
    }
    again = partial(
        _page, request, opened, quote, accept_form=form, chosen=chosen if lines is not None else None, typed=typed
    )
    if not form.is_valid():
        return again()
    try:
        quantities = _numbers(typed)
        for_customers(services.accept_quote)(
            quote_id=quote.pk, actor=opened.actor, lines=lines, quantities=quantities, **form.cleaned_data
        )
    except DomainError as refusal:
        quote.refresh_from_db()
        if quote.state not in SETTLED:
            form.add_error(None, refusal.message)
            return again()
    return redirect(opened.path())


def _numbers(typed: Mapping[int, str]) -> dict[int, Decimal]:
    """How much of each line; an empty box is all of it. Raises: InvalidInput"""
    found = {}
    for line_id, text in typed.items():
        if not text:
            continue
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number) >= _MOST:
            raise InvalidInput(for_customer("“%(text)s” is no quantity.") % {"text": text[:20]}, field="quantities")
        found[line_id] = number
    return found


def decline(request: HttpRequest, opened: Opened, quote: Quote) -> HttpResponse:
    """The customer says no, and why."""
    form = forms.DeclineForm(request.POST)
    reasons = dict(forms.THEIR_REASONS)
    if form.is_valid() and form.cleaned_data["reason"] in reasons and quote.state == QuoteState.REJECTED:
        return redirect(opened.path())  # pressed twice
    done = attempt(
        form, lambda **said: for_customers(services.reject_quote)(quote_id=quote.pk, actor=opened.actor, **said)
    )
    return redirect(opened.path()) if done else _page(request, opened, quote, decline_form=form)


def ask(request: HttpRequest, opened: Opened, quote: Quote) -> HttpResponse:
    """The customer asks something."""
    form = forms.QuestionForm(request.POST)
    asked = attempt(form, lambda **said: for_customers(ask_question)(quote_id=quote.pk, actor=opened.actor, **said))
    return redirect(f"{opened.path()}#asked") if asked else _page(request, opened, quote, ask_form=form)


def _page(
    request: HttpRequest,
    opened: Opened,
    quote: Quote,
    *,
    chosen: list[int] | None = None,
    typed: Mapping[int, str] | None = None,
    **refused: django_forms.Form,
) -> HttpResponse:
    who = {"name": opened.contact.name} if opened.contact else {}
    context: dict[str, Any] = {
        "house": opened.company,
        "opened": opened,
        "offer": offer_of(quote, opened, typed),
        "chosen": chosen,
        "accept_form": forms.AcceptForm(initial=who),
        "decline_form": forms.DeclineForm(initial=who),
        "ask_form": forms.QuestionForm(initial=who),
        "paths": {door: opened.path(door) for door in ("accept", "decline", "ask", "pdf")},
    }
    status = 422 if refused else 200
    return render(request, "orders/pricing/answers/page.html", context | refused, status=status)
