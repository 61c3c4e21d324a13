"""What a person says of a shipment on its way."""

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.fulfillment.models import ExceptionReason


class ExceptionForm(forms.Form):
    reason = forms.ChoiceField(label=_("Why it does not get through"), choices=ExceptionReason.choices)


class SettleForm(forms.Form):
    how = forms.CharField(label=_("How it was settled"), max_length=160)
