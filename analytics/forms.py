"""Which months to compare."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from analytics.models import Effect, Growth
from analytics.selectors.variance import parse_month


class VarianceForm(forms.Form):
    """Two months with sales, and how growth is measured."""

    base_month = forms.TypedChoiceField(label=_("From"), coerce=parse_month)
    current_month = forms.TypedChoiceField(label=_("To"), coerce=parse_month)
    growth = forms.ChoiceField(
        label=_("Growth measured by"),
        choices=Growth.choices,
        help_text=_("Units only where everything is sold in one unit of measure."),
    )

    def __init__(self, *args: Any, months: Sequence[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(f"{month:%Y-%m}", formats.date_format(month, "F Y")) for month in months]
        for name in ("base_month", "current_month"):
            self.fields[name].choices = choices
        if len(months) > 1:
            self.fields["base_month"].initial = f"{months[1]:%Y-%m}"
        if months:
            self.fields["current_month"].initial = f"{months[0]:%Y-%m}"


class DriverFilterForm(forms.Form):
    effect = forms.ChoiceField(label=_("Effect"), required=False, choices=[("", _("All effects")), *Effect.choices])
