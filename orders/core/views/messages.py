"""The words of messages, what each contact wants, and messages that are sent once more."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omc.lib.errors import DomainError, NotFound
from omc.lib.registry import Wording
from orders.core import letters, message_forms, screens
from orders.core.access import allow
from orders.core.links.selectors import link_panel
from orders.core.links.wishes import PAGE
from orders.core.message_kinds import kind_of, placeholders_of, setting_of, who_of
from orders.core.models import Contact, MessageWording
from orders.core.selectors import messages as reads
from orders.core.selectors.companies import setting
from orders.core.services import companies, messages
from orders.core.services.messages.wordings import refuse_unreadable

LANGUAGE_NAMES = {"en": "English", "de": "Deutsch"}


@require_GET
@allow("orders.manage_settings")
def kinds(request: HttpRequest) -> HttpResponse:
    """Every kind of message: when it leaves, who gets it, and its words per language."""
    rows = [
        {
            "row": row,
            "who": who_of(row.kind)[row.who],
            "words": [(code, LANGUAGE_NAMES.get(code, code), number) for code, number in row.versions.items()],
        }
        for row in reads.kinds_of(request.actor.company_id)
    ]
    return render(request, "orders/core/message_kinds.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@allow("orders.manage_settings")
def wording(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """Write the words of a message, and see how they read on a real document while one types."""
    actor, declared = request.actor, kind_of(kind, language)
    in_force = reads.wording_in_force(actor.company_id, declared, language)
    form = message_forms.WordingForm(request.POST or None, initial={"subject": in_force.subject, "body": in_force.body})
    typed, status = in_force, 200
    if request.method == "POST":
        typed = Wording(request.POST.get("subject", ""), request.POST.get("body", ""))
        if "save" in request.POST:
            saved = screens.attempt(form, lambda **data: _save(kind, language, data, actor))
            if saved is not None:
                return redirect("core:message-wording", kind, language)
            status = 422
    context: dict[str, Any] = {"form": form, "kind": declared, "language": language}
    context |= {"language_name": LANGUAGE_NAMES.get(language, language), "languages": _languages(declared.wordings)}
    context |= _preview(request, declared, language, typed)
    if request.htmx:
        return render(request, "orders/core/message_wording.html#preview", context)
    versions = MessageWording.objects.filter(company_id=actor.company_id, kind=kind, language=language)
    context |= {
        "placeholders": placeholders_of(declared),
        "versions": versions.select_related("written_by").order_by("-number")[:50],
        "first": declared.wordings[language],
        "who": setting(actor.company_id, setting_of(declared)),
        "choices": who_of(declared).items(),
    }
    return render(request, "orders/core/message_wording.html", context, status=status)


def _save(kind: str, language: str, data: dict[str, Any], actor: Any) -> Any:
    data.pop("number", None)
    return messages.save_wording(kind=kind, language=language, actor=actor, **data)


def _languages(wordings: Any) -> list[tuple[str, str]]:
    return [(code, LANGUAGE_NAMES.get(code, code)) for code in wordings]


def _preview(request: HttpRequest, kind: Any, language: str, typed: Wording) -> dict[str, Any]:
    number = request.POST.get("number", "")
    try:
        refuse_unreadable(kind, typed.subject.strip(), typed.body.strip())
    except DomainError as refusal:
        return {"refusal": refusal.message}
    shown = reads.preview(request.company, kind, language, typed, number)
    parts = letters.parts_of(shown.said.body)
    return {"shown": shown, "parts": parts, "not_found": bool(number.strip()) and shown.document is None}


@require_POST
@allow("orders.manage_settings")
def restore(request: HttpRequest, kind: str, language: str, number: int) -> HttpResponse:
    """Put an earlier version in force again."""
    return screens.perform(
        request,
        lambda: messages.restore_wording(kind=kind, language=language, number=number, actor=request.actor),
        back_to=reverse("core:message-wording", args=[kind, language]),
    )


@require_POST
@allow("orders.manage_settings")
def who(request: HttpRequest, kind: str) -> HttpResponse:
    """Say who gets a kind of message from now on."""
    declared = kind_of(kind)
    value = request.POST.get("value", "")
    return screens.perform(
        request,
        lambda: companies.change_setting(key=setting_of(declared), value=value, actor=request.actor),
        back_to=reverse("core:message-wording", args=[kind, next(iter(declared.wordings))]),
    )


@require_http_methods(["GET", "POST"])
@allow("orders.view_order")
def choices(request: HttpRequest, contact_id: int) -> HttpResponse:
    """What a contact is told by e-mail, kind by kind."""
    actor = request.actor
    contact = (
        Contact.objects.select_related("customer").filter(pk=contact_id, customer__company_id=actor.company_id).first()
    )
    if contact is None:
        raise NotFound(f"There is no contact {contact_id}.")
    rows = reads.choices_of(contact, actor.company_id)
    form = message_forms.MessageChoiceForm(request.POST or None, choices=rows)
    if request.method == "POST" and None is not screens.attempt(
        form, lambda **wishes: messages.choose_messages(contact_id=contact_id, wishes=wishes, actor=actor)
    ):
        return redirect("core:customer", contact.customer_id)
    context = {"contact": contact, "form": form, "may_change": actor.can("orders.tell_customer")}
    context["link_panel"] = link_panel(PAGE, contact.pk, actor)
    context["fields"] = [(row, form[row.kind.key]) for row in rows]
    status = 422 if request.method == "POST" else 200
    return render(request, "orders/core/message_choices.html", context, status=status)


@require_POST
@allow("orders.tell_customer")
def resend(request: HttpRequest, message_id: int) -> HttpResponse:
    """Send a message again as it was, to its address or another."""
    return screens.perform(
        request,
        lambda: messages.resend_message(
            message_id=message_id, recipient=request.POST.get("recipient", ""), actor=request.actor
        ),
        back_to=reverse("core:message", args=[message_id]),
    )


@require_POST
@allow("orders.tell_customer")
def retry(request: HttpRequest, message_id: int) -> HttpResponse:
    """Try a failed message again now."""
    return screens.perform(
        request,
        lambda: messages.retry_message(message_id=message_id, actor=request.actor),
        back_to=reverse("core:message", args=[message_id]),
    )
