"""The buttons of the order page that belong to order entry."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from omc.lib.errors import DomainError
from orders.core import screens
from orders.core.access import allow
from orders.core.selectors.orders import order_of
from orders.entry import forms, services
from orders.entry.part_of_quote import PartOfQuoteForm
from orders.entry.services.convert_quote import PricesToChoose
from orders.entry.views.drafts import say_submitted
from orders.pricing.models import QuoteState
from orders.pricing.selectors import quote_of
from orders.pricing.services import NoPrice, QuoteOutdated, prices_today
from orders.pricing.services.quote_renewals import is_past


@require_POST
@allow("entry.write_order")
def submit(request: HttpRequest, order_id: int) -> HttpResponse:
    """Hand a draft in as it is saved."""

    def run() -> None:
        say_submitted(request, services.submit_order(order_id=order_id, actor=request.actor))

    return screens.perform(request, run, back_to=reverse("core:order", args=[order_id]))


@require_POST
@allow("entry.confirm_order")
def confirm(request: HttpRequest, order_id: int) -> HttpResponse:
    """Promise the order to the customer."""

    def run() -> None:
        order = services.confirm_order(order_id=order_id, actor=request.actor)
        promise = f"{order.current_promise:%d %b %Y}" if order.current_promise else ""
        text = _("%(order)s is confirmed for %(day)s.") if promise else _("%(order)s is confirmed.")
        messages.success(request, text % {"order": order, "day": promise})

    return screens.perform(request, run, back_to=reverse("core:order", args=[order_id]))


@require_POST
@allow("entry.write_order")
def repeat(request: HttpRequest, order_id: int) -> HttpResponse:
    """Copy the order as a new draft and open it."""
    try:
        repeated = services.repeat_order(order_id=order_id, actor=request.actor)
    except DomainError as refusal:
        return screens.refused(request, refusal, back_to=reverse("core:order", args=[order_id]))
    if repeated.left_out:
        text = _("No longer sold, and left out: %(items)s.") % {"items": ", ".join(repeated.left_out)}
        messages.warning(request, text)
    return redirect("entry:edit", repeated.order.pk)


@require_POST
@allow("entry.write_order")
def convert(request: HttpRequest, quote_id: int) -> HttpResponse:
    """Make a quote into a draft order and open it; past its day, first look at what moved."""
    try:
        order = services.convert_quote(quote_id=quote_id, actor=request.actor)
    except PricesToChoose as moved:
        messages.warning(request, moved.message)
        return redirect("entry:convert-part", quote_id)
    except QuoteOutdated as ended:
        if not request.actor.can("pricing.write_quote"):
            return screens.refused(request, ended, back_to=reverse("pricing:quote", args=[quote_id]))
        messages.warning(request, ended.message)
        return redirect("pricing:renew-quote", quote_id)
    except DomainError as refusal:
        return screens.refused(request, refusal, back_to=reverse("pricing:quote", args=[quote_id]))
    return redirect("entry:edit", order.pk)


@require_http_methods(["GET", "POST"])
@allow("entry.write_order")
def convert_part(request: HttpRequest, quote_id: int) -> HttpResponse:
    """Make some lines or quantities of a quote into a draft order; the rest stays open."""
    quote = quote_of(request.actor, quote_id)
    lines = list(quote.lines.select_related("product").order_by("position"))
    form = PartOfQuoteForm(request.POST or None, lines=lines, version=quote.event_seq)
    if request.method == "POST":
        order = screens.attempt(
            form, lambda **_data: services.convert_quote(quote_id=quote_id, actor=request.actor, **form.part())
        )
        if order is not None:
            return redirect("entry:edit", order.pk)
    if is_past(quote) and quote.state == QuoteState.ACCEPTED and request.actor.can("orders.view_price"):
        with suppress(NoPrice):  # then those that were accepted are the only ones
            form.today = prices_today(quote=quote, quantities=form.asked(), actor=request.actor)
            form.fields["prices"].required = bool(form.today.changed)
    status = 422 if request.method == "POST" else 200
    context = {"quote": quote, "form": form, "is_past": is_past(quote)}
    return render(request, "orders/entry/part_of_quote.html", context, status=status)


def _with_reason(
    title: Any, lede: Any, button: Any, run: Callable[..., Any], is_final: bool = False
) -> Callable[..., HttpResponse]:
    """A page that asks why, and then does it. ``is_final``: it cannot be undone, and its button says so."""

    def ask(request: HttpRequest, order_id: int) -> HttpResponse:
        order = order_of(request.actor, order_id)
        form = forms.ReasonForm(request.POST or None)
        if request.method == "POST" and screens.attempt(
            form, lambda reason: run(order_id=order_id, reason=reason, actor=request.actor)
        ):
            return redirect("core:order", order_id)
        context = {"order": order, "form": form, "title": title, "lede": lede, "button": button, "is_final": is_final}
        return render(request, "orders/entry/reason.html", context, status=422 if request.method == "POST" else 200)

    ask.__doc__ = str(title)
    return require_http_methods(["GET", "POST"])(ask)


back = allow("entry.write_order")(
    _with_reason(
        gettext_lazy("Back to draft"),
        gettext_lazy("The order keeps its number and can be changed and submitted again."),
        gettext_lazy("Take it back"),
        services.return_to_draft,
    )
)
cancel = allow("entry.cancel_order")(
    _with_reason(
        gettext_lazy("Cancel the order"),
        gettext_lazy("All of it is cancelled and its stock is free again. This cannot be undone."),
        gettext_lazy("Cancel the order"),
        services.cancel_order,
        is_final=True,
    )
)
cancel_rest = allow("entry.cancel_order")(
    _with_reason(
        gettext_lazy("Cancel the rest"),
        gettext_lazy("What is neither shipped nor picked is cancelled. This cannot be undone."),
        gettext_lazy("Cancel the rest"),
        services.cancel_rest,
        is_final=True,
    )
)
discard = allow("entry.write_order")(
    _with_reason(
        gettext_lazy("Discard the draft"),
        gettext_lazy("It disappears from the lists. It can still be found by its address and repeated."),
        gettext_lazy("Discard"),
        services.abandon_draft,
        is_final=True,
    )
)
