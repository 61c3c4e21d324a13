"""Declare which item may be sold instead of another, and take it back."""

from omc.lib import clock
from omc.lib.actor import Actor, require
from omc.lib.errors import DomainError, InvalidInput, NotFound
from omc.lib.service import verb
from orders.core.models import LineKind, Product
from orders.entry.companions.models import Substitute

MAY = "orders.manage_product"


class AlreadyDeclared(DomainError):
    """It is a substitute of that item already."""

    code = "substitute_declared"


@verb(silent="master data of an item: who declared it and when stands on the row")
def declare_substitute(*, product_id: int, sku: str, actor: Actor, note: str = "") -> Substitute:
    """Say that the item called ``sku`` may be sold instead of another that is short; one way only.

    Raises: InvalidInput for an item that is not there, is the same or counts in another unit; AlreadyDeclared, NotFound
    """
    require(actor, MAY)
    product = (  # held, so that the second of two who declare the same is told
        Product.objects.select_for_update(no_key=True).filter(pk=product_id, company_id=actor.company_id).first()
    )
    if product is None:
        raise NotFound(f"There is no item {product_id}.", product_id=product_id)
    other = Product.objects.filter(company_id=actor.company_id, sku__iexact=sku.strip(), is_active=True).first()
    if other is None:
        raise InvalidInput(f"There is no item {sku.strip()}.", field="sku")
    if other.pk == product.pk:
        raise InvalidInput("An item is no substitute of itself.", field="sku")
    if other.stock_unit != product.stock_unit or {other.kind, product.kind} != {LineKind.GOODS}:
        raise InvalidInput(f"{other} does not count in {product.stock_unit} as {product} does.", field="sku")
    if Substitute.objects.filter(product=product, other=other).exists():
        raise AlreadyDeclared(f"{other} is a substitute of {product} already.", field="sku")
    declared: Substitute = Substitute.objects.create(
        company_id=actor.company_id,
        product=product,
        other=other,
        note=note.strip()[:120],
        declared_by_id=actor.user_id,
        declared_at=clock.now(),
    )
    return declared


@verb(silent="master data of an item: what is gone is offered no more")
def withdraw_substitute(*, substitute_id: int, actor: Actor) -> int:
    """Take a declared substitute back; returns the item it was for.

    Raises: NotFound
    """
    require(actor, MAY)
    found = Substitute.objects.select_for_update().filter(pk=substitute_id, company_id=actor.company_id).first()
    if found is None:
        raise NotFound(f"There is no substitute {substitute_id}.", substitute_id=substitute_id)
    product_id: int = found.product_id
    found.delete()
    return product_id
