"""What a second person counted; empty boxes, so that nobody only presses."""

from decimal import Decimal
from typing import Any

from django import forms

from orders.fulfillment.models import ShipmentLine


class CheckForm(forms.Form):
    """Per line what lies there."""

    def __init__(self, *args: Any, lines: list[ShipmentLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = [line for line in lines if line.picked]
        for line in self.lines:
            self.fields[f"counted_{line.pk}"] = forms.DecimalField(
                label=line.order_line.product.sku if line.order_line.product else "",
                max_digits=18,
                decimal_places=6,
                min_value=Decimal(0),
                widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
            )

    @property
    def rows(self) -> list[tuple[ShipmentLine, forms.BoundField]]:
        return [(line, self[f"counted_{line.pk}"]) for line in self.lines]

    def counted(self) -> dict[int, Decimal]:
        return {line.pk: self.cleaned_data[f"counted_{line.pk}"] for line in self.lines}
