"""Which shipments one invoice bills together."""

from django.db import models

from billing.models.invoices import Invoice


class BilledShipment(models.Model):
    """A shipment on an invoice that bills several: each is on one such invoice at most, however often the run begins."""

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="billed_shipments")
    shipment = models.OneToOneField("orders_fulfillment.Shipment", models.PROTECT, related_name="billed_together")

    def __str__(self) -> str:
        return f"{self.shipment} on {self.invoice}"
