"""What the inbox reads: documents, whose they are, what their lines stand for, and what we would ask for it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import Min, Prefetch, Q, QuerySet
from django.db.models.functions import Upper

from omc.accounts.models import User
from omc.accounts.roles import ROLES
from omc.lib.actor import Actor
from omc.lib.errors import DomainError, NotFound
from omc.lib.prepared import Prepared
from orders.core.models import Attachment, Customer, Membership, Product, ProductAlias, ProductUnit
from orders.core.selectors.companies import today
from orders.entry.inbox.machines import WAITING
from orders.entry.inbox.models import InboxDocument, InboxLine, KnownSender
from orders.entry.inbox.rules.matching import Match, choose_by_words, company_words, host_of, squeezed
from orders.entry.inbox.rules.shapes import Sender
from orders.generation.selectors import Happening, history_of
from orders.pricing.selectors import price_of, rate_of

MOST_SEARCHED: Final = 200  # names that are looked for by words; more are left to a person
NEAR: Final = 25  # candidates per name


def document_list(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[InboxDocument]:
    """Documents of the company that meet the filters: text, state ("waiting" is all that wait), kind, whose."""
    rows = InboxDocument.objects.filter(company_id=actor.company_id).select_related("customer", "assignee", "order")
    rows = rows.defer("text", "mended")
    state = filters.get("state")
    if state == "waiting":
        rows = rows.filter(state__in=WAITING)
    elif state:
        rows = rows.filter(state=state)
    if filters.get("kind"):
        rows = rows.filter(kind=filters["kind"])
    if filters.get("whose") == "mine":
        rows = rows.filter(assignee_id=actor.user_id)
    elif filters.get("whose") == "nobody":
        rows = rows.filter(assignee__isnull=True)
    if filters.get("customer"):
        rows = rows.filter(customer_id=filters["customer"])
    if text := str(filters.get("text") or "").strip():
        rows = rows.filter(
            Q(filename__icontains=text)
            | Q(customer_po__istartswith=text)
            | Q(customer__code__istartswith=text)
            | Q(customer__name__icontains=text)
            | Q(sender__email__icontains=text)
            | Q(sender__name__icontains=text)
        )
    return rows


def document_of(actor: Actor, document_id: int) -> InboxDocument:
    """One document of the company with its lines.

    Raises: NotFound
    """
    lines = InboxLine.objects.select_related("product").order_by("position")
    found = (
        InboxDocument.objects.filter(pk=document_id, company_id=actor.company_id)
        .select_related("company", "customer", "assignee", "order", "job", "copy_of", "whole", "received_by")
        .prefetch_related(Prefetch("lines", lines))
        .first()
    )
    if found is None:
        raise NotFound(f"There is no document {document_id} in the inbox.", document_id=document_id)
    return found


def waiting_count(actor: Actor) -> int:
    """How many documents wait, up to 100."""
    return InboxDocument.objects.filter(company_id=actor.company_id, state__in=WAITING).order_by()[:100].count()


def oldest_waiting(actor: Actor) -> datetime | None:
    """When the document came in that has waited longest."""
    rows = InboxDocument.objects.filter(company_id=actor.company_id, state__in=WAITING)
    found: datetime | None = rows.aggregate(oldest=Min("received_at"))["oldest"]
    return found


_OF_ORDER = Prepared(
    lambda gaps: (
        InboxDocument.objects.filter(company_id=gaps.company, order_id=gaps.order)
        .defer("text", "mended")
        .order_by("id")
    )
)


def documents_of_order(order_id: int, actor: Actor) -> list[InboxDocument]:
    """The documents that an order was made from."""
    return _OF_ORDER.rows(company=actor.company_id, order=order_id)


# Whose it is -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Who:
    """The customer that a sender stands for, how sure, and why."""

    customer_id: int | None = None
    sure: int = 0
    why: str = ""


def sender_keys(sender: Sender) -> list[str]:
    """What a sender is known by, the most telling first."""
    edi = sender.edi_id.strip().strip(":")
    keys = [f"edi:{edi.upper()}"] if edi else []
    if sender.email:
        keys.append(f"mail:{sender.email.lower()}")
    if name := company_words(sender.name):
        keys.append(f"name:{name}")
    return [key[:200] for key in keys]


def customer_of_sender(company_id: int, sender: Sender, code: str = "") -> Who:
    """Whose document it is: a code that it states, what was learned, its mail address, tax number, host, name."""
    active = Customer.objects.filter(company_id=company_id, is_active=True, is_cash=False)
    if code and (found := _only(active.filter(code__iexact=code.strip()))):
        return Who(found, 100, "The document states the customer's code.")
    keys = sender_keys(sender)
    known = dict(
        KnownSender.objects.filter(company_id=company_id, key__in=keys, customer__is_active=True).values_list(
            "key", "customer_id"
        )
    )
    for key in keys:
        if key in known:
            return Who(known[key], 70 if key.startswith("name:") else 100, f"Known from earlier orders ({key}).")
    return _by_what_we_know(active, sender)


def _by_what_we_know(active: QuerySet[Customer], sender: Sender) -> Who:
    edi = sender.edi_id.rpartition(":")[2].strip()
    if edi and (found := _only(active.filter(code__iexact=edi))):
        return Who(found, 95, "Its EDI id is the customer's code.")
    if sender.tax_id and (found := _only(active.filter(tax_registration__iexact=sender.tax_id))):
        return Who(found, 95, "The tax number is the customer's.")
    if sender.email:
        if found := _only(active.filter(contacts__email__iexact=sender.email)):
            return Who(found, 100, "A contact of the customer has this mail address.")
        host = host_of(sender.email)
        if host and (found := _only(active.filter(contacts__email__iendswith=f"@{host}"))):
            return Who(found, 70, f"A contact of the customer writes from {host} too.")
    if words := company_words(sender.name):
        named = Q()
        for word in words.split()[:6]:
            named &= Q(name__icontains=word)
        same = [pk for pk, name in active.filter(named).values_list("pk", "name")[:50] if company_words(name) == words]
        if len(same) == 1:
            return Who(same[0], 75, "Only the name is the same.")
        if found := _only(active.filter(contacts__name__iexact=sender.name.strip())):
            return Who(found, 60, "A contact of the customer has this name.")
    return Who(
        why="Nobody knows this sender yet."
        if sender_keys(sender) or sender.tax_id
        else "The document does not say who it is from."
    )


def _only(customers: QuerySet[Customer]) -> int | None:
    """The one that is found; None when there are none or several."""
    found = list(customers.values_list("pk", flat=True).order_by("pk").distinct()[:2])
    return found[0] if len(found) == 1 else None


# What its lines stand for ----------------------------------------------------------------------------------------------


def match_items(company_id: int, customer_id: int | None, lines: Sequence[tuple[Sequence[str], str]]) -> list[Match]:
    """The item that each line's names (and description) stand for. A constant number of queries.

    Sure are only SKU, barcode and names that somebody wrote down or confirmed; the rest is for a person to look at.
    """
    names = {name.strip() for called, _ in lines for name in called if name.strip()}
    exact = _by_sku(company_id, names)
    _add(exact, _by_alias(company_id, customer_id, names))
    _add(exact, _by_barcode(company_id, names - exact.keys()))
    _add(exact, _squeezed_alike(company_id, names - exact.keys()))
    missing = [n for n, (called, _) in enumerate(lines) if not any(name.strip() in exact for name in called)]
    by_words = _by_words(company_id, {n: lines[n][1] or " ".join(lines[n][0]) for n in missing[:MOST_SEARCHED]})
    return [
        _best([exact[name.strip()] for name in called if name.strip() in exact])
        or by_words.get(number, Match(why="No item is called that." if called else "It names no item."))
        for number, (called, _) in enumerate(lines)
    ]


def _best(found: Sequence[Match]) -> Match | None:
    """The surest; unsure when the names of one line lead to different items."""
    if not found:
        return None
    best = max(found, key=lambda match: match.sure)
    if any(match.product_id != best.product_id and match.sure >= 90 for match in found):
        return Match(best.product_id, 50, "Its numbers belong to different items.")
    return best


def _add(known: dict[str, Match], more: Mapping[str, Match]) -> None:
    for name, match in more.items():
        if name not in known or match.sure > known[name].sure:
            known[name] = match


def _active(company_id: int) -> QuerySet[Product]:
    return Product.objects.filter(company_id=company_id, is_active=True)


def _by_sku(company_id: int, names: Collection[str]) -> dict[str, Match]:
    upper = {name.upper() for name in names}
    rows = _active(company_id).annotate(upper=Upper("sku")).filter(upper__in=upper).values_list("upper", "pk")
    found = dict(rows)
    return {name: Match(found[name.upper()], 100) for name in names if name.upper() in found}


def _by_alias(company_id: int, customer_id: int | None, names: Collection[str]) -> dict[str, Match]:
    whose = Q(customer=None) | Q(customer_id=customer_id) if customer_id else Q(customer=None)
    rows = (
        ProductAlias.objects.annotate(upper=Upper("alias"))
        .filter(whose, company_id=company_id, upper__in={name.upper() for name in names}, product__is_active=True)
        .order_by("customer_id")  # the customer's own number first
        .values_list("upper", "product_id", "customer_id")
    )
    found: dict[str, Match] = {}
    for upper, product_id, owner in rows:
        found.setdefault(upper, Match(product_id, 100 if owner else 90, "" if owner else "A general name of the item."))
    return {name: found[name.upper()] for name in names if name.upper() in found}


def _by_barcode(company_id: int, names: Collection[str]) -> dict[str, Match]:
    codes = {name for name in names if name.isdigit() and len(name) >= 8}
    if not codes:
        return {}
    products = _active(company_id).filter(barcode__in=codes).values_list("barcode", "pk")
    packs = ProductUnit.objects.filter(
        barcode__in=codes, product__company_id=company_id, product__is_active=True
    ).values_list("barcode", "product_id")
    ids: dict[str, set[int]] = defaultdict(set)
    for code, product_id in [*products, *packs]:
        ids[code].add(product_id)
    return {code: Match(next(iter(found)), 95, "By its barcode.") for code, found in ids.items() if len(found) == 1}


_SQUEEZED = """
SELECT regexp_replace(upper(sku), '[^[:alnum:]]', '', 'g') AS code, min(id), count(*)
FROM orders_product WHERE company_id = %s AND is_active
AND regexp_replace(upper(sku), '[^[:alnum:]]', '', 'g') = ANY(%s) GROUP BY 1
"""


def _squeezed_alike(company_id: int, names: Collection[str]) -> dict[str, Match]:
    """SKUs that only differ in dashes, dots and spaces."""
    codes = {name: squeezed(name) for name in names if len(squeezed(name)) >= 3}
    if not codes:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_SQUEEZED, [company_id, list(set(codes.values()))])
        found = {code: product_id for code, product_id, count in cursor.fetchall() if count == 1}
    why = "Our number is written a little differently."
    return {name: Match(found[code], 85, why) for name, code in codes.items() if code in found}


# The nearest names by trigram, from the index on upper(name).
_NEAR = """
SELECT asked.place, near.id, near.name
FROM unnest(%s::integer[], %s::text[]) AS asked(place, said)
CROSS JOIN LATERAL (
    SELECT p.id, p.name FROM orders_product p
    WHERE p.company_id = %s AND p.is_active AND asked.said <%% upper(p.name)
    ORDER BY word_similarity(asked.said, upper(p.name)) DESC, p.id LIMIT %s
) near
"""


def _by_words(company_id: int, asked: Mapping[int, str]) -> dict[int, Match]:
    said = {place: text.strip()[:100] for place, text in asked.items() if len(text.strip()) > 2}
    if not said:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', '0.3', true)")
        upper = [text.upper() for text in said.values()]
        cursor.execute(_NEAR, [list(said), upper, company_id, NEAR])
        near: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for place, product_id, name in cursor.fetchall():
            near[place].append((product_id, name))
    return {place: choose_by_words(text, near[place]) for place, text in said.items()}


def packs_of(product_ids: Iterable[int]) -> dict[int, dict[str, Decimal]]:
    """The units that items are also sold in, with their stock units."""
    packs: dict[int, dict[str, Decimal]] = defaultdict(dict)
    rows = ProductUnit.objects.filter(product_id__in=set(product_ids)).order_by("factor", "unit")
    for product_id, unit, factor in rows.values_list("product_id", "unit", "factor"):
        packs[product_id][unit] = factor
    return packs


def our_prices(document: InboxDocument, lines: Sequence[InboxLine]) -> dict[int, Decimal]:
    """What we ask per unit of each line (by its id), in the customer's currency, at its quantity today."""
    customer = document.customer
    wanted: dict[int, Decimal] = {}
    for line in lines:
        if line.product_id and line.quantity and line.factor and not line.left_out:
            wanted[line.product_id] = max(wanted.get(line.product_id, Decimal(0)), line.quantity * line.factor)
    if customer is None or not wanted:
        return {}
    day = today(document.company)
    try:
        rate = rate_of(document.company_id, customer.currency, day)
    except DomainError:  # no rate: there is no price to compare with
        return {}
    prices = price_of(
        company_id=document.company_id,
        customer=customer,
        quantities=wanted,
        currency=customer.currency,
        currency_rate=rate,
        on=day,
    )
    return {
        line.pk: prices[line.product_id].unit_price * line.factor
        for line in lines
        if line.product_id in prices and line.factor
    }


def people_at_the_desk(company_id: int) -> QuerySet[User]:
    """Who may make orders of documents, by name."""
    roles = [role for role, permissions in ROLES.items() if "entry.write_order" in permissions and role != "admin"]
    members = Membership.objects.filter(company_id=company_id, roles__overlap=roles, user__is_active=True)
    return User.objects.filter(pk__in=members.values("user_id")).order_by("full_name", "username")


def original_of(document: InboxDocument) -> Attachment | None:
    """The file as it came."""
    return (
        Attachment.objects.filter(
            company_id=document.company_id,
            subject_type="inboxdocument",
            subject_id=document.whole_id or document.pk,
            sha256=document.sha256,
            message=None,
        )
        .order_by("id")
        .first()
    )


def siblings_of(document: InboxDocument) -> list[InboxDocument]:
    """The other orders of the same file."""
    whole = document.whole_id or document.pk
    rows = InboxDocument.objects.filter(Q(pk=whole) | Q(whole_id=whole), company_id=document.company_id)
    return list(
        rows.exclude(pk=document.pk).only("pk", "filename", "part", "state", "customer_po").order_by("part")[:200]
    )


def history_of_document(document: InboxDocument) -> list[Happening]:
    """What happened to it, oldest first."""
    return history_of(document)
