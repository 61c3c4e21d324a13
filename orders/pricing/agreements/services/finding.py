"""How search finds an agreement."""

from django.urls import reverse

from orders.core.services.search import Findable
from orders.pricing.agreements.models import Agreement


def findable(agreement: Agreement) -> Findable:
    """By its number, the customer and the customer's own number for it."""
    return Findable(
        kind="agreement",
        object_id=agreement.pk,
        title=agreement.number,
        url=reverse("pricing:agreement", args=[agreement.pk]),
        words=[agreement.customer.name, agreement.customer.code, agreement.customer_po],
        permission="orders.view_price",
    )
