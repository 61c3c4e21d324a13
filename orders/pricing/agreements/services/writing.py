"""Write a blanket agreement, and revise it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput, NotFound, StaleVersion
from omc.lib.money import plain
from omc.lib.service import verb
from orders.core import numbers
from orders.core.eventlog import record
from orders.core.models import Company, Customer, Membership, Product
from orders.core.services.search import index
from orders.pricing.agreements.events import AgreementRevised, AgreementWritten
from orders.pricing.agreements.models import Agreement, AgreementItem, AgreementRevision, AgreementState
from orders.pricing.agreements.selectors.plan import STILL_OPEN, room_of
from orders.pricing.agreements.selectors.prices import with_drawn
from orders.pricing.agreements.services.finding import findable

WRITE: Final = "pricing.write_agreement"
DECIDE: Final = "pricing.edit_price_list"  # what is in force sets prices, like a price list
_OPEN: Final = (AgreementState.DRAFT, AgreementState.ACTIVE)
_MOST: Final = Decimal(10) ** 11


class InvalidAgreement(DomainError):
    """Some rows cannot be agreed like this; ``data["lines"]`` says which field of which row, and why."""

    code, status = "invalid_agreement", 422


@dataclass(frozen=True, slots=True)
class AgreedInput:
    """One item as typed. Units: stock unit; price in the agreement's currency per stock unit."""

    sku: str
    quantity: Decimal
    unit_price: Decimal


@verb(events=(AgreementWritten,))
def write_agreement(
    *,
    customer_id: int,
    items: Sequence[AgreedInput],
    valid_from: date,
    valid_to: date,
    actor: Actor,
    currency: str = "",
    customer_po: str = "",
    owner_id: int | None = None,
    note: str = "",
) -> Agreement:
    """Draft an agreement; it sets no price until it is put in force. Who writes it owns it unless told otherwise.

    Raises: InvalidAgreement naming each row, InvalidInput, NotFound
    Events: agreement_written
    """
    require(actor, WRITE)
    customer = Customer.objects.filter(pk=customer_id, company_id=actor.company_id, is_active=True).first()
    if customer is None:
        raise NotFound("There is no such customer.", field="customer_id")
    _refuse_backwards(valid_from, valid_to)
    read = _read(items, actor)
    agreement = Agreement.objects.create(
        company_id=actor.company_id,
        number=numbers.next_number(actor.company_id, "agreement"),
        customer=customer,
        currency=_currency(currency, customer),
        customer_po=customer_po.strip()[:60],
        valid_from=valid_from,
        valid_to=valid_to,
        owner_id=_owner(owner_id or actor.user_id, actor),
        note=note.strip(),
        created_at=clock.now(),
    )
    _put_items(agreement, read)
    fact = AgreementWritten(items=len(read), valid_from=valid_from, valid_to=valid_to)
    record(agreement, fact, actor=actor)
    index(agreement.company_id, [findable(agreement)])
    return agreement


@verb(events=(AgreementWritten, AgreementRevised))
def change_agreement(
    *,
    agreement_id: int,
    items: Sequence[AgreedInput],
    valid_from: date,
    valid_to: date,
    actor: Actor,
    customer_po: str = "",
    owner_id: int | None = None,
    note: str = "",
    reason: str = "",
    version: int | None = None,
) -> Agreement:
    """Write other terms: into a draft as they are; of one in force as its next revision, which says why.

    Orders keep the price at which they were priced. What is drawn stays drawn: less than that cannot be agreed.
    ``version`` is that which the agreement had when it was read.

    Raises: InvalidAgreement naming each row, InvalidInput, StaleVersion, NotFound
    Events: agreement_written, or agreement_revised
    """
    agreement = lock_agreement(agreement_id, actor)
    in_force = agreement.state == AgreementState.ACTIVE
    require(actor, DECIDE if in_force else WRITE)
    _refuse_over(agreement)
    if version is not None and version != agreement.event_seq:
        raise StaleVersion(
            f"{agreement} was changed meanwhile. Look at it again.", seen=version, current=agreement.event_seq
        )
    if in_force and not reason.strip():
        raise InvalidInput("Say why the terms change.", field="reason")
    _refuse_backwards(valid_from, valid_to)
    if in_force and valid_to < today_of(agreement):
        raise InvalidInput("That day has passed. Close the agreement instead.", field="valid_to")
    read = _read(items, actor)
    _refuse_planned(agreement, valid_from, valid_to)
    agreement.valid_from, agreement.valid_to = valid_from, valid_to
    agreement.customer_po, agreement.note = customer_po.strip()[:60], note.strip()
    agreement.owner_id = _owner(owner_id or agreement.owner_id, actor)
    agreement.revision += in_force
    agreement.save(update_fields=["valid_from", "valid_to", "customer_po", "note", "owner", "revision"])
    _put_items(agreement, read)
    if in_force:
        said = reason.strip()[:200]
        keep_revision(agreement, said, actor)
        record(agreement, AgreementRevised(revision=agreement.revision, because=said), actor=actor)
    else:
        fact = AgreementWritten(items=len(read), valid_from=valid_from, valid_to=valid_to)
        record(agreement, fact, actor=actor)
    index(agreement.company_id, [findable(agreement)])
    return agreement


def lock_agreement(agreement_id: int, actor: Actor) -> Agreement:
    """The agreement, locked after its customer: who hands in an order of this customer waits. Raises: NotFound"""
    Customer.objects.select_for_update(of=("self",), no_key=True).filter(
        agreements__pk=agreement_id, company_id=actor.company_id
    ).first()
    found = (
        Agreement.objects.select_for_update(of=("self",))
        .select_related("company", "customer")
        .filter(pk=agreement_id, company_id=actor.company_id)
        .first()
    )
    if found is None:
        raise NotFound(f"There is no agreement {agreement_id}.", agreement_id=agreement_id)
    return found


def _read(items: Sequence[AgreedInput], actor: Actor) -> list[tuple[Product, AgreedInput]]:
    """The rows with their items. Raises: InvalidAgreement naming what cannot be agreed"""
    if not items:
        raise InvalidAgreement("Agree about at least one item.", field="items", lines=[])
    words = {row.sku.strip() for row in items}
    found = Product.objects.filter(company_id=actor.company_id, sku__in=words | {word.upper() for word in words})
    products = {product.sku.upper(): product for product in found}
    read: list[tuple[Product, AgreedInput]] = []
    problems: list[dict[str, object]] = []
    seen: set[int] = set()
    for position, row in enumerate(items, start=1):
        product = products.get(row.sku.strip().upper())
        if product is None:
            problems.append(_problem(position, "sku", f"There is no item {row.sku}." if row.sku else "Name an item."))
            continue
        if product.pk in seen:
            problems.append(_problem(position, "sku", f"{product.sku} is agreed about in another row."))
        if not 0 < row.quantity < _MOST:
            problems.append(_problem(position, "quantity", "The quantity must be above zero."))
        if row.unit_price < 0:
            problems.append(_problem(position, "unit_price", "A price is not below zero."))
        seen.add(product.pk)
        read.append((product, row))
    _refuse(problems)
    return read


def _put_items(agreement: Agreement, read: Sequence[tuple[Product, AgreedInput]]) -> None:
    """Make the rows the agreed items. One that was drawn on stays, with at least what was drawn.

    Raises: InvalidAgreement
    """
    standing = {item.product_id: item for item in with_drawn(agreement.items.select_related("product"))}
    planned = {pk: room.planned for pk, room in room_of(agreement).items()}
    problems: list[dict[str, object]] = []
    fresh, changed = [], []
    for position, (product, row) in enumerate(read, start=1):
        item = standing.pop(product.pk, None)
        if item is None:
            fresh.append(
                AgreementItem(agreement=agreement, product=product, quantity=row.quantity, unit_price=row.unit_price)
            )
            continue
        drawn: Decimal = item.drawn  # type: ignore[attr-defined]
        if row.quantity < drawn and row.quantity < item.quantity:
            said = f"{plain(drawn)} {product.stock_unit} are drawn already; agree about at least that."
            problems.append(_problem(position, "quantity", said))
        elif planned[item.pk] and row.quantity < min(drawn + planned[item.pk], item.quantity):
            said = f"{plain(drawn)} {product.stock_unit} are drawn and {plain(planned[item.pk])} planned; change the plan first."
            problems.append(_problem(position, "quantity", said))
        item.quantity, item.unit_price = row.quantity, row.unit_price
        changed.append(item)
    released = [item for item in standing.values() if item.draws.exists()]
    for item in released:
        problems.append(_problem(0, "sku", f"{item.product.sku} was drawn on; it has to stay."))
    for item in standing.values():
        if item not in released and item.planned.exists():
            problems.append(_problem(0, "sku", f"Releases are planned of {item.product.sku}; it has to stay."))
    _refuse(problems)
    AgreementItem.objects.filter(pk__in=[item.pk for item in standing.values()]).delete()
    AgreementItem.objects.bulk_update(changed, ["quantity", "unit_price"])
    AgreementItem.objects.bulk_create(fresh)


def keep_revision(agreement: Agreement, reason: str, actor: Actor) -> None:
    items = agreement.items.select_related("product").order_by("product__sku")
    terms: dict[str, Any] = {
        "valid_from": agreement.valid_from.isoformat(),
        "valid_to": agreement.valid_to.isoformat(),
        "customer_po": agreement.customer_po,
        "items": [
            {"sku": item.product.sku, "quantity": plain(item.quantity), "unit_price": f"{item.unit_price:f}"}
            for item in items
        ],
    }
    AgreementRevision.objects.create(
        agreement=agreement,
        number=agreement.revision,
        terms=terms,
        reason=reason,
        author_id=actor.user_id,
        at=clock.now(),
    )


def _problem(position: int, field: str, message: str) -> dict[str, object]:
    return {"position": position, "field": field, "message": message}


def _refuse(problems: Sequence[dict[str, object]]) -> None:
    if problems:
        first = problems[0]
        where = f"Row {first['position']}: " if first["position"] else ""
        raise InvalidAgreement(f"{where}{first['message']}", field="items", lines=list(problems))


def _refuse_backwards(first: date, last: date) -> None:
    if last < first:
        raise InvalidInput("It would end before it starts.", field="valid_to")


def _refuse_planned(agreement: Agreement, first: date, last: date) -> None:
    """Raises: InvalidInput where a release is planned for a day that would be outside the term"""
    waiting = agreement.planned.filter(state__in=STILL_OPEN)
    for field, outside in (("valid_from", waiting.filter(day__lt=first)), ("valid_to", waiting.filter(day__gt=last))):
        if release := outside.order_by("day").first():
            raise InvalidInput(f"A release is planned for {release.day}. Move or skip it first.", field=field)


def _refuse_over(agreement: Agreement) -> None:
    if agreement.state not in _OPEN:
        raise InvalidInput(f"{agreement} is {agreement.get_state_display().lower()}; write another one.")


def _currency(typed: str, customer: Customer) -> str:
    code: str = (typed or customer.currency).strip().upper()
    if len(code) != 3 or not code.isalpha():
        raise InvalidInput("A currency has three letters, like EUR.", field="currency")
    return code


def _owner(user_id: int | None, actor: Actor) -> int | None:
    """Raises: NotFound for somebody who does not work here"""
    if user_id is None or user_id == actor.user_id:
        return user_id
    if not Membership.objects.filter(company_id=actor.company_id, user_id=user_id).exists():
        raise NotFound("There is no such colleague.", field="owner_id")
    return user_id


def today_of(agreement: Agreement) -> date:
    company: Company = agreement.company
    return clock.today(company.time_zone)
