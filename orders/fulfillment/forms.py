"""Forms of the warehouse: they check form, the services check the rules."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from omc.lib.money import plain
from orders.core.models import Warehouse
from orders.fulfillment.models import ShipmentLine, ShipmentState, ShortReason
from planning.models import SupplyLine


class QueueFilterForm(forms.Form):
    warehouse = forms.ModelChoiceField(
        label=_("Warehouse"), queryset=Warehouse.objects.none(), required=False, empty_label=_("All")
    )

    def __init__(self, *args: Any, company_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        warehouse: Any = self.fields["warehouse"]
        warehouse.queryset = Warehouse.objects.filter(company_id=company_id).order_by("code")


class ShipmentFilterForm(QueueFilterForm):
    text = forms.CharField(
        label=_("Shipment or order number"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), ("to_collect", _("Waits to be collected")), *ShipmentState.choices],
    )
    field_order = ("text", "state", "warehouse")


class PickForm(forms.Form):
    """Per line what was taken; filled in with all of it, so that a complete pick is one press."""

    def __init__(self, *args: Any, lines: list[ShipmentLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        scanned = any(line.taken for line in lines)
        for line in lines:
            start = line.taken if scanned else line.quantity
            self.fields[f"picked_{line.pk}"] = forms.DecimalField(
                label=_("Taken"),
                initial=start.normalize() if start % 1 else int(start),
                max_digits=18,
                decimal_places=6,
                min_value=Decimal(0),
                widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
            )
            self.fields[f"reason_{line.pk}"] = forms.ChoiceField(
                label=_("If short, why"),
                initial=line.short_reason,
                required=False,
                choices=[("", _("Nothing is short")), *ShortReason.choices],
            )

    @property
    def rows(self) -> list[tuple[ShipmentLine, forms.BoundField, forms.BoundField]]:
        return [(line, self[f"picked_{line.pk}"], self[f"reason_{line.pk}"]) for line in self.lines]

    def picked(self) -> dict[int, Decimal]:
        return {line.pk: self.cleaned_data[f"picked_{line.pk}"] for line in self.lines}

    def reasons(self) -> dict[int, str]:
        return {line.pk: self.cleaned_data[f"reason_{line.pk}"] for line in self.lines}


class ShipForm(forms.Form):
    tracking_number = forms.CharField(label=_("Tracking number"), required=False, max_length=60)


class SupplierShipmentForm(forms.Form):
    """Per line of a drop shipment what the supplier sent, filled in with all that is open."""

    sent_on = forms.DateField(label=_("Sent on"), widget=forms.DateInput(attrs={"type": "date"}))
    tracking_number = forms.CharField(label=_("Tracking number"), required=False, max_length=60)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, lines: list[SupplyLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            still = line.open_quantity - line.unwanted
            self.fields[f"sent_{line.pk}"] = forms.DecimalField(
                label=line.product.sku,
                required=False,
                initial=plain(still),
                max_digits=18,
                decimal_places=6,
                min_value=Decimal(0),
                widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
                help_text=_("%(open)s %(unit)s still to send")
                % {"open": plain(still), "unit": line.product.stock_unit},
            )

    @property
    def rows(self) -> list[forms.BoundField]:
        return [self[f"sent_{line.pk}"] for line in self.lines]

    def sent(self) -> dict[int, Decimal]:
        return {line.pk: self.cleaned_data.get(f"sent_{line.pk}") or Decimal(0) for line in self.lines}


class DeliverForm(forms.Form):
    received_by = forms.CharField(label=_("Who took the goods"), max_length=80)
    arrived_at = forms.DateTimeField(
        label=_("When"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty: now."),
    )
    proof = forms.FileField(
        label=_("Photo or signed paper"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/*,application/pdf"}),
    )


class HandOverForm(forms.Form):
    collected_by = forms.CharField(label=_("Who collected the goods"), max_length=80)


class UnpickForm(forms.Form):
    reason = forms.CharField(label=_("Why the goods go back"), max_length=160)
