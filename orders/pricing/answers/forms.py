"""What a customer fills in on the page of a quote, and what we answer."""

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy

from omc.lib.catalogs import for_customer_lazy as _
from orders.pricing.answers.services import LONGEST
from orders.pricing.models import RejectReason

# What customers say; "duplicate" is a word of ours.
THEIR_REASONS: Final = tuple(
    (value, _(label)) for value, label in RejectReason.choices if value != RejectReason.DUPLICATE
)


def _name() -> forms.CharField:
    return forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))


class AcceptForm(forms.Form):
    """``lines`` comes as one checkbox per line that may be left out."""

    prefix = "accept"
    name = _name()
    customer_po = forms.CharField(label=_("Your order number"), max_length=60, required=False)


class DeclineForm(forms.Form):
    prefix = "decline"
    reason = forms.ChoiceField(label=_("Why not?"), choices=[("", _("Please choose")), *THEIR_REASONS])
    words = forms.CharField(
        label=_("Tell us more"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )
    name = _name()


class QuestionForm(forms.Form):
    prefix = "ask"
    words = forms.CharField(label=_("Your question"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))
    name = _name()


class ReplyForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("Our answer"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )
