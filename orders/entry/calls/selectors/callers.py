"""Who is calling: customers by name, code, PO, number of any document, item or telephone number, from one field."""

from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db.models import F, Func, Max, Value
from django.utils.translation import gettext as _

from omc.lib.actor import Actor
from omc.lib.registry import registry
from orders.core.models import Contact, Customer, Order, Product, SearchEntry
from orders.core.selectors.search import found as search
from orders.entry.calls.rules import PHONE_TAIL, phone_digits, same_tail
from orders.entry.selectors.lookup import customers_found

HITS: Final = 8
LOOKED_AT: Final = 12  # of what search finds
NOBODY: Final = "customer", "item"  # customers are looked up by themselves, items lead to who buys them


@dataclass(frozen=True, slots=True)
class Caller:
    """A customer who may be calling. ``why`` says what was found; ``exact`` that nothing else can be meant."""

    customer: Customer
    why: str = ""
    contact: Contact | None = None
    exact: bool = False


def callers_found(actor: Actor, text: str) -> list[Caller]:
    """Who may be meant, the likeliest first, each customer once. A bounded number of queries."""
    typed = " ".join(text.split())[:80]
    if not typed:
        return []
    found: dict[int, Caller] = {}
    sources = (_by_phone, _by_name, _by_document) if phone_digits(typed) else (_by_name, _by_document)
    for source in sources:
        for caller in source(actor, typed):
            if len(found) < HITS:
                found.setdefault(caller.customer.pk, caller)
    return list(found.values())


def certain(callers: list[Caller]) -> Caller | None:
    """The one who must be meant: the only one found, or the only one found by an exact name."""
    exact = [caller for caller in callers if caller.exact]
    if len(exact) == 1:
        return exact[0]
    return callers[0] if len(callers) == 1 else None


def _by_phone(actor: Actor, typed: str) -> list[Caller]:
    wanted = phone_digits(typed)
    digits = Func(F("phone"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace")
    rows = (
        Contact.objects.filter(customer__company_id=actor.company_id, customer__is_active=True)
        .exclude(phone="")
        .annotate(digits=digits)
        .filter(digits__endswith=wanted[-PHONE_TAIL:])
        .select_related("customer")[: HITS * 4]
    )
    best = sorted(rows, key=lambda contact: -same_tail(contact.digits, wanted))
    return [
        Caller(
            contact.customer,
            f"{contact.name} · {contact.phone}",
            contact,
            exact=same_tail(contact.digits, wanted) == len(wanted),
        )
        for contact in best
    ]


def _by_name(actor: Actor, typed: str) -> list[Caller]:
    same = typed.casefold()
    return [
        Caller(customer, customer.code, exact=same in (customer.code.casefold(), customer.name.casefold()))
        for customer in customers_found(actor, typed, HITS)
    ]


def _by_document(actor: Actor, typed: str) -> list[Caller]:
    """Whose orders, invoices, quotes … carry the number or PO; and who has an item of that name on order."""
    hits = [hit for hit in search(actor, typed, LOOKED_AT) if hit.kind != "customer"]
    whose = _customers_of(actor, hits)
    callers = [
        Caller(whose[hit.pk], hit.title, exact=_names(hit, typed))
        for hit in hits
        if hit.pk in whose and whose[hit.pk].is_active
    ]
    items = [hit.object_id for hit in hits if hit.kind == "item" and _names(hit, typed)]
    return [*callers, *(_buyers(actor, items) if items else [])]


def _names(hit: SearchEntry, typed: str) -> bool:
    """Whether the typed text is a whole word of what was found: its number, its PO."""
    return typed.casefold() in hit.text.split() or typed.casefold() == hit.title.casefold()


def _customers_of(actor: Actor, hits: list[SearchEntry]) -> dict[int, Customer]:
    """The customers of documents found, by search entry: a query per kind."""
    found: dict[int, Customer] = {}
    for kind in {hit.kind for hit in hits}:
        document = registry.documents.get(kind)
        if kind in NOBODY or document is None:
            continue
        model: Any = apps.get_model(document.model)
        path = "customer" if any(field.name == "customer" for field in model._meta.get_fields()) else ""
        if not path and document.order_field:
            path = f"{document.order_field}__customer"
        if not path:
            continue
        ids = {hit.object_id: hit.pk for hit in hits if hit.kind == kind}
        pairs = model._default_manager.filter(pk__in=ids, company_id=actor.company_id).values_list("pk", f"{path}_id")
        by_customer = {ids[pk]: customer_id for pk, customer_id in pairs if customer_id}
        customers = Customer.objects.in_bulk(set(by_customer.values()))
        found |= {entry: customers[customer_id] for entry, customer_id in by_customer.items()}
    return found


def _buyers(actor: Actor, product_ids: list[int]) -> list[Caller]:
    """Who ordered an item last."""
    latest = (
        Order.objects.filter(company_id=actor.company_id, lines__product_id__in=product_ids, number__isnull=False)
        .order_by()
        .values("customer_id")
        .annotate(latest=Max("pk"))
        .order_by("-latest")[:HITS]
    )
    orders = (
        Order.objects.filter(pk__in=[row["latest"] for row in latest], customer__is_active=True)
        .select_related("customer")
        .order_by("-pk")
    )
    product = Product.objects.get(pk=product_ids[0])
    return [
        Caller(order.customer, _("ordered %(item)s on %(order)s") % {"item": product.sku, "order": order})
        for order in orders
    ]
