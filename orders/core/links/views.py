"""The one door of all customers' pages, and what our people do about links."""

from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from omc.lib import clock
from omc.lib.errors import DomainError
from omc.lib.registry import registry
from omc.lib.request import address_of
from orders.core import screens
from orders.core.access import allow, allow_anyone
from orders.core.links import selectors, services, throttle
from orders.core.links.refusals import in_customers_words
from orders.core.models import CustomerLink
from orders.core.speech import spoken


@require_http_methods(["GET", "HEAD", "POST"])
@allow_anyone("the address is signed, for one page of one document, and ends")
def open_link(request: HttpRequest, token: str, door: str = "") -> HttpResponse:
    """The page behind a signed address, in the customer's language and time."""
    sender = address_of(request)
    posts = request.method == "POST"
    if throttle.was_too_much("stranger", sender) or throttle.is_too_much("deed" if posts else "look", sender):
        return _kept_private(render(request, "orders/core/links/too_often.html", status=429))
    link = selectors.link_of(token)
    if link is None:
        throttle.is_too_much("stranger", sender)
        return _kept_private(_gone(request, None))
    company = link.company
    with (
        clock.running_ahead(company.clock_offset),
        timezone.override(ZoneInfo(company.time_zone)),
        translation.override(spoken(link.customer.language)),
    ):
        return _kept_private(_show(request, link, door))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@allow_anyone("the address is signed, for one person and kind of message; mail programs send no token of ours")
def stop_message(request: HttpRequest, token: str, kind: str) -> HttpResponseBase:
    """The one click of a mail program (RFC 8058); whoever opens the address in a browser chooses on the page."""
    if request.method == "POST" and request.POST.get("List-Unsubscribe") == "One-Click":
        return open_link(request, token, "stop")
    return redirect("core:link", token)


def _show(request: HttpRequest, link: CustomerLink, door: str) -> HttpResponse:
    page = registry.customer_pages.get(link.page)
    subject = page.subject(link.company_id, link.subject_id) if page and selectors.holds(link) else None
    view = page.doors.get(door) if page else None
    if page is None or subject is None or view is None or (door in page.deeds) != (request.method == "POST"):
        return _gone(request, link)
    opened = selectors.Opened(link, selectors.customers_actor(link), by_staff=request.user.is_authenticated)
    if opened.by_staff and door in page.deeds:
        return render(request, "orders/core/links/looking_on.html", _frame(link, back=opened.path()), status=403)
    try:
        response: HttpResponse = view(request, opened, subject)
    except DomainError as refusal:
        context = _frame(link, refusal=in_customers_words(refusal), back=opened.path())
        return render(request, "orders/core/links/refused.html", context, status=refusal.status)
    return response


def _gone(request: HttpRequest, link: CustomerLink | None) -> HttpResponse:
    """The same answer whatever is wrong. Who to ask is told only to those who had a link of ours."""
    return render(request, "orders/core/links/gone.html", _frame(link) if link else {}, status=404)


def _frame(link: CustomerLink, **more: object) -> dict[str, object]:
    return {"house": link.company, **more}


def _kept_private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    if response.status_code == 429:
        response["Retry-After"] = "60"
    return response


@require_POST
@allow("orders.tell_customer")
def make(request: HttpRequest, page: str, subject_id: int) -> HttpResponse:
    """A new address for a customer's page."""
    return screens.perform(
        request,
        lambda: services.make_link(page=page, subject_id=subject_id, actor=request.actor),
        back_to=_page_of(page, subject_id),
    )


@require_POST
@allow("orders.tell_customer")
def withdraw(request: HttpRequest, page: str, subject_id: int) -> HttpResponse:
    """The address of a customer's page opens no more."""
    return screens.perform(
        request,
        lambda: services.withdraw_link(page=page, subject_id=subject_id, actor=request.actor),
        back_to=_page_of(page, subject_id),
    )


def _page_of(page: str, subject_id: int) -> str:
    name = registry.pages.get(page)
    return reverse(name, args=[subject_id]) + "#customer-link" if name else "/"
