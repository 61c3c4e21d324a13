"""Screens of what was learned of customers: listed, corrected, forgotten."""

from functools import partial
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orders.core import screens
from orders.core.access import allow
from orders.core.models import ProductAlias
from orders.core.views.lists import show_list
from orders.entry.inbox import services
from orders.entry.inbox.forms import NameForm, SenderForm
from orders.entry.inbox.models import KnownSender
from orders.entry.inbox.usage import Usage, usage_of_names, usage_of_senders


@require_GET
@allow("entry.write_order")
def names(request: HttpRequest) -> HttpResponse:
    """What customers call our items."""
    empty = {"hint": _("A name is learned when an order is made of a document that calls an item so.")}
    return show_list(request, "item-names", empty=empty)


@require_GET
@allow("entry.write_order")
def senders(request: HttpRequest) -> HttpResponse:
    """Who writes for which customer."""
    empty = {"hint": _("A sender is learned when an order is made of one of its documents.")}
    return show_list(request, "known-senders", empty=empty)


@require_http_methods(["GET", "POST"])
@allow("entry.write_order")
def name(request: HttpRequest, name_id: int) -> HttpResponse:
    """One name, and the item that it stands for."""
    found = ProductAlias.objects.select_related("customer", "product", "learned_by")
    row = get_object_or_404(found, pk=name_id, company_id=request.actor.company_id, customer__isnull=False)
    form = NameForm(request.POST or None, initial={"sku": row.product.sku})
    back = f"{reverse('entry:item-names')}?customer={row.customer_id}"
    if request.method == "POST" and None is not screens.attempt(
        form, partial(services.correct_name, name_id=name_id, actor=request.actor)
    ):
        return redirect(back)
    lede = _("%(customer)s calls an item of ours so.") % {"customer": row.customer}
    forget = reverse("entry:forget-name", args=[row.pk])
    return _show(request, row, form, usage_of_names([row])[row.pk], row.alias, _("Names"), lede, back, forget)


@require_http_methods(["GET", "POST"])
@allow("entry.write_order")
def sender(request: HttpRequest, sender_id: int) -> HttpResponse:
    """One sender, and the customer that it writes for."""
    found = KnownSender.objects.select_related("customer", "learned_by", "learned_from")
    row = get_object_or_404(found, pk=sender_id, company_id=request.actor.company_id)
    form = SenderForm(
        request.POST or None, company_id=request.actor.company_id, initial={"customer": row.customer.code}
    )
    back = f"{reverse('entry:known-senders')}?customer={row.customer_id}"
    if request.method == "POST" and None is not screens.attempt(
        form,
        lambda customer: services.correct_sender(sender_id=sender_id, customer_id=customer.pk, actor=request.actor),
    ):
        return redirect(back)
    lede = _("Documents from there are taken for orders of %(customer)s.") % {"customer": row.customer}
    forget = reverse("entry:forget-sender", args=[row.pk])
    return _show(
        request, row, form, usage_of_senders([row])[row.pk], row.key.partition(":")[2], _("Senders"), lede, back, forget
    )


def _show(
    request: HttpRequest, row: Any, form: Form, usage: Usage, what: str, kind: str, lede: str, back: str, forget: str
) -> HttpResponse:
    context = {
        "row": row,
        "form": form,
        "usage": usage,
        "what": what,
        "kind": kind,
        "lede": lede,
        "back": back,
        "forget": forget,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "orders/entry/inbox/learned.html", context, status=status)


@require_POST
@allow("entry.write_order")
def forget_name(request: HttpRequest, name_id: int) -> HttpResponse:
    """The name means nothing any more."""
    run = partial(services.forget_name, name_id=name_id, actor=request.actor)
    return screens.perform(request, run, back_to=reverse("entry:item-names"))


@require_POST
@allow("entry.write_order")
def forget_sender(request: HttpRequest, sender_id: int) -> HttpResponse:
    """Nobody knows any more who writes there."""
    run = partial(services.forget_sender, sender_id=sender_id, actor=request.actor)
    return screens.perform(request, run, back_to=reverse("entry:known-senders"))
