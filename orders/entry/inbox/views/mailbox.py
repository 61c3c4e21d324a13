"""The screen of the mailbox that orders are mailed to: where it is, how it goes, and what came of the latest mails."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from omc.lib.errors import DomainError
from orders.core import screens
from orders.core.access import allow
from orders.entry.inbox.forms import MailboxForm
from orders.entry.inbox.mailbox import services
from orders.entry.inbox.mailbox.models import Mailbox, MailTaken

SHOWN = 20


@require_http_methods(["GET", "POST"])
@allow("orders.manage_settings")
def mailbox(request: HttpRequest) -> HttpResponse:
    """Set the mailbox up, and see how it goes."""
    company = request.actor.company_id
    row = Mailbox.objects.filter(company_id=company).first()
    initial = {name: getattr(row, name) for name in MailboxForm.base_fields} if row else None
    form = MailboxForm(request.POST or None, initial=initial)
    if request.method == "POST" and None is not screens.attempt(
        form, lambda **data: services.save_mailbox(actor=request.actor, **data)
    ):
        messages.success(request, _("Saved."))
        return redirect("entry:mailbox")
    context = {
        "form": form,
        "box": row,
        "password_name": services.password_name(request.company),
        "has_password": bool(services.password_of(request.company)),
        "mails": MailTaken.objects.filter(company_id=company).select_related("document").order_by("-at", "-id")[:SHOWN],
        "most": services.MOST_ATTEMPTS,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "orders/entry/inbox/mailbox.html", context, status=status)


@require_POST
@allow("orders.manage_settings")
def try_it(request: HttpRequest) -> HttpResponse:
    """Log in once, and say what is there."""
    try:
        unread = services.try_mailbox(actor=request.actor)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        said = ngettext("It works: %(count)s unread mail.", "It works: %(count)s unread mails.", unread)
        messages.success(request, said % {"count": unread})
    return redirect("entry:mailbox")
