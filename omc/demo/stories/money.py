"""What customers say about their invoices before they pay."""

from datetime import timedelta
from decimal import Decimal as D
from typing import Any, Final

from django.db.models import QuerySet

from billing.corrections.services import decide_write_off, reverse_payment, write_off
from billing.disputes.services import decide_dispute, raise_dispute
from billing.models import DisputeReason, Invoice
from billing.promises.services import promise_payment, review_promises
from billing.services import record_payment
from omc.demo.stage import Story
from omc.demo.stories.base import BaseTales
from omc.lib import clock
from omc.lib.actor import Actor, system
from orders.core.links.selectors import customers_actor, holds, standing_link

# Why, what they say, how it ends (empty: it waits to be decided), and what we answer.
DISPUTED: Final = (
    (DisputeReason.PRICE, "We agreed on less by telephone.", "credited", "The quote says so"),
    (DisputeReason.QUANTITY_SHORT, "One box was not on the pallet.", "partly", "One box was missing"),
    (DisputeReason.TERMS, "We have 60 days, not 30.", "upheld", "The order says 30 days"),
    (DisputeReason.DUPLICATE, "We paid this in May.", "withdrawn", "They found the other invoice"),
    (DisputeReason.DAMAGED, "Two pieces arrived bent.", "", ""),
    (DisputeReason.FREIGHT, "Freight was to be free above 500.", "", ""),
)
PAUSE: Final = timedelta(minutes=50)


class MoneyTales(BaseTales):
    """Disputes and promises, one after the other, half of them by the customers themselves on their pages."""

    def promises(self) -> Story:
        """Four words are given: one that is broken, one that is kept, one that a later one replaces, and that one waits."""
        zone = self.house.company.time_zone
        for plan in ("broken", "kept", "superseded"):
            yield PAUSE
            invoice = self._owed().filter(payment_promises=None).order_by("pk").first()
            if invoice is None:
                return
            days = {"broken": 0, "kept": 3, "superseded": 9}[plan]
            said: dict[str, Any] = {
                "invoice_id": invoice.pk,
                "name": "Accounts payable",
                "actor": self._customer_of(invoice),
            }
            promise_payment(promised_on=clock.today(zone) + timedelta(days=days), **said)
            if plan == "broken":
                yield timedelta(hours=30)
                review_promises(actor=system("promises to pay", self.house.company.pk))
            elif plan == "kept":
                yield PAUSE
                record_payment(
                    customer_id=invoice.customer_id, amount=invoice.open_amount, received_on=clock.today(zone),
                    reference=str(invoice.number), apply={invoice.pk: invoice.open_amount}, actor=self.house["billing"],
                )  # fmt: skip
            else:
                yield PAUSE
                promise_payment(promised_on=clock.today(zone) + timedelta(days=16), **said)

    def corrections(self) -> Story:
        """A small rest is written off, of two large ones one is given up by two people; a payment is booked twice."""
        house, zone = self.house, self.house.company.time_zone
        clerk, lead = house["billing"], house["credit"]
        for plan in ("small", "refused", "requested"):
            yield PAUSE
            invoice = (
                self._owed().filter(write_offs=None, payment_promises=None, open_amount__gt=100).order_by("pk").first()
            )
            if invoice is None:
                return
            amount = D("1.00") if plan == "small" else D("40.00")
            asked = write_off(invoice_id=invoice.pk, amount=amount, reason="Not worth collecting", actor=clerk)
            if plan == "refused":
                yield PAUSE
                decide_write_off(write_off_id=asked.pk, agree=False, actor=lead)
        twice = record_payment(
            customer_id=house.customers[1].pk, amount=D("310.00"), apply={}, reference="booked twice",
            received_on=clock.today(zone), actor=clerk,
        )  # fmt: skip
        yield PAUSE
        reverse_payment(payment_id=twice.pk, reason="Booked twice", actor=clerk)

    def _owed(self) -> QuerySet[Invoice]:
        """What nobody has settled or disputed."""
        return Invoice.objects.filter(
            company=self.house.company, kind="invoice", open_amount__gt=1, number__isnull=False, disputes=None
        ).exclude(order_id__in=self.house.told)

    def _customer_of(self, invoice: Invoice) -> Actor:
        """The customer on their page of the invoice, where they have one; else who took their call."""
        link = standing_link("invoice", invoice.pk, invoice.company_id)
        return customers_actor(link) if link and holds(link) else self.house["csr"]

    def disputes(self) -> Story:
        """Six invoices are disputed; four of the disputes are decided, each in another way."""
        for reason, words, outcome, decision in DISPUTED:
            yield PAUSE
            invoice = self._owed().filter(payment_promises=None).order_by("-pk").first()
            if invoice is None:
                continue
            line = invoice.lines.filter(kind="goods", net_amount__gt=0).order_by("position").first()
            dispute = raise_dispute(
                invoice_id=invoice.pk,
                reason=reason,
                line_id=line.pk if line and reason != DisputeReason.DUPLICATE else None,
                words=words,
                name="Accounts payable",
                actor=self.house["csr"] if outcome else self._customer_of(invoice),
            )
            if outcome:
                yield PAUSE
                part = (dispute.amount / 2).quantize(D("0.01")) if outcome == "partly" else None
                decide_dispute(
                    dispute_id=dispute.pk, outcome=outcome, amount=part, decision=decision, actor=self.house["billing"]
                )
