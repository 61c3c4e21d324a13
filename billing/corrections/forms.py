"""Forms of corrections."""

from django import forms
from django.utils.translation import gettext_lazy as _

MONEY = forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"})


class WriteOffForm(forms.Form):
    prefix = "write"
    amount = forms.DecimalField(
        label=_("Amount"), required=False, max_digits=18, decimal_places=2, widget=MONEY,
        help_text=_("Empty: all that is open."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Why"), max_length=300)


class ReverseForm(forms.Form):
    prefix = "reverse"
    reason = forms.CharField(label=_("Why"), max_length=300)


class RefundForm(forms.Form):
    prefix = "refund"
    amount = forms.DecimalField(
        label=_("Amount"), required=False, max_digits=18, decimal_places=2, widget=MONEY,
        help_text=_("Empty: all that lies on account."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Why"), max_length=300)
