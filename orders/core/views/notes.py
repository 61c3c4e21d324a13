"""What people say about any document, who watches it, and what one was told."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omc.lib.errors import InvalidInput
from orders.core import forms, screens
from orders.core.access import allow
from orders.core.selectors import documents
from orders.core.selectors.paging import keyset
from orders.core.services import notes as services
from orders.core.services.files import MOST_AT_ONCE, keep_files, uploaded

PAGE = "orders/core/notes.html"


@require_http_methods(["GET", "POST"])
@allow("orders.write_note")
def notes(request: HttpRequest, subject_type: str, subject_id: int) -> HttpResponse:
    """The notes on a document; a POST writes one."""
    found = documents.document_of(subject_type, subject_id, request.actor)
    form = forms.NoteForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if screens.attempt(
            form,
            lambda **data: services.write_note(
                subject_type=subject_type, subject_id=subject_id, actor=request.actor, **data
            ),
        ):
            if not request.htmx:
                return redirect(f"{found.url}#notes")
            form = forms.NoteForm()
        else:
            status = 422
    return _show(request, found, form, status)


@require_POST
@allow("orders.write_note")
def files(request: HttpRequest, subject_type: str, subject_id: int) -> HttpResponse:
    """Put files on a document."""
    found = documents.document_of(subject_type, subject_id, request.actor)
    sent = request.FILES.getlist("files")[: MOST_AT_ONCE + 1]  # one too many is refused without reading the rest
    try:
        keep_files(
            subject_type=subject_type,
            subject_id=subject_id,
            files=[uploaded(file) for file in sent],
            actor=request.actor,
        )
    except InvalidInput as refusal:
        return _show(request, found, forms.NoteForm(), 422, wrong_files=refusal.message)
    return _show(request, found, forms.NoteForm()) if request.htmx else redirect(f"{found.url}#notes")


def _show(
    request: HttpRequest, found: documents.Found, form: forms.NoteForm, status: int = 200, wrong_files: str = ""
) -> HttpResponse:
    watchers = documents.watchers_of(found)
    context = {
        "found": found,
        "form": form,
        "notes": documents.notes_on(found)[: documents.NOTES],
        "files": [
            (row, documents.may_open(row, request.actor)) for row in documents.files_on(found)[: documents.FILES]
        ],
        "watchers": watchers,
        "watching": any(user.pk == request.actor.user_id for user in watchers),
        "wrong_files": wrong_files,
    }
    return render(request, f"{PAGE}#panel" if request.htmx else PAGE, context, status=status)


@require_POST
@allow("orders.write_note")
def watch(request: HttpRequest, subject_type: str, subject_id: int) -> HttpResponse:
    """Hear of it, or no more."""
    found = documents.document_of(subject_type, subject_id, request.actor)
    step = services.stop_watching if request.POST.get("stop") else services.watch
    step(subject_type=subject_type, subject_id=subject_id, actor=request.actor)
    return _show(request, found, forms.NoteForm()) if request.htmx else redirect(found.url)


@require_GET
@allow("orders.write_note")
def people(request: HttpRequest) -> JsonResponse:
    """Colleagues to mention, by the first letters."""
    rows = documents.people(request.actor, request.GET.get("q", "").strip()[:40])
    return JsonResponse({"people": [{"username": user.username, "name": str(user)} for user in rows]})


@require_GET
@allow("member")
def bell(request: HttpRequest) -> HttpResponse:
    """How much one was told and has not read; 304 while that is the same."""
    count = documents.unread_count(request.actor)
    etag = f'"{request.actor.company_id}-{request.actor.user_id}-{count}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified()
    response = render(request, "orders/core/bell.html", {"unread": count})
    response["ETag"], response["Cache-Control"] = etag, "no-store"
    return response


@require_GET
@allow("member")
def notifications(request: HttpRequest) -> HttpResponse:
    """What one was told, the newest first."""
    rows = documents.notifications_of(request.actor)
    unread_only = bool(request.GET.get("unread"))
    if unread_only:
        rows = rows.filter(read_at__isnull=True)
    context = {"page": keyset(rows, request.GET), "unread_only": unread_only}
    context["unread"] = documents.unread_count(request.actor)
    return render(request, "orders/core/notifications.html", context)


@require_POST
@allow("member")
def read_all(request: HttpRequest) -> HttpResponse:
    """Everything is seen."""
    services.mark_all_read(actor=request.actor)
    return redirect(reverse("core:notifications"))
