"""Other names of items: what a customer calls them."""

from collections.abc import Mapping

from omc.lib import clock
from omc.lib.actor import Actor
from orders.core.models import ProductAlias


def learn_aliases(customer_id: int, names: Mapping[str, int], *, actor: Actor) -> int:
    """A customer calls these items so from now on; what the name stood for before gives way. Inside another verb.

    Returns how many names are new or mean another item now.
    """
    company_id, now = actor.company_id, clock.now()
    known = dict(
        ProductAlias.objects.filter(company_id=company_id, customer_id=customer_id, alias__in=names).values_list(
            "alias", "product_id"
        )
    )
    learned = {name: product_id for name, product_id in names.items() if known.get(name) != product_id}
    ProductAlias.objects.bulk_create(
        [
            ProductAlias(
                company_id=company_id,
                customer_id=customer_id,
                alias=name,
                product_id=product_id,
                learned_by_id=actor.user_id,
                learned_at=now,
            )
            for name, product_id in learned.items()
        ],
        update_conflicts=True,
        unique_fields=["company", "customer", "alias"],
        update_fields=["product", "learned_by", "learned_at"],
    )
    return len(learned)
