"""Forms of promises to pay."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.models import PromiseState
from omc.lib.actor import Actor
from orders.core.lists.forms import DAY, about_customer, choice, search


class PromiseFilterForm(forms.Form):
    text = search(_("Invoice or customer"))
    state = choice(_("State"), PromiseState.choices)


def filter_form(data: Any, actor: Actor) -> forms.Form:
    return about_customer(PromiseFilterForm(data), actor)


class PromiseForm(forms.Form):
    """By when a customer will pay, and how much."""

    promised_on = forms.DateField(label=_("They pay by"), widget=DAY)
    amount = forms.DecimalField(
        label=_("Amount"), required=False, max_digits=18, decimal_places=2,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"}),
        help_text=_("Empty: all that is open."),
    )  # fmt: skip
    name = forms.CharField(label=_("Who said so"), required=False, max_length=120)
    words = forms.CharField(label=_("Note"), required=False, max_length=300)
