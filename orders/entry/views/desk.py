"""The order desk: what waits, a new order, files of orders."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from omc.lib.errors import DomainError
from orders.core.access import allow
from orders.core.master.selectors import lacking
from orders.core.models import Customer
from orders.core.selectors.orders import hold_names
from orders.core.selectors.paging import capped_count, keyset
from orders.entry import forms, services
from orders.entry.selectors import desk
from orders.entry.selectors.lookup import customers_found
from orders.pricing.services import start_quote


@require_GET
@allow("orders.view_order")
def home(request: HttpRequest) -> HttpResponse:
    """Submitted orders that wait to be confirmed, the oldest first; or the drafts, the newest first."""
    chosen = "drafts" if request.GET.get("list") == "drafts" else "waiting"
    waiting, drafts = desk.waiting(request.actor), desk.drafts(request.actor)
    if chosen == "drafts":
        page = keyset(drafts, request.GET, order=("-id",))
    else:
        page = keyset(waiting.filter(submitted_at__isnull=False), request.GET, order=("submitted_at", "id"))
    holds = hold_names([order.pk for order in page.rows])
    for order in page.rows:
        order.hold_names = holds.get(order.pk, [])
    context = {
        "chosen": chosen,
        "page": page,
        "waiting_count": capped_count(waiting),
        "draft_count": capped_count(drafts),
        "may_see_price": request.actor.can("orders.view_price"),
    }
    return render(request, "orders/entry/home.html", context)


@require_http_methods(["GET", "POST"])
@allow("entry.write_order")
def new(request: HttpRequest) -> HttpResponse:
    """Say who orders; the draft opens with what the customer is used to."""

    def start(customer: Customer) -> HttpResponse:
        return redirect("entry:edit", services.start_order(customer_id=customer.pk, actor=request.actor).pk)

    return _for_whom(request, start, is_quote=False)


@require_http_methods(["GET", "POST"])
@allow("pricing.write_quote")
def new_quote(request: HttpRequest) -> HttpResponse:
    """Say who asks; the draft quote opens in the grid."""

    def start(customer: Customer) -> HttpResponse:
        return redirect("entry:quote", start_quote(customer_id=customer.pk, actor=request.actor).pk)

    return _for_whom(request, start, is_quote=True)


def _for_whom(request: HttpRequest, start: Callable[[Customer], HttpResponse], *, is_quote: bool) -> HttpResponse:
    initial = {}
    known = request.GET.get("customer", "")
    if known.isdigit():
        customer = Customer.objects.filter(pk=known, company_id=request.actor.company_id).first()
        initial = {"customer": customer.code} if customer else {}
    form = forms.CustomerForm(request.POST or None, initial=initial)
    candidates: list[Customer] = []
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["customer"]
        candidates = customers_found(request.actor, typed)
        exact = [found for found in candidates if found.code.upper() == typed.strip().upper()]
        if chosen := exact or (candidates if len(candidates) == 1 else []):
            try:
                return start(chosen[0])
            except DomainError as refusal:
                form.add_error("customer", refusal.message)
        elif candidates:
            form.add_error("customer", _("Several customers match. Choose one."))
        else:
            form.add_error("customer", _("No active customer is called that."))
    context = {"form": form, "candidates": candidates, "is_quote": is_quote}
    context["lacking"] = lacking(request.actor, "customer", "product")
    return render(request, "orders/entry/new.html", context, status=422 if request.method == "POST" else 200)


@require_GET
@allow("orders.view_order")
def customers(request: HttpRequest) -> HttpResponse:
    """Customers that the typed text may mean, as a list of hits."""
    hits = customers_found(request.actor, request.GET.get("q", "")[:80])
    return render(request, "orders/entry/hits.html#customers", {"hits": hits})
