"""Forms of messages: their words, and who wants which."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.core.models import Wish
from orders.core.selectors.messages import Choice


class WordingForm(forms.Form):
    subject = forms.CharField(label=_("Subject"), max_length=300)
    body = forms.CharField(
        label=_("Text"),
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=_("A label whose value is empty is left out. Lines “Label: value” become a table."),
    )
    number = forms.CharField(
        label=_("Look at it on"), required=False, max_length=40, help_text=_("A number; empty is the latest one.")
    )


class MessageChoiceForm(forms.Form):
    """One choice per kind of message, each named by the kind's key."""

    def __init__(self, *args: Any, choices: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in choices:
            usual = _("As usual") if row.who != "nobody" else _("As usual: nobody gets it")
            self.fields[row.kind.key] = forms.ChoiceField(
                label=str(row.kind.name), choices=[("", usual), *Wish.choices], required=False, initial=row.wish
            )
