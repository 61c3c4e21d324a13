"""What a scanner, or a thumb, says about one take."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.fulfillment.models import ShortReason


def _box(label: Any, **attrs: str) -> forms.CharField:
    widget = forms.TextInput(
        attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", **attrs}
    )
    return forms.CharField(label=label, required=False, max_length=60, widget=widget)


class ShortForm(forms.Form):
    line_id = forms.IntegerField(widget=forms.HiddenInput)
    bin = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    reason = forms.ChoiceField(label=_("Why is it short?"), choices=[("", _("Choose")), *ShortReason.choices])


class TakeForm(forms.Form):
    line_id = forms.IntegerField(widget=forms.HiddenInput)
    client_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    bin = _box(_("Bin, or its check digits"))
    item = _box(_("Item: barcode, SKU or another name"))
    lot = _box(_("Lot"))
    serial = _box(_("Serial number"))
    quantity = forms.DecimalField(
        label=_("Quantity"),
        max_digits=18,
        decimal_places=6,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
    )
