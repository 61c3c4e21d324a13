"""The order inbox: what came in, one document beside its proposal, and the ways in."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omc.lib.errors import DomainError, InvalidInput, StaleVersion
from orders.core import screens
from orders.core.access import allow
from orders.core.views.lists import show_list
from orders.entry.inbox import forms, selectors, services
from orders.entry.inbox.answering import answers_of
from orders.entry.inbox.machines import WAITING
from orders.entry.inbox.models import DocumentState, Door, InboxDocument
from orders.entry.inbox.showing import HeaderDoubt, LineRow, header_doubts, original_lines, rows_of

PAGE: Final = "orders/entry/inbox/document.html"
MOST_FILES: Final = 50


@require_GET
@allow("entry.write_order")
def inbox(request: HttpRequest) -> HttpResponse:
    """Documents by filter; those that wait, the oldest first."""
    if not request.GET and not request.htmx:
        return redirect(f"{reverse('entry:inbox')}?state=waiting")
    empty: dict[str, Any] = {"hint": _("Drop a customer's mail, PDF, spreadsheet or EDI file here, or paste its text.")}
    if request.GET.dict() == {"state": "waiting"}:
        empty |= {
            "title": _("Nothing waits to be read"),
            "url": "?view=all",
            "action": _("All documents"),
            "calm": True,
        }
    return show_list(
        request,
        "inbox",
        "orders/entry/inbox/inbox.html",
        empty=empty,
        upload=forms.UploadForm(),
        oldest=selectors.oldest_waiting(request.actor),
        waiting=selectors.waiting_count(request.actor),
    )


@require_GET
@allow("entry.write_order")
def count(request: HttpRequest) -> HttpResponse:
    """How many documents wait; 304 while that is the same."""
    waiting = selectors.waiting_count(request.actor)
    etag = f'"inbox-{request.actor.company_id}-{waiting}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified()
    response = HttpResponse(f"{waiting}" if waiting < 100 else "99+")
    response["ETag"], response["Cache-Control"] = etag, "no-store"
    return response


@require_POST
@allow("entry.write_order")
def upload(request: HttpRequest) -> HttpResponse:
    """Take files in; each is taken or refused by itself. One alone opens at once."""
    form = forms.UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        for said in form.errors.get("documents", [_("Choose a file.")]):
            messages.error(request, str(said))
        return redirect("entry:inbox")
    taken: list[InboxDocument] = []
    files = form.cleaned_data["documents"]
    for file in files[:MOST_FILES]:
        try:
            if file.size > services.LARGEST_BYTES:
                raise InvalidInput(_("The file is larger than 10 MB."))
            taken.append(
                services.receive_document(
                    content=file.read(), filename=file.name, again=form.cleaned_data["again"], actor=request.actor
                )
            )
        except DomainError as refusal:
            messages.error(request, f"{file.name}: {refusal.message}")
    if len(files) > MOST_FILES:
        messages.error(request, _("Only the first 50 files were taken."))
    if len(taken) == 1 and len(files) == 1:
        return redirect("entry:inbox-document", taken[0].pk)
    if taken:
        said = ngettext("%(count)s document was taken in.", "%(count)s documents were taken in.", len(taken))
        messages.success(request, said % {"count": len(taken)})
    return redirect("entry:inbox")


@require_http_methods(["GET", "POST"])
@allow("entry.write_order")
def paste(request: HttpRequest) -> HttpResponse:
    """Paste anything: what is pasted becomes a document like the others, and its proposal opens."""
    form = forms.PasteForm(request.POST or None, company_id=request.actor.company_id)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        taken = screens.attempt(form, lambda **_data: _pasted(request, data))
        if taken is not None:
            return redirect("entry:inbox-document", taken.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "orders/entry/inbox/paste.html", {"form": form}, status=status)


def _pasted(request: HttpRequest, data: dict[str, Any]) -> InboxDocument:
    first = next((" ".join(row.split()) for row in data["text"].splitlines() if row.strip()), "")
    found: InboxDocument = services.receive_document(
        content=data["text"].encode(),
        filename=f"“{first[:60]}”",
        door=Door.PASTE,
        customer_id=data["customer"].pk if data["customer"] else None,
        again=data["again"],
        actor=request.actor,
    )
    return found


@require_http_methods(["GET", "POST"])
@allow("entry.write_order")
def document(request: HttpRequest, document_id: int) -> HttpResponse:
    """The original and the proposal beside each other. POST keeps what was put right; ``do=order`` makes the order."""
    found = selectors.document_of(request.actor, document_id)
    if request.method == "GET":
        return _show(request, found, forms.HeaderForm(document=found))
    form = forms.HeaderForm(request.POST, document=found)
    edits, errors = forms.line_edits(request.POST)
    if not form.is_valid() or errors:
        refusal: DomainError = InvalidInput(_("Some of it cannot be read. Look at what is marked."))
        return _refused(request, document_id, form, refusal, errors, edits)
    try:
        _save(request, document_id, form, edits)
    except DomainError as refused:
        return _refused(request, document_id, form, refused, {}, edits)
    if request.POST.get("do") != "order":
        messages.success(request, _("Kept."))
        return redirect("entry:inbox-document", document_id)
    try:
        order = services.make_order(document_id=document_id, actor=request.actor)
    except DomainError as refused:
        fresh = selectors.document_of(request.actor, document_id)
        return _show(request, fresh, forms.HeaderForm(document=fresh), refusal=refused)
    messages.success(request, _("The draft is made. The document stays with it."))
    return redirect("entry:edit", order.pk)


def _save(request: HttpRequest, document_id: int, form: forms.HeaderForm, edits: list[services.LineEdit]) -> None:
    data = form.cleaned_data
    version = request.POST.get("version", "")
    services.save_proposal(
        document_id=document_id,
        customer_id=data["customer"].pk if data["customer"] else None,
        customer_po=data["customer_po"],
        requested_date=data["requested_date"],
        ship_to_id=data["ship_to_id"],
        header_checked=data["header_checked"],
        lines=edits,
        version=int(version) if version.isdigit() else None,
        actor=request.actor,
    )


def _refused(
    request: HttpRequest,
    document_id: int,
    form: forms.HeaderForm,
    refusal: DomainError,
    errors: dict[int, dict[str, str]],
    edits: list[services.LineEdit],
) -> HttpResponse:
    if refusal.field in form.fields:
        form.add_error(refusal.field, refusal.message)
    found = selectors.document_of(request.actor, document_id)
    sent = {name: request.POST.getlist(name) for name in forms.CELLS}
    return _show(request, found, form, refusal=refusal, sent=sent, errors=errors, edits=edits)


def _show(
    request: HttpRequest,
    found: InboxDocument,
    form: forms.HeaderForm,
    *,
    refusal: DomainError | None = None,
    sent: dict[str, list[str]] | None = None,
    errors: dict[int, dict[str, str]] | None = None,
    edits: list[services.LineEdit] | None = None,
) -> HttpResponse:
    actor = request.actor
    open_now = found.state in (DocumentState.READ, DocumentState.PROPOSED)
    rows: list[LineRow] = rows_of(found, refusal, sent, errors or {}, edits)
    doubts: list[HeaderDoubt] = header_doubts(found)
    context = {
        "document": found,
        "form": form,
        "rows": rows,
        "doubts": doubts,
        "refusal": refusal,
        "is_open": open_now,
        "waits": found.state in WAITING,
        "original": original_lines(found),
        "file": selectors.original_of(found),
        "parts": selectors.siblings_of(found),
        "people": selectors.people_at_the_desk(actor.company_id) if found.state in WAITING else [],
        "mend_form": forms.MendForm(initial={"text": found.mended or found.text}),
        "aside_form": forms.AsideForm(),
        "may_see_price": actor.can("orders.view_price"),
        "may_override": actor.can("pricing.override_price"),
        "may_bring_back": found.state == DocumentState.SET_ASIDE
        or (found.order is not None and found.order.state == "abandoned"),
        "answers": answers_of(found, actor),
        "history": selectors.history_of_document(found),
    }
    status = 200 if refusal is None else 412 if isinstance(refusal, StaleVersion) else 422
    return render(request, PAGE, context, status=status)


def _button(verb: Callable[..., Any]) -> Callable[..., HttpResponseBase]:
    """A door for a verb that needs nothing but the document."""

    @require_POST
    @allow("entry.write_order")
    def door(request: HttpRequest, document_id: int) -> HttpResponse:
        back = reverse("entry:inbox-document", args=[document_id])
        return screens.perform(request, partial(verb, document_id=document_id, actor=request.actor), back_to=back)

    return door


read_again = _button(services.read_document)
bring_back = _button(services.bring_back)


@require_POST
@allow("entry.write_order")
def answer(request: HttpRequest, document_id: int, key: str) -> HttpResponse:
    """Write an answer for the customer's program now."""
    return screens.perform(
        request,
        partial(services.answer_document, document_id=document_id, answer=key, actor=request.actor),
        back_to=reverse("entry:inbox-document", args=[document_id]) + "#answers",
    )


@require_POST
@allow("entry.write_order")
def assign(request: HttpRequest, document_id: int) -> HttpResponse:
    """Take it on, or give it to a colleague."""
    chosen = request.POST.get("user", "")
    back = reverse("entry:inbox-document", args=[document_id])
    run = partial(
        services.assign_document,
        document_id=document_id,
        user_id=int(chosen) if chosen.isdigit() else None,
        actor=request.actor,
    )
    return screens.perform(request, run, back_to=back)


@require_POST
@allow("entry.write_order")
def mend(request: HttpRequest, document_id: int) -> HttpResponse:
    """Read a text that somebody put right, in place of what the document holds."""
    form = forms.MendForm(request.POST)
    done = screens.attempt(form, partial(services.mend_document, document_id=document_id, actor=request.actor))
    if done is None:
        said = " ".join(str(word) for errors in form.errors.values() for word in errors)
        messages.error(request, said)
    return redirect("entry:inbox-document", document_id)


@require_POST
@allow("entry.write_order")
def aside(request: HttpRequest, document_id: int) -> HttpResponse:
    """Put it away, saying why."""
    form = forms.AsideForm(request.POST)
    done = screens.attempt(form, partial(services.set_aside, document_id=document_id, actor=request.actor))
    if done is None:
        messages.error(request, " ".join(str(word) for errors in form.errors.values() for word in errors))
        return redirect("entry:inbox-document", document_id)
    messages.success(request, _("Set aside."))
    return redirect("entry:inbox")
