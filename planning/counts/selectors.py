"""What is to be counted."""

from django.db.models import QuerySet

from omc.lib.actor import Actor
from omc.lib.errors import NotFound
from planning.counts.models import CountState, CycleCount


def counts(actor: Actor, text: str = "", state: str = "") -> QuerySet[CycleCount]:
    """The company's counts with item and warehouse."""
    rows = CycleCount.objects.filter(company_id=actor.company_id).select_related(
        "product", "warehouse", "asked_by", "counted_by"
    )
    if text:
        rows = rows.filter(product__sku__istartswith=text) | rows.filter(bin__iexact=text)
    return rows.filter(state=state) if state else rows


def count_of(actor: Actor, count_id: int) -> CycleCount:
    """Raises: NotFound"""
    found = counts(actor).filter(pk=count_id).first()
    if found is None:
        raise NotFound(f"There is no count {count_id}.", count_id=count_id)
    return found


def to_count(actor: Actor) -> QuerySet[CycleCount]:
    """Counts that wait for somebody."""
    return counts(actor, state=CountState.TO_COUNT)


def doubtful(company_id: int, product_ids: set[int]) -> set[tuple[int, int, str]]:
    """Item, warehouse and bin of what waits to be counted: nobody is sent there meanwhile."""
    rows = CycleCount.objects.filter(company_id=company_id, state=CountState.TO_COUNT, product_id__in=product_ids)
    return set(rows.values_list("product_id", "warehouse_id", "bin"))
