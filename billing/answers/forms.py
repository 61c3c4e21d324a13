"""What a customer fills in on the page of an invoice."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms

from billing.answers.selectors import BilledLine
from billing.models import DisputeReason
from omc.lib.catalogs import for_customer
from omc.lib.catalogs import for_customer_lazy as _

THEIR_REASONS: Final = tuple((value, _(str(label))) for value, label in DisputeReason.choices)


def _name() -> forms.CharField:
    return forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))


class DisputeForm(forms.Form):
    """What is not right, and why."""

    prefix = "dispute"
    line_id = forms.TypedChoiceField(label=_("What is it about?"), required=False, coerce=int, empty_value=None)
    reason = forms.ChoiceField(label=_("What is not right?"), choices=[("", _("Please choose")), *THEIR_REASONS])
    words = forms.CharField(
        label=_("Tell us more"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    name = _name()

    def __init__(self, *args: Any, lines: Sequence[BilledLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(line.pk, line.name[:80]) for line in lines if line.may_dispute]
        whole = ("", for_customer("The whole invoice"))
        self.fields["line_id"].choices = [whole, *offered]  # type: ignore[attr-defined]


class PromiseForm(forms.Form):
    """By when it will be paid."""

    prefix = "promise"
    promised_on = forms.DateField(
        label=_("We pay by"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    name = _name()
