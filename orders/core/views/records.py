"""Jobs, sent messages, private files, settings, hold rules, and the outbox for administrators."""

from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace, csp_update
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omc.lib.errors import NotFound
from omc.lib.registry import registry
from orders.core import forms, letters, screens
from orders.core.access import allow
from orders.core.models import Delivery, JobRun, JobState, Message, SearchEntry, Setting
from orders.core.selectors.companies import settings_in_force
from orders.core.selectors.documents import file_of
from orders.core.selectors.messages import messages_seen
from orders.core.services import bulk, companies, deliveries, jobs, printing
from orders.core.views.lists import show_list


@require_GET
@allow("orders.view_jobs")
def job_list(request: HttpRequest) -> HttpResponse:
    """Long jobs, the newest first."""
    empty = {"hint": _("Forecasts, profit bridges and imports appear here while and after they run.")}
    return show_list(request, "jobs", empty=empty)


@require_GET
@allow("member")
def job(request: HttpRequest, job_id: int) -> HttpResponse:
    """How far a job is; a fragment for the poll while it runs."""
    run = JobRun.objects.filter(pk=job_id, company_id=request.actor.company_id).select_related("started_by").first()
    if run is None:
        raise NotFound(f"There is no job {job_id}.")
    running = run.status in (JobState.QUEUED, JobState.RUNNING)
    may_run = run.kind in jobs.KINDS and request.actor.can(jobs.KINDS[run.kind][0])
    context: dict[str, Any] = {"run": run, "running": running, "may_run": may_run}
    # As pairs: a template takes "result.items" for what a result calls so.
    context |= {"inputs": list(run.inputs.items()), "results": list((run.result or {}).items())}
    if run.kind in (bulk.JOB, printing.JOB) and run.result:
        context["outcome"] = bulk.Outcome(**run.result)
        has_file = run.kind == printing.JOB and run.result["done"] and run.started_by_id == request.actor.user_id
        context["file_url"] = reverse("core:printed", args=[run.pk]) if has_file else ""
    if request.htmx and not running:
        response = render(request, "orders/core/job.html#progress", context, status=286)
        response["HX-Refresh"] = "true"
        return response
    return render(request, "orders/core/job.html#progress" if request.htmx else "orders/core/job.html", context)


@require_POST
@allow("member")
def cancel_job(request: HttpRequest, job_id: int) -> HttpResponse:
    """Ask a job to stop."""
    back = reverse("core:job", args=[job_id])
    return screens.perform(request, lambda: jobs.cancel_job(job_id=job_id, actor=request.actor), back_to=back)


@require_POST
@allow("member")
def rerun_job(request: HttpRequest, job_id: int) -> HttpResponse:
    """Run an ended job once more."""
    back = reverse("core:job", args=[job_id])
    return screens.perform(request, lambda: jobs.rerun_job(job_id=job_id, actor=request.actor), back_to=back)


@require_GET
@allow("orders.view_sent")
def sent(request: HttpRequest) -> HttpResponse:
    """Every message that left, or waits to, the newest first."""
    empty = {"hint": _("Acknowledgements, quotes and invoices appear here as they leave.")}
    return show_list(request, "sent", "orders/core/sent.html", empty=empty)


@require_GET
@allow("orders.view_price")
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # it is typed for views without arguments
def message(request: HttpRequest, message_id: int) -> HttpResponse:
    """One message as it left, with its attachments; the letter itself stands in a frame of its own."""
    row = _message(request, message_id)
    about = SearchEntry.objects.filter(
        company_id=request.actor.company_id, kind=row.subject_type, object_id=row.subject_id
    ).first()
    context = {
        "message_row": row,
        "about": about if about and request.actor.can(about.permission) else None,
        "again": row.sent_again.select_related("sent_by").order_by("id"),
    }
    return render(request, "orders/core/message.html", context)


@require_GET
@allow("orders.view_price")
@xframe_options_sameorigin
@csp_replace({"default-src": [NONE], "script-src": [NONE], "style-src": [UNSAFE_INLINE], "frame-ancestors": [SELF]})  # type: ignore[arg-type]
def letter(request: HttpRequest, message_id: int) -> HttpResponse:
    """The letter alone, as a mail program shows it: its look stands in it, so this page alone allows that."""
    return HttpResponse(letters.letter(_message(request, message_id)))


def _message(request: HttpRequest, message_id: int) -> Message:
    row = (
        messages_seen(request.actor)
        .filter(pk=message_id)
        .select_related("company", "customer", "order", "again_of", "sent_by")
        .prefetch_related("attachments")
        .first()
    )
    if row is None:
        raise NotFound(f"There is no message {message_id}.")
    return row


@require_GET
@allow("member")
def attachment(request: HttpRequest, attachment_id: int) -> FileResponse:
    """A private file, for members of its company who may see prices, and for who put it there."""
    row = file_of(attachment_id, request.actor)
    return FileResponse(row.file.open("rb"), as_attachment=True, filename=row.filename, content_type=row.content_type)


@require_http_methods(["GET", "POST"])
@allow("orders.manage_settings")
def settings(request: HttpRequest) -> HttpResponse:
    """What is set, what it means, and how to change it from now on."""
    form = forms.SettingForm(request.POST or None)
    if request.method == "POST" and None is not screens.attempt(
        form, lambda **data: companies.change_setting(actor=request.actor, **data)
    ):
        return redirect("core:settings")
    values = settings_in_force(request.actor.company_id, registry.settings.keys())
    rows = [
        {"kind": kind, "value": _said(values[kind.key]), "default": _said(kind.default)} for kind in registry.settings
    ]
    history = (
        Setting.objects.filter(company_id=request.actor.company_id).select_related("changed_by").order_by("-id")[:20]
    )
    labels = {kind.key: kind.label for kind in registry.settings}
    for row in history:
        row.label, row.said = labels.get(row.key, row.key), _said(row.value)
    context: dict[str, Any] = {"rows": rows, "form": form, "history": history}
    return render(request, "orders/core/settings.html", context, status=422 if request.method == "POST" else 200)


def _said(value: Any) -> Any:
    return value if not isinstance(value, bool) else _("yes") if value else _("no")


@require_GET
@allow("orders.manage_outbox")
def outbox(request: HttpRequest) -> HttpResponse:
    """What could not be delivered, with the error, and what waits."""
    rows = (
        Delivery.objects.filter(company_id=request.actor.company_id, attempts__gt=0)
        .select_related("event")
        .order_by("-parked", "due_at")
    )
    if request.GET.get("parked"):
        rows = rows.filter(parked=True)
    waiting = Delivery.objects.filter(company_id=request.actor.company_id, parked=False)
    return render(request, "orders/core/outbox.html", {"rows": rows[:200], "waiting": waiting[:1001].count()})


@require_POST
@allow("orders.manage_outbox")
def retry_delivery(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Try a parked delivery again now."""
    return screens.perform(
        request,
        lambda: deliveries.retry(delivery_id=delivery_id, actor=request.actor),
        back_to=reverse("core:outbox"),
    )
