"""Who is told what, and in which words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import translation

from omc.lib.actor import Actor
from omc.lib.registry import MessageKind, Wording, registry
from orders.core.message_kinds import placeholders_of, setting_of
from orders.core.models import Company, Contact, Customer, Message, MessageChoice, MessageWording, Wish
from orders.core.selectors.companies import setting, settings_in_force
from orders.core.speech import greeting
from orders.core.wording import fill


def messages_seen(actor: Actor) -> QuerySet[Message]:
    """The messages that the actor may see: not those of kinds that ask for a permission of their own."""
    hidden = [kind.key for kind in registry.messages if kind.permission and not actor.can(kind.permission)]
    rows = Message.objects.filter(company_id=actor.company_id)
    return rows.exclude(template__in=hidden) if hidden else rows


@dataclass(frozen=True)
class Recipients:
    """Who gets a message; ``declined`` would have got it and chose not to."""

    contacts: list[Contact]
    declined: Contact | None = None


def recipients_of(kind: MessageKind, customer: Customer, contact: Contact | None) -> Recipients:
    """Whom a kind of message about a document goes to: the document's contact (else the customer's main one), and
    whoever asked for it."""
    who = setting(customer.company_id, setting_of(kind))
    if who == "nobody":
        return Recipients([])
    people = list(customer.contacts.filter(is_active=True).exclude(email="").order_by("-is_primary", "id"))
    wishes = dict(MessageChoice.objects.filter(contact__in=people, kind=kind.key).values_list("contact_id", "wish"))
    asked = [person for person in people if wishes.get(person.pk) == Wish.EMAIL]
    if who == "asked" or not people:
        return Recipients(asked)
    main = next((person for person in people if contact is not None and person.pk == contact.pk), people[0])
    others = [person for person in asked if person.pk != main.pk]
    if wishes.get(main.pk) == Wish.NONE:
        return Recipients(others, declined=main)
    return Recipients([main, *others])


def wording_in_force(company_id: int, kind: MessageKind, language: str) -> Wording:
    """The words of a message: the newest version, else those the program came with."""
    row = (
        MessageWording.objects.filter(company_id=company_id, kind=kind.key, language=language)
        .order_by("-number")
        .first()
    )
    return Wording(row.subject, row.body) if row else kind.wordings[language]


@dataclass(frozen=True)
class Said:
    """A message in its final words."""

    subject: str
    body: str


def said(wording: Wording, values: Mapping[str, str]) -> Said:
    """The words with everything filled in."""
    return Said(" ".join(fill(wording.subject, values).split()), fill(wording.body, values))


def common_values(company: Company, customer: Customer | None, name: str) -> dict[str, str]:
    """What every message may say, in the language that is active."""
    return {"greeting": greeting(name), "customer": customer.name if customer else "", "company": company.name}


@dataclass(frozen=True)
class Preview:
    """How words would read: on a real document, or on the examples while there is none."""

    said: Said
    document: Any = None


def preview(company: Company, kind: MessageKind, language: str, wording: Wording, number: str = "") -> Preview:
    """How these words read for the document of that number, else for the latest one."""
    document = kind.find(company.pk, number.strip())
    with translation.override(language):
        if document is None:
            return Preview(said(wording, {item.name: item.example for item in placeholders_of(kind)}))
        order, customer = getattr(document, "order", None), getattr(document, "customer", None)
        if customer is None:
            return Preview(said(wording, {**common_values(company, None, ""), **kind.values(document)}), document)
        contact = getattr(document, "contact", None) or (order.contact if order else None)
        found = recipients_of(kind, customer, contact)
        people = [*found.contacts, *([found.declined] if found.declined else []), *([contact] if contact else [])]
        values = common_values(company, customer, people[0].name if people else "")
        return Preview(said(wording, {**values, **kind.values(document)}), document)


@dataclass(frozen=True)
class KindRow:
    """A kind of message as the list of them shows it: who gets it, and which version of its words per language."""

    kind: MessageKind
    who: str
    versions: dict[str, int]


def kinds_of(company_id: int) -> list[KindRow]:
    """Every kind in the order of the stages; version 0 is the words the program came with."""
    kinds = sorted(registry.messages, key=lambda kind: kind.stage)
    who = settings_in_force(company_id, [setting_of(kind) for kind in kinds])
    newest: dict[tuple[str, str], int] = {}
    rows = MessageWording.objects.filter(company_id=company_id).order_by("number")
    for key, language, number in rows.values_list("kind", "language", "number"):
        newest[key, language] = number
    return [
        KindRow(kind, who[setting_of(kind)], {one: newest.get((kind.key, one), 0) for one in kind.wordings})
        for kind in kinds
    ]


@dataclass(frozen=True)
class Choice:
    """What one contact gets of one kind: the wish on record, if any, and the company's usual way.

    ``chosen`` is the row of the wish; one that nobody of us wrote is the contact's own, by their page.
    """

    kind: MessageKind
    wish: str
    who: str
    chosen: MessageChoice | None = None


def choices_of(contact: Contact, company_id: int) -> list[Choice]:
    """Every kind that people get, with the contact's wish."""
    chosen = {row.kind: row for row in contact.message_choices.select_related("written_by")}
    return [
        Choice(row.kind, chosen[row.kind.key].wish if row.kind.key in chosen else "", row.who, chosen.get(row.kind.key))
        for row in kinds_of(company_id)
        if row.kind.for_people
    ]


def told_last(company_id: int, order_id: int, fact: str) -> Any:
    """What the customer was last told of a fact of an order; None when never."""
    row = Message.objects.filter(company_id=company_id, order_id=order_id, told__has_key=fact).order_by("-id").first()
    return row.told[fact] if row and row.told else None


@dataclass(frozen=True)
class Told:
    """A contact with the names of the kinds that they asked for, or do not want."""

    contact: Contact
    asked: list[str]
    declined: list[str]


def told_at(customer: Customer) -> list[Told]:
    """Who at a customer can be written to, and what each of them chose, in two queries."""
    people = customer.contacts.filter(is_active=True).exclude(email="").prefetch_related("message_choices")
    return [
        Told(person, _named(person, Wish.EMAIL), _named(person, Wish.NONE))
        for person in people.order_by("-is_primary", "id")
    ]


def _named(person: Contact, wish: str) -> list[str]:
    chosen = {choice.kind for choice in person.message_choices.all() if choice.wish == wish}
    return [str(kind.name) for kind in sorted(registry.messages, key=lambda kind: kind.stage) if kind.key in chosen]
