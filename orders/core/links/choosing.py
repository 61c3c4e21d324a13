"""The customer's page of what they are told by mail: kind by kind, and the one click of their mail program that stops one."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.catalogs import for_customer
from omc.lib.errors import NotFound
from omc.lib.registry import CustomerPage, registry
from orders.core.links.selectors import Opened
from orders.core.links.wishes import PAGE
from orders.core.models import Contact, Wish
from orders.core.selectors.messages import Choice, choices_of
from orders.core.services.messages.choices import OWN, choose_messages

HOLDS: Final = timedelta(days=730)  # a mail may lie that long before somebody has enough of them


@dataclass(frozen=True)
class Row:
    """One kind of message on the page, in the customer's words; ``must`` says why it is no choice."""

    key: str
    name: str
    when: str
    gets: bool
    must: str = ""


def register() -> None:
    """Called once, when Django is ready."""
    registry.customer_pages.add(
        PAGE,
        CustomerPage(
            key=PAGE,
            name=_("What they are told by mail"),
            subject=_contact,
            until=_until,
            doors={"": show, "save": save, "stop": stop},
            deeds=frozenset({"save", "stop"}),
            grants=frozenset({OWN}),
        ),
    )
    registry.pages.add(PAGE, "core:message-choices")


def _contact(company_id: int, contact_id: int) -> Contact | None:
    rows = Contact.objects.select_related("customer__company").filter(is_active=True)
    return rows.filter(pk=contact_id, customer__company_id=company_id).first()


def _until(_person: Contact) -> datetime:
    return clock.now() + HOLDS


def rows_of(contact: Contact) -> list[Row]:
    """Every kind that may reach this person, in the order of the stages."""
    return [
        Row(
            row.kind.key,
            for_customer(row.kind.name),
            for_customer(row.kind.when),
            bool(row.kind.must) or _gets(row),
            for_customer(row.kind.must) if row.kind.must else "",
        )
        for row in choices_of(contact, contact.customer.company_id)
        if row.who != "nobody"
    ]


def _gets(row: Choice) -> bool:
    return row.wish == Wish.EMAIL or (not row.wish and row.who == "all")


def show(request: HttpRequest, opened: Opened, contact: Contact) -> HttpResponse:
    """What they are told, and what they may change."""
    return _page(request, opened, contact)


def save(request: HttpRequest, opened: Opened, contact: Contact) -> HttpResponse:
    """Keep what was ticked; what nobody touched stays as it is."""
    chosen = set(request.POST.getlist("kinds"))
    wishes = {
        row.key: Wish.EMAIL if row.key in chosen else Wish.NONE
        for row in rows_of(contact)
        if not row.must and (row.key in chosen) != row.gets
    }
    choose_messages(contact_id=contact.pk, wishes=wishes, actor=_themselves(opened, contact))
    return redirect(f"{opened.path()}?saved=1")


def stop(request: HttpRequest, opened: Opened, contact: Contact) -> HttpResponse:
    """One kind no longer: asked for by a mail program, which follows no redirect."""
    kind = registry.messages.get(request.resolver_match.kwargs.get("kind", "") if request.resolver_match else "")
    if kind is None:
        raise NotFound("There is no such message.")
    choose_messages(contact_id=contact.pk, wishes={kind.key: Wish.NONE}, actor=_themselves(opened, contact))
    return _page(request, opened, contact)


def _themselves(opened: Opened, contact: Contact) -> Actor:
    """The contact as an actor, also where the link was made by hand."""
    return replace(opened.actor, contact_id=contact.pk, name=contact.name)


def _page(request: HttpRequest, opened: Opened, contact: Contact) -> HttpResponse:
    context = {
        "house": opened.company,
        "opened": opened,
        "contact": contact,
        "rows": rows_of(contact),
        "save_path": opened.path("save"),
        "saved": "saved" in request.GET or request.method == "POST",
    }
    return render(request, "orders/core/links/messages.html", context)
