"""Screens of stage 10: cases, one case with its steps, and follow-ups."""

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omc.lib import clock
from omc.lib.actor import Actor
from orders.core import screens
from orders.core.access import allow
from orders.core.selectors.orders import order_of
from orders.core.views.lists import show_list
from returns.claims.selectors import history_of, one_return
from returns.postsales import forms, rules, selectors, services
from returns.postsales.models import Case, CaseState

PAGE = "returns/postsales/case.html"
OPEN = (CaseState.NEW, CaseState.ASSIGNED, CaseState.WAITING_CUSTOMER, CaseState.WAITING_INTERNAL)
UNDER_WAY = OPEN[1:]
STEPS: dict[str, tuple[tuple[str, ...], type[django_forms.Form]]] = {
    "assign": (OPEN, forms.AssignForm),
    "reply": (OPEN, forms.ReplyForm),
    "wait": (UNDER_WAY, forms.WaitForm),
    "resolve": (UNDER_WAY, forms.ResolveForm),
    "close": ((CaseState.RESOLVED,), forms.CloseForm),
    "reopen": ((CaseState.RESOLVED, CaseState.CLOSED), forms.ReopenForm),
}


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None


@require_GET
@allow("postsales.view_case")
def cases(request: HttpRequest) -> HttpResponse:
    """Cases by state, owner and text; everything that was asked stays in the address."""
    may_open = request.actor.can("postsales.open_case")
    empty = {"hint": _("Cases appear here once customer service opens them.")}
    if may_open:
        empty = {
            "hint": _("What a customer asks or complains about becomes a case."),
            "url": reverse("postsales:open"),
            "action": _("Open a case"),
        }
    return show_list(request, "cases", "returns/postsales/cases.html", empty=empty, may_open=may_open)


@require_http_methods(["GET", "POST"])
@allow("postsales.open_case")
def open_case(request: HttpRequest) -> HttpResponse:
    """Write down what a customer wants; ``?order=`` or ``?return=`` says what it is about."""
    actor = request.actor
    order_id, return_id = _number(request.GET.get("order")), _number(request.GET.get("return"))
    order = order_of(actor, order_id) if order_id else None
    claim = one_return(return_id, actor) if return_id else None
    form = forms.CaseForm(request.POST or None, actor=actor, known=bool(order or claim))
    if request.method == "POST":
        made = screens.attempt(
            form,
            lambda **data: services.open_case(
                actor=actor, order_id=order.pk if order else None, return_id=claim.pk if claim else None, **data
            ),
        )
        if made is not None:
            return redirect("postsales:case", made.pk)
    customer = order.customer if order else claim.customer if claim else None
    context = {"form": form, "order": order, "claim": claim, "customer": customer}
    status = 422 if request.method == "POST" else 200
    return render(request, "returns/postsales/case_form.html", context, status=status)


@require_GET
@allow("postsales.view_case")
def case_page(request: HttpRequest, case_id: int) -> HttpResponse:
    """What was said in a case, and the steps that are next."""
    return render(request, PAGE, _context(request, selectors.one_case(case_id, request.actor)))


@require_POST
@allow("postsales.work_case")
def assign(request: HttpRequest, case_id: int) -> HttpResponse:
    return _step(request, case_id, "assign", services.assign_case)


@require_POST
@allow("postsales.work_case")
def reply(request: HttpRequest, case_id: int) -> HttpResponse:
    return _step(request, case_id, "reply", services.reply_case)


@require_POST
@allow("postsales.work_case")
def wait(request: HttpRequest, case_id: int) -> HttpResponse:
    return _step(request, case_id, "wait", services.wait_for)


@require_POST
@allow("postsales.work_case")
def resolve(request: HttpRequest, case_id: int) -> HttpResponse:
    return _step(request, case_id, "resolve", services.resolve_case)


@require_POST
@allow("postsales.work_case")
def close(request: HttpRequest, case_id: int) -> HttpResponse:
    return _step(request, case_id, "close", services.close_case)


@require_POST
@allow("postsales.work_case")
def reopen(request: HttpRequest, case_id: int) -> HttpResponse:
    return _step(request, case_id, "reopen", services.reopen_case)


@require_GET
@allow("postsales.view_case")
def follow_ups(request: HttpRequest) -> HttpResponse:
    """Follow-ups that are owed, the earliest first; or those done."""
    done, may_work = bool(request.GET.get("done")), request.actor.can("postsales.work_case")
    empty = {
        "title": _("Nothing is owed"),
        "hint": _("Deliveries to customers of class A and B plan a call by themselves."),
    }
    if may_work:
        empty |= {"url": reverse("postsales:plan"), "action": _("Plan a follow-up")}
    template = "returns/postsales/follow_ups.html"
    return show_list(request, "follow-ups", template, empty=empty, done=done, may_work=may_work)


@require_http_methods(["GET", "POST"])
@allow("postsales.work_case")
def plan_follow_up(request: HttpRequest) -> HttpResponse:
    """Owe a customer a call; ``?order=`` or ``?case=`` says after what."""
    actor = request.actor
    order_id, case_id = _number(request.GET.get("order")), _number(request.GET.get("case"))
    order = order_of(actor, order_id) if order_id else None
    case = selectors.one_case(case_id, actor) if case_id else None
    form = forms.FollowUpForm(request.POST or None, actor=actor, known=bool(order or case))
    if request.method == "POST":
        about: dict[str, Any] = {"case_id": case.pk} if case else {"order_id": order.pk} if order else {}
        made = screens.attempt(form, lambda **data: services.plan_follow_up(actor=actor, **about, **data))
        if made is not None:
            return redirect("postsales:case", case.pk) if case else redirect("postsales:follow-ups")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "order": order, "case": case}
    return render(request, "returns/postsales/follow_up_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
@allow("postsales.work_case")
def complete_follow_up(request: HttpRequest, follow_up_id: int) -> HttpResponse:
    """Say what came of a follow-up."""
    follow_up = selectors.one_follow_up(follow_up_id, request.actor)
    form = forms.OutcomeForm(request.POST or None)
    if request.method == "POST":
        done = screens.attempt(
            form,
            lambda **data: services.complete_follow_up(follow_up_id=follow_up_id, actor=request.actor, **data),
        )
        if done is not None:
            return redirect("postsales:follow-ups")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "follow_up": follow_up}
    return render(request, "returns/postsales/follow_up_done.html", context, status=status)


def _step(request: HttpRequest, case_id: int, step: str, service: Callable[..., Any]) -> HttpResponse:
    """Run the step's form through its service; a refusal shows the page again with the reason at its field."""
    case = selectors.one_case(case_id, request.actor)
    form = _form(step, request.actor, request.POST)
    done = screens.attempt(form, lambda **data: service(case_id=case_id, actor=request.actor, **data))
    if done is not None:
        return redirect(reverse("postsales:case", args=[case_id]))
    return render(request, PAGE, _context(request, case, {step: form}), status=422)


def _form(step: str, actor: Actor, data: Any = None) -> django_forms.Form:
    kind = STEPS[step][1]
    return kind(data, actor=actor) if kind is forms.AssignForm else kind(data)


def _standing(case: Case) -> str:
    return rules.reply_standing(
        due_at=case.reply_due_at,
        replied_at=case.first_reply_at,
        now=clock.now(),
        ended=case.state in selectors.ENDED,
    )


def _words(form: django_forms.Form) -> list[str]:
    """Why a step was refused, for a page that does not offer it any more."""
    return [str(word) for words in form.errors.values() for word in words]


def _context(request: HttpRequest, case: Case, refused: dict[str, django_forms.Form] | None = None) -> dict[str, Any]:
    actor = request.actor
    offered = {step for step, (states, _) in STEPS.items() if case.state in states and actor.can("postsales.work_case")}
    return {
        "case": case,
        "messages_said": selectors.messages_of(case),
        "forms": {step: _form(step, actor) for step in offered} | (refused or {}),
        "offered": offered,
        "not_offered": [word for step, form in (refused or {}).items() if step not in offered for word in _words(form)],
        "standing": _standing(case),
        "history": history_of(case),
        "follow_ups": selectors.follow_up_rows(actor).filter(case=case).order_by("done_at", "due_on"),
        "is_open": case.state not in selectors.ENDED,
        "may_work": actor.can("postsales.work_case"),
        "now": clock.now(),
    }
