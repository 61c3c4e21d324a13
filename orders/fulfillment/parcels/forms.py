"""The rows of the packing bench: per parcel its weight, size and what lies in it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from omc.lib.money import plain
from orders.fulfillment.models import ShipmentLine
from orders.fulfillment.parcels.rules import proposed_weight
from orders.fulfillment.services import ParcelInput

MOST_PARCELS = 40


def _number(label: Any, digits: int, places: int) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=Decimal(0),
        max_digits=digits,
        decimal_places=places,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
    )


class ParcelForm(forms.Form):
    """``holds_all``: it starts with everything that was picked."""

    weight_kg = _number(_("Weight in kg"), 12, 3)
    length_cm = _number(_("Length in cm"), 7, 1)
    width_cm = _number(_("Width in cm"), 7, 1)
    height_cm = _number(_("Height in cm"), 7, 1)
    tracking_number = forms.CharField(label=_("Its tracking number"), required=False, max_length=60)

    def __init__(self, *args: Any, lines: Sequence[ShipmentLine] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["weight_kg"].widget.attrs["data-weight"] = ""
        self.lines = [line for line in lines if line.picked]
        first = str(self.prefix or "").endswith("-0")
        for line in self.lines:
            field = _number(line.order_line.product.sku if line.order_line.product else "", 18, 6)
            field.initial = plain(line.picked) if first else "0"
            weight = line.order_line.product.weight_kg if line.order_line.product else None
            field.widget.attrs |= {"data-content": line.pk, "data-kg": "" if weight is None else plain(weight)}
            self.fields[f"line_{line.pk}"] = field
        if first:
            self.fields["weight_kg"].initial = _weight(self.lines)

    @property
    def rows(self) -> list[tuple[ShipmentLine, forms.BoundField]]:
        return [(line, self[f"line_{line.pk}"]) for line in self.lines]

    def parcel(self) -> ParcelInput:
        said = dict(self.cleaned_data)
        contents = {line.pk: said.pop(f"line_{line.pk}") for line in self.lines}
        known = any(f"{self.prefix}-line_{line.pk}" in self.data for line in self.lines)
        whole = {line_id: quantity or Decimal(0) for line_id, quantity in contents.items()}
        return ParcelInput(**said, contents=whole if known else None)


def _weight(lines: Sequence[ShipmentLine]) -> str:
    each = [(line.picked, line.order_line.product.weight_kg if line.order_line.product else None) for line in lines]
    weight = proposed_weight(each)
    return plain(weight) if weight else ""


class ParcelRows(forms.BaseFormSet[ParcelForm]):
    """Every row is a parcel, weighed or not."""

    def parcels(self) -> list[ParcelInput]:
        return [form.parcel() for form in self.forms]

    def add_error(self, name: str | None, message: str) -> bool:
        """Put a refusal at the field of its line in the last parcel; False where it is about none."""
        if name is None or not self.forms or name not in self.forms[-1].fields:
            return False
        self.forms[-1].add_error(name, message)
        return True


ParcelFormSet = forms.formset_factory(ParcelForm, formset=ParcelRows, extra=0, min_num=1, max_num=MOST_PARCELS)


def with_another_count(data: QueryDict, change: int) -> QueryDict:
    """The same rows, one more or one fewer."""
    changed = data.copy()
    count = data.get("parcels-TOTAL_FORMS", "1")
    wanted = (int(count) if count.isdigit() else 1) + change
    changed["parcels-TOTAL_FORMS"] = str(min(max(wanted, 1), MOST_PARCELS))
    return changed
