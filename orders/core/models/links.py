"""Pages that customers open without a login."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from orders.core.models.base import CompanyOwned


class CustomerLink(CompanyOwned):
    """The right to open one page (``registry.customer_pages``) of one subject until a moment, for one customer.

    Its address holds the signed number of this row: it can be shown again, and it ends when it is withdrawn.
    """

    page = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    customer = models.ForeignKey("orders.Customer", models.CASCADE, related_name="+")
    contact = models.ForeignKey("orders.Contact", models.CASCADE, null=True, blank=True, related_name="+")
    expires_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["page", "subject_id"], condition=Q(withdrawn_at__isnull=True), name="one_link_per_customer_page"
            )
        ]

    def __str__(self) -> str:
        return f"{self.page} {self.subject_id}"
