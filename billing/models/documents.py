"""How a customer wants invoices and credit notes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.core.models.base import known


class DocumentForm(models.TextChoices):
    """What goes with the mail of an invoice."""

    PDF = "pdf", _("PDF")
    FACTURX = "facturx", _("Factur-X: a PDF that programs can read, too")
    UBL = "ubl", _("UBL (XML), with the PDF beside it")


class DocumentWay(models.Model):
    """The form that a customer wants documents in, and what their programs know them by. No row: PDF."""

    customer = models.OneToOneField("orders.Customer", models.CASCADE, related_name="document_way")
    form = models.CharField(max_length=8, choices=DocumentForm, default=DocumentForm.PDF)
    buyer_reference = models.CharField(max_length=60, blank=True, default="")
    endpoint_scheme = models.CharField(max_length=4, blank=True, default="")
    endpoint_id = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        constraints = (known("form", DocumentForm, "document_way_form_known"),)

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.form}"
