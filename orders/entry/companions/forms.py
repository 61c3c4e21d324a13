"""The form of a declared substitute: it checks form, never rules."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SubstituteForm(forms.Form):
    sku = forms.CharField(label=_("Item that may be sold instead"), max_length=60)
    note = forms.CharField(
        label=_("What to know about it"),
        max_length=120,
        required=False,
        help_text=_("Shown at the order desk, for example “longer thread”."),
    )
