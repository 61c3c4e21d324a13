"""What customers say about their invoices before they pay."""

from datetime import timedelta
from decimal import Decimal as D
from typing import Final

from billing.disputes.services import decide_dispute, raise_dispute
from billing.models import DisputeReason, Invoice
from omc.demo.stage import Story
from omc.demo.stories.base import BaseTales

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
    """Disputes, one after the other."""

    def disputes(self) -> Story:
        """Six invoices are disputed; four of the disputes are decided, each in another way."""
        for reason, words, outcome, decision in DISPUTED:
            yield PAUSE
            owed = Invoice.objects.filter(
                company=self.house.company, kind="invoice", open_amount__gt=1, number__isnull=False
            )
            invoice = owed.filter(disputes=None).order_by("-pk").first()
            if invoice is None:
                continue
            line = invoice.lines.filter(kind="goods", net_amount__gt=0).order_by("position").first()
            dispute = raise_dispute(
                invoice_id=invoice.pk,
                reason=reason,
                line_id=line.pk if line and reason != DisputeReason.DUPLICATE else None,
                words=words,
                actor=self.house["csr"],
            )
            if outcome:
                yield PAUSE
                part = (dispute.amount / 2).quantize(D("0.01")) if outcome == "partly" else None
                decide_dispute(
                    dispute_id=dispute.pk, outcome=outcome, amount=part, decision=decision, actor=self.house["billing"]
                )
