"""Screens of price questions: the list, one question, asking, what waits for a decider, and how long it takes."""

from functools import partial
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omc.lib import clock
from orders.core import screens
from orders.core.access import allow
from orders.core.models import Customer, OrderLine, Product
from orders.core.views.lists import show_list
from orders.generation.selectors import history_of
from orders.pricing.models import Quote, QuoteLine
from orders.pricing.questions import forms, selectors, services
from orders.pricing.questions import report as reports
from orders.pricing.questions.lists import about
from orders.pricing.questions.models import QuestionState


@require_GET
@allow("orders.view_price")
def questions(request: HttpRequest) -> HttpResponse:
    """Price questions; those that wait first."""
    empty = {
        "title": _("No price question waits"),
        "hint": _("Ask from an order line, a quote, a call, an item or a customer."),
    }
    return show_list(request, "price-questions", "orders/pricing/questions/questions.html", empty=empty)


@require_GET
@allow("orders.view_price")
def turns(request: HttpRequest) -> HttpResponse:
    """Who had which question in hand, and how long."""
    empty = {"hint": _("Each question begins a turn with whom it is asked of; passing it on begins another.")}
    return show_list(request, "question-turns", "orders/pricing/questions/turns.html", empty=empty)


@require_GET
@allow(selectors.DECIDE)
def to_decide(request: HttpRequest) -> HttpResponse:
    """Questions and approvals that wait, in one queue: those of the decider first, then by when they are due."""
    empty = {
        "title": _("No price waits for a decision"),
        "hint": _("Price questions and discount approvals come together here."),
    }
    return show_list(request, "prices-to-decide", "orders/pricing/questions/to_decide.html", empty=empty)


@require_GET
@allow("orders.view_price")
def question(request: HttpRequest, question_id: int) -> HttpResponse:
    """All that is needed to decide, on one screen."""
    return _page(request, question_id)


def _page(request: HttpRequest, question_id: int, status: int = 200, **refused: django_forms.Form) -> HttpResponse:
    actor = request.actor
    found = selectors.question_of(actor, question_id)
    waits = found.state == QuestionState.ASKED
    own = found.asked_by_id == actor.user_id
    decides = waits and actor.can(selectors.DECIDE) and not own
    today = clock.today(request.company.time_zone)
    context = {
        "question": found,
        "about": about(found),
        "offers": selectors.offers(found, actor),
        "paid_before": selectors.paid_before(found),
        "asked_before": selectors.asked_before(found),
        "turns": found.turns.select_related("decider", "department", "given_by").order_by("number"),
        "history": history_of(found),
        "until": clock.now() if waits else None,
        "late": (found.closed_at or clock.now()) > found.due_at,
        "may_answer": decides and found.decider_id == actor.user_id,
        "may_take": decides and found.decider_id != actor.user_id,
        "may_withdraw": waits and own,
        "may_use": found.unit_price is not None
        and found.used_at is None
        and (found.valid_until is None or found.valid_until >= today)
        and actor.can("pricing.write_quote"),
        "may_see_cost": actor.can("orders.view_cost"),
        "answer_form": forms.AnswerForm(),
        "pass_form": forms.PassForm(company_id=found.company_id, without={actor.user_id or 0, found.asked_by_id}),
    }
    return render(request, "orders/pricing/questions/question.html", context | refused, status=status)


@require_POST
@allow(selectors.DECIDE)
def answer(request: HttpRequest, question_id: int) -> HttpResponse:
    """Yes, another price, or no."""
    form = forms.AnswerForm(request.POST)
    said = request.POST.get("answer", "")
    run = partial(services.answer_question, question_id=question_id, answer=said, actor=request.actor)
    answered = screens.attempt(form, run)
    if answered is None:
        return _page(request, question_id, status=422, answer_form=form)
    put = _("Answered, and put on the draft.") if answered.used_at else _("Answered. Whoever asked is told.")
    messages.success(request, put)
    return redirect("pricing:question", question_id)


@require_POST
@allow(selectors.DECIDE)
def pass_on(request: HttpRequest, question_id: int) -> HttpResponse:
    """Pass it on to a colleague."""
    form = forms.PassForm(request.POST, company_id=request.actor.company_id, without=set())
    run = partial(services.pass_question, question_id=question_id, actor=request.actor)
    if screens.attempt(form, run) is None:
        return _page(request, question_id, status=422, pass_form=form)
    return redirect("pricing:question", question_id)


@require_POST
@allow(selectors.DECIDE)
def take_over(request: HttpRequest, question_id: int) -> HttpResponse:
    """Take a colleague's question into one's own hands."""
    actor = request.actor
    run = partial(services.pass_question, question_id=question_id, decider_id=actor.user_id or 0, actor=actor)
    return screens.perform(request, run, back_to=reverse("pricing:question", args=[question_id]))


@require_POST
@allow("pricing.write_quote")
def withdraw(request: HttpRequest, question_id: int) -> HttpResponse:
    """The asker needs no answer any more."""
    run = partial(services.withdraw_question, question_id=question_id, actor=request.actor)
    return screens.perform(request, run, back_to=reverse("pricing:question", args=[question_id]))


@require_POST
@allow("pricing.write_quote")
def use(request: HttpRequest, question_id: int) -> HttpResponse:
    """Put the answered price where it was asked for."""
    run = partial(services.use_answer, question_id=question_id, actor=request.actor)
    return screens.perform(request, run, back_to=reverse("pricing:question", args=[question_id]))


@require_http_methods(["GET", "POST"])
@allow("pricing.write_quote")
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a price; the address says what it is asked from."""
    actor = request.actor
    source, initial = _source(request)
    form = forms.AskForm(
        request.POST or None,
        initial=initial,
        actor=actor,
        usual=selectors.usual_decider(actor.company_id, actor.user_id),
    )
    if request.method == "POST":
        asked = screens.attempt(form, partial(services.ask_price, actor=actor, **source))
        if asked is not None:
            messages.success(request, _("Asked. %(name)s is told.") % {"name": asked.decider})
            return redirect("pricing:question", asked.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "orders/pricing/questions/ask.html", {"form": form}, status=status)


def _source(request: HttpRequest) -> tuple[dict[str, Any], dict[str, Any]]:
    """The document that it is asked from, and what the form says at first; what is not of the company is not there."""
    company_id = request.actor.company_id
    line = _named(request, "order_line", OrderLine.objects.filter(order__company_id=company_id))
    if line is not None:
        return {"order_id": line.order_id}, _said(line.order.customer, line)
    quoted = _named(request, "quote_line", QuoteLine.objects.filter(quote__company_id=company_id))
    if quoted is not None:
        return {"quote_id": quoted.quote_id}, _said(quoted.quote.customer, quoted)
    quote = _named(request, "quote", Quote.objects.filter(company_id=company_id))
    if quote is not None:
        lines = list(quote.lines.exclude(product=None).select_related("product")[:2])
        return {"quote_id": quote.pk}, _said(quote.customer, lines[0] if len(lines) == 1 else None)
    customer = _named(request, "customer", Customer.objects.filter(company_id=company_id))
    product = _named(request, "product", Product.objects.filter(company_id=company_id))
    return {}, {"customer": customer.code if customer else "", "sku": product.sku if product else ""}


def _said(customer: Customer, line: OrderLine | QuoteLine | None) -> dict[str, Any]:
    if line is None or line.product is None:
        return {"customer": customer.code}
    many = f"{line.typed_quantity.normalize():f}"
    return {"customer": customer.code, "sku": line.product.sku, "quantity": many, "unit": line.unit}


def _named(request: HttpRequest, name: str, rows: Any) -> Any:
    said = request.GET.get(name, "")
    return rows.filter(pk=int(said)).first() if said.isdecimal() and len(said) < 18 else None


@require_GET
@allow("orders.view_price")
def report(request: HttpRequest) -> HttpResponse:
    """How long price questions wait, through how many hands they go, and what is lost meanwhile."""
    usual = reports.usual_since(request.actor)
    form = forms.SinceForm(request.GET or None, initial={"since": usual})
    since = (form.is_valid() and form.cleaned_data["since"]) or usual
    found = reports.question_report(request.actor, since)
    return render(request, "orders/pricing/questions/report.html", {"report": found, "form": form})
