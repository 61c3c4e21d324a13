"""Promises to pay: of an invoice, of a customer, of all."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from billing.models import PaymentPromise, PromiseState
from omc.lib.actor import Actor


def promises_list(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[PaymentPromise]:
    """The company's promises to pay."""
    rows = PaymentPromise.objects.filter(company_id=actor.company_id).select_related("invoice", "customer", "order")
    if filters.get("state"):
        rows = rows.filter(state=filters["state"])
    if filters.get("customer"):
        rows = rows.filter(customer=filters["customer"])
    if text := str(filters.get("text") or "").strip():
        rows = rows.filter(
            Q(invoice__number__istartswith=text)
            | Q(customer__code__istartswith=text)
            | Q(customer__name__icontains=text)
        )
    return rows


def promises_of(invoice_id: int) -> list[PaymentPromise]:
    """All promises about an invoice, oldest first."""
    return list(PaymentPromise.objects.filter(invoice_id=invoice_id).select_related("contact").order_by("id"))


def standing_promise(invoice_id: int) -> PaymentPromise | None:
    """The promise of an invoice that waits for its day."""
    return PaymentPromise.objects.filter(invoice_id=invoice_id, state=PromiseState.OPEN).first()


@dataclass(frozen=True, slots=True)
class Word:
    """How a customer kept their word to pay."""

    kept: int
    broken: int

    @property
    def ended(self) -> int:
        return self.kept + self.broken

    @property
    def percent(self) -> Decimal | None:
        """Kept of all that ended; None where none did."""
        return Decimal(100 * self.kept) / self.ended if self.ended else None


def word_of(customer_id: int) -> Word:
    """How many promises a customer kept and broke; those that were replaced in time count for neither."""
    counts = PaymentPromise.objects.filter(customer_id=customer_id).aggregate(
        kept=Count("id", filter=Q(state=PromiseState.KEPT)), broken=Count("id", filter=Q(state=PromiseState.BROKEN))
    )
    return Word(**counts)
