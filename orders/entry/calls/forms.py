"""Forms of call mode: they check form, never rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from orders.core.lists.forms import about_customer
from orders.entry.calls.models import CallState, Outcome


class FindForm(forms.Form):
    """Who is calling."""

    q = forms.CharField(label=_("Who is calling?"), max_length=80, strip=True)


class AskForm(forms.Form):
    """How many of what; with ``product`` once the item was chosen."""

    text = forms.CharField(label=_("Price and date of"), max_length=200)
    product = forms.IntegerField(required=False)


class NotesForm(forms.Form):
    notes = forms.CharField(required=False, max_length=10_000)


class EndForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Ended with"), required=False, choices=[("", _("What came of it")), *Outcome.choices]
    )


class FilterForm(forms.Form):
    text = forms.CharField(
        label=_("Customer, or what was noted"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *CallState.choices])
    whose = forms.ChoiceField(label=_("Whose"), required=False, choices=[("", _("Everybody’s")), ("mine", _("My own"))])


def filter_form(data: Any, actor: Actor) -> forms.Form:
    return about_customer(FilterForm(data), actor)
