"""What was learned of customers is put right, or forgotten: their names of our items, and who writes for them."""

from typing import Any

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import InvalidInput, NotFound
from omc.lib.service import verb
from orders.core.models import Change, Product, ProductAlias
from orders.entry.inbox.models import KnownSender
from orders.entry.services.header import customer_of


@verb(silent="master data keeps its own before/after history")
def correct_name(*, name_id: int, sku: str, actor: Actor) -> ProductAlias:
    """A customer's name stands for another item from now on.

    Raises: NotFound, InvalidInput for an item that is not sold
    """
    require(actor, "entry.write_order")
    name = _name(name_id, actor)
    product = Product.objects.filter(company_id=actor.company_id, sku__iexact=sku.strip(), is_active=True).first()
    if product is None:
        raise InvalidInput(f"No item is called {sku.strip() or 'that'}.", field="sku")
    before, name.product = name.product, product
    if before != product:
        name.learned_by_id, name.learned_at = actor.user_id, clock.now()
        name.save(update_fields=["product", "learned_by", "learned_at"])
        _keep(name.customer_id, f"“{name.alias}” stands for", before.sku, product.sku, actor)
    return name


@verb(silent="master data keeps its own before/after history")
def forget_name(*, name_id: int, actor: Actor) -> None:
    """A customer's name means nothing any more; it is learned anew with the next order that somebody makes of it.

    Raises: NotFound
    """
    require(actor, "entry.write_order")
    name = _name(name_id, actor)
    _keep(name.customer_id, f"“{name.alias}” stands for", name.product.sku, "", actor)
    name.delete()


@verb(silent="master data keeps its own before/after history")
def correct_sender(*, sender_id: int, customer_id: int, actor: Actor) -> KnownSender:
    """A sender writes for another customer from now on.

    Raises: NotFound, CustomerClosed
    """
    require(actor, "entry.write_order")
    sender = _sender(sender_id, actor)
    customer, before = customer_of(customer_id, actor.company_id), sender.customer
    if customer != before:
        sender.customer, sender.learned_from = customer, None
        sender.learned_by_id, sender.learned_at = actor.user_id, clock.now()
        sender.save(update_fields=["customer", "learned_from", "learned_by", "learned_at"])
        for changed in (before, customer):
            _keep(changed.pk, f"“{sender.key}” writes for", before.code, customer.code, actor)
    return sender


@verb(silent="master data keeps its own before/after history")
def forget_sender(*, sender_id: int, actor: Actor) -> None:
    """Nobody knows any more who writes there; it is learned anew with the next order that somebody makes of it.

    Raises: NotFound
    """
    require(actor, "entry.write_order")
    sender = _sender(sender_id, actor)
    _keep(sender.customer_id, f"“{sender.key}” writes for", sender.customer.code, "", actor)
    sender.delete()


def _name(name_id: int, actor: Actor) -> ProductAlias:
    names = ProductAlias.objects.select_for_update(of=("self",)).select_related("product")
    found = names.filter(pk=name_id, company_id=actor.company_id, customer__isnull=False).first()
    if found is None:
        raise NotFound("There is no such name any more.")
    return found


def _sender(sender_id: int, actor: Actor) -> KnownSender:
    senders = KnownSender.objects.select_for_update(of=("self",)).select_related("customer")
    found = senders.filter(pk=sender_id, company_id=actor.company_id).first()
    if found is None:
        raise NotFound("There is no such sender any more.")
    return found


def _keep(customer_id: Any, what: str, before: str, after: str, actor: Actor) -> None:
    Change.objects.create(
        company_id=actor.company_id,
        table="customer",
        row_id=customer_id,
        before={what: before},
        after={what: after},
        user_id=actor.user_id,
        job=actor.job,
        at=clock.now(),
    )
