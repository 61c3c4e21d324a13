"""The button that makes an order of a planned release."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from omc.lib.errors import DomainError
from orders.core import screens
from orders.core.access import allow
from orders.entry.releases.services import order_release
from orders.pricing.agreements.services import ReleaseOrderedAlready


@require_POST
@allow("entry.write_order")
def order(request: HttpRequest, release_id: int) -> HttpResponse:
    """Make the order and open it; whoever comes second is led to the one that was made."""
    try:
        made = order_release(release_id=release_id, actor=request.actor)
    except ReleaseOrderedAlready as refusal:
        messages.info(request, refusal.message)
        return redirect("core:order", refusal.data["order_id"])
    except DomainError as refusal:
        return screens.refused(request, refusal, back_to=reverse("pricing:planned-release", args=[release_id]))
    if made.priced_elsewhere:
        text = _("Not at this agreement's price, but at another one in force: %(items)s.")
        messages.warning(request, text % {"items": ", ".join(made.priced_elsewhere)})
    return redirect("entry:edit", made.order.pk)
