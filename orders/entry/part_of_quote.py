"""The form in which part of a quote is ordered."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from omc.lib.money import plain
from orders.pricing.models import QuoteLine
from orders.pricing.services import remaining_of
from orders.pricing.services.quote_conversions import UNCOUNTED
from orders.pricing.services.quote_renewals import Renewal, Repriced


class PartOfQuoteForm(forms.Form):
    """A quantity per line that may still be ordered, as typed on the quote; zero or empty leaves it open.

    Of a quote past its day ``prices`` says which count, and ``net_amount`` what was seen of today's.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)
    prices = forms.ChoiceField(
        required=False,
        label=_lazy("Which prices count"),
        choices=[("quoted", _lazy("Those that the customer accepted")), ("today", _lazy("Those of today"))],
        widget=forms.RadioSelect,
    )
    net_amount = forms.DecimalField(required=False, max_digits=18, decimal_places=2)

    def __init__(self, *args: Any, lines: Sequence[QuoteLine], version: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = version
        self.today: Renewal | None = None
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

    def rows(self) -> Iterator[tuple[QuoteLine, Decimal, forms.BoundField, Repriced | None]]:
        """Each line, what of it is no order yet (as typed), its field, and what it would cost today."""
        today = {line.was.pk: line for line in self.today.lines} if self.today else {}
        for line in self.lines:
            left = (line.quantity - line.converted) / line.unit_factor
            yield line, left, self[f"line_{line.pk}"], today.get(line.pk)

    def asked(self) -> dict[int, Decimal]:
        """How much of each line is asked for, as typed; where that cannot be read, what is offered first."""
        typed = self.cleaned_data if self.is_bound else {}  # those that could be read, also after a refusal
        first = {name: Decimal(field.initial) for name, field in self.fields.items() if name.startswith("line_")}
        found = {line.pk: typed.get(f"line_{line.pk}", first[f"line_{line.pk}"]) for line in self.lines}
        return {pk: quantity for pk, quantity in found.items() if quantity}

    def part(self) -> dict[str, Any]:
        """What is to be ordered, for the service."""
        data = self.cleaned_data
        return {
            "version": data["version"],
            "quantities": {line.pk: data[f"line_{line.pk}"] or Decimal(0) for line in self.lines},
            "prices": data["prices"],
            "net_amount": data["net_amount"],
        }
