"""The form in which part of a quote is ordered."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from omc.lib.money import plain
from orders.pricing.models import QuoteLine
from orders.pricing.services import remaining_of
from orders.pricing.services.quote_conversions import UNCOUNTED


class PartOfQuoteForm(forms.Form):
    """A quantity per line that may still be ordered, as typed on the quote; zero or empty leaves it open."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, lines: Sequence[QuoteLine], version: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = version
        left = remaining_of(lines)
        self.lines = [line for line in lines if line.kind not in UNCOUNTED and line.converted < line.quantity]
        for line in self.lines:
            name = _("Quantity to order of line %(position)s") % {"position": line.position}
            self.fields[f"line_{line.pk}"] = forms.DecimalField(
                required=False,
                min_value=0,
                max_digits=18,
                decimal_places=6,
                initial=plain(left.get(line.pk, Decimal(0))),
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "aria-label": name}),
            )

    def rows(self) -> Iterator[tuple[QuoteLine, Decimal, forms.BoundField]]:
        """Each line, what of it is no order yet (as typed), and its field."""
        for line in self.lines:
            yield line, (line.quantity - line.converted) / line.unit_factor, self[f"line_{line.pk}"]

    def part(self) -> dict[str, Any]:
        """What is to be ordered, for the service."""
        data = self.cleaned_data
        return {
            "version": data["version"],
            "quantities": {line.pk: data[f"line_{line.pk}"] or Decimal(0) for line in self.lines},
        }
