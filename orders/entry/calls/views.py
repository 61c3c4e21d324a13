"""Call mode: who is calling, what to tell them, and what comes of it. Everything works by plain forms, and by keys."""

from functools import partial
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from omc.lib.errors import DomainError
from omc.lib.registry import registry
from orders.core import screens
from orders.core.access import allow
from orders.core.models import Customer
from orders.core.views.lists import show_list
from orders.entry.calls import forms, services, showing
from orders.entry.calls.models import Call, CallState
from orders.entry.calls.selectors.answers import WhichItem
from orders.entry.calls.selectors.callers import Caller, callers_found, certain
from orders.entry.calls.selectors.calls import call_of, on_the_line, tabs

FINDER: Final = "orders/entry/calls/calls.html"
PAGE: Final = "orders/entry/calls/call.html"


@require_GET
@allow("orders.take_call")
def calls(request: HttpRequest) -> HttpResponse:
    """The field that finds the caller. Who has somebody on the line comes to that call, unless it is the ``next``."""
    current = on_the_line(request.actor)
    known = request.GET.get("customer", "")
    if current and "next" not in request.GET and not known:
        return redirect("entry:call", current.pk)
    hits: list[Caller] = []
    if known.isdigit():
        found = Customer.objects.filter(pk=known, company_id=request.actor.company_id, is_active=True)
        hits = [Caller(customer, customer.code) for customer in found]
    return render(request, FINDER, _finder(request, forms.FindForm(), hits))


@require_GET
@allow("orders.take_call")
def call_list(request: HttpRequest) -> HttpResponse:
    """All calls, the newest first."""
    return show_list(request, "calls", empty={"hint": _("Press F8 on any page when the telephone rings.")})


@require_GET
@allow("orders.take_call")
def callers(request: HttpRequest) -> HttpResponse:
    """Who the typed text may mean, as choices of the finder."""
    text = request.GET.get("q", "")[:80]
    context = {"hits": callers_found(request.actor, text), "typed": text.strip()}
    return render(request, f"{FINDER}#hits", context)


@require_POST
@allow("orders.take_call")
def start(request: HttpRequest) -> HttpResponse:
    """Take a call: of the customer that was chosen, of the only one who can be meant, or of somebody unknown."""
    return _found(request, None)


@require_POST
@allow("orders.take_call")
def name(request: HttpRequest, call_id: int) -> HttpResponse:
    """Say whose call it is."""
    return _found(request, call_of(request.actor, call_id))


def _found(request: HttpRequest, call: Call | None) -> HttpResponse:
    """Find the caller and begin the call, or ask which of several it is."""
    form = forms.FindForm(request.POST)
    typed = request.POST.get("q", "")[:80]
    chosen: dict[str, Any] = {}
    hits: list[Caller] = []
    if request.POST.get("customer", "").isdigit():
        contact = request.POST.get("contact", "")
        chosen = {
            "customer_id": int(request.POST["customer"]),
            "contact_id": int(contact) if contact.isdigit() else None,
        }
    elif call is not None or "unknown" not in request.POST:
        hits = callers_found(request.actor, typed) if form.is_valid() else []
        if (only := certain(hits)) is None:
            if form.is_valid():
                form.add_error("q", _("Several may be meant. Choose one.") if hits else _("Nobody is found by that."))
            return render(request, FINDER, _finder(request, form, hits, call), status=422)
        chosen = {"customer_id": only.customer.pk, "contact_id": only.contact.pk if only.contact else None}
    try:
        if call is None:
            call = services.start_call(found_by=typed, actor=request.actor, **chosen)
        else:
            services.name_caller(call_id=call.pk, actor=request.actor, **chosen)
    except DomainError as refusal:
        return screens.refused(request, refusal, back_to=reverse("entry:calls"))
    return redirect("entry:call", call.pk)


@require_GET
@allow("orders.take_call")
def call(request: HttpRequest, call_id: int) -> HttpResponse:
    """The call: the field that asks, the sentences to say, and what came of it."""
    return _show(request, call_of(request.actor, call_id), forms.AskForm())


@require_POST
@allow("orders.take_call")
def ask(request: HttpRequest, call_id: int) -> HttpResponse:
    """Price and date of "40 of X", told at once; several items are offered to choose from."""
    form = forms.AskForm(request.POST)
    choices: list[Any] = []

    def run(text: str, product: int | None) -> Any:
        try:
            return services.answer_question(call_id=call_id, text=text, product_id=product, actor=request.actor)
        except WhichItem as refusal:
            choices.extend(refusal.choices)
            raise

    told = screens.attempt(form, run)
    found = call_of(request.actor, call_id)
    if request.htmx:
        context = {**showing.questions(found, request.actor), "form": form, "choices": choices}
        return render(request, f"{PAGE}#answers", context, status=422 if told is None else 200)
    return redirect("entry:call", call_id) if told else _show(request, found, form, choices, status=422)


@require_POST
@allow("orders.take_call")
def notes(request: HttpRequest, call_id: int) -> HttpResponse:
    """Keep the notes; while one types they are kept by themselves."""
    form = forms.NotesForm(request.POST)
    run = partial(services.write_notes, call_id=call_id, actor=request.actor)
    if screens.attempt(form, run) is None:
        words = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return HttpResponse(words, status=422, content_type="text/plain; charset=utf-8")
    return HttpResponse(_("Kept")) if request.htmx else redirect("entry:call", call_id)


@require_POST
@allow("orders.take_call")
def park(request: HttpRequest, call_id: int) -> HttpResponse:
    """Let it wait, and be ready for the next."""
    run = partial(services.park_call, call_id=call_id, actor=request.actor)
    return screens.perform(request, run, back_to=f"{reverse('entry:calls')}?next=1")


@require_POST
@allow("orders.take_call")
def resume(request: HttpRequest, call_id: int) -> HttpResponse:
    """Take it up again."""
    run = partial(services.resume_call, call_id=call_id, actor=request.actor)
    return screens.perform(request, run, back_to=reverse("entry:call", args=[call_id]))


@require_POST
@allow("orders.take_call")
def end(request: HttpRequest, call_id: int) -> HttpResponse:
    """Hang up, and be ready for the next."""
    form = forms.EndForm(request.POST)
    ended = screens.attempt(form, partial(services.end_call, call_id=call_id, actor=request.actor))
    if ended is None:
        return _show(request, call_of(request.actor, call_id), forms.AskForm(), end=form, status=422)
    messages.success(request, _("%(call)s has ended: %(outcome)s.") % {
        "call": ended, "outcome": ended.get_outcome_display()
    })  # fmt: skip
    return redirect(f"{reverse('entry:calls')}?next=1")


@require_POST
@allow("orders.take_call")
def turn(request: HttpRequest, call_id: int, into: str) -> HttpResponse:
    """Make an order, quote, case or note of the call, and go where one works on it."""
    picked = request.POST.getlist("position")
    positions = [int(text) for text in picked if text.isdigit()] if "choose" in request.POST else None
    page = reverse("entry:call", args=[call_id])
    try:
        made = services.turn_call(call_id=call_id, into=into, positions=positions, actor=request.actor)
    except DomainError as refusal:
        return screens.refused(request, refusal, back_to=page)
    messages.success(
        request, _("The call became: %(what)s.") % {"what": str(registry.call_outcomes[into].label).lower()}
    )
    kind = made._meta.model_name
    if kind == "order":
        return redirect("entry:edit", made.pk)
    document = registry.documents.get(kind)
    return redirect(document.page, made.pk) if document and request.actor.can(document.permission) else redirect(page)


def _finder(request: HttpRequest, form: Any, hits: list[Caller], call: Call | None = None) -> dict[str, Any]:
    return {
        "form": form,
        "hits": hits,
        "typed": "",
        "tabs": tabs(request.actor),
        "naming": call,
        "calling": True,
    }


def _show(
    request: HttpRequest,
    found: Call,
    form: Any,
    choices: list[Any] | None = None,
    *,
    end: Any = None,
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    context = {
        "call": found,
        "calling": True,
        "mine": found.state != CallState.ENDED and found.taken_by_id == actor.user_id,
        "form": form,
        "choices": choices or [],
        "find": forms.FindForm(),
        "end": end or forms.EndForm(),
        "tabs": tabs(actor),
        "outcomes": [way for way in registry.call_outcomes if actor.can(way.permission)],
        **showing.questions(found, actor),
        **showing.around(found, actor),
    }
    return render(request, PAGE, context, status=status)
