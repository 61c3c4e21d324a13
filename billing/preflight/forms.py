"""Forms of the pre-flight."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PurchaseOrderForm(forms.Form):
    customer_po = forms.CharField(label=_("The customer's order number"), max_length=60)
