"""Forms of waves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.core.models import Customer, Warehouse
from orders.fulfillment.models import WaveState
from orders.fulfillment.waves.services import WaveFilter
from planning.models import CarrierService


class WaveFilterForm(forms.Form):
    text = forms.CharField(label=_("Number"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *WaveState.choices])


class NewWaveForm(forms.Form):
    """What goes into the next wave; only the warehouse is needed."""

    warehouse = forms.ModelChoiceField(label=_("Warehouse"), queryset=Warehouse.objects.none(), empty_label=None)
    until = forms.DateField(label=_("Leaves until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    leaves_by = forms.TimeField(
        label=_("Handed over by"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}),
        help_text=_("Only services whose hand-over is not later."),
    )
    service = forms.ModelChoiceField(
        label=_("Service"), queryset=CarrierService.objects.none(), required=False, empty_label=_("All")
    )
    customer_class = forms.ChoiceField(
        label=_("Customer class"), required=False, choices=[("", _("All")), *Customer.CustomerClass.choices]
    )
    zone = forms.CharField(
        label=_("Zone"), required=False, max_length=20, help_text=_("Only what lies in it altogether.")
    )
    minutes = forms.IntegerField(label=_("At most, in minutes of work"), min_value=1, required=False)
    orders = forms.IntegerField(label=_("At most, in totes"), min_value=1, required=False)

    def __init__(self, *args: Any, company_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        warehouse: Any = self.fields["warehouse"]
        service: Any = self.fields["service"]
        warehouse.queryset = Warehouse.objects.filter(company_id=company_id, is_active=True).order_by("code")
        service.queryset = CarrierService.objects.filter(company_id=company_id, is_active=True).order_by("name")

    def chosen(self) -> WaveFilter:
        data = dict(self.cleaned_data)
        warehouse, service = data.pop("warehouse"), data.pop("service")
        return WaveFilter(warehouse_id=warehouse.pk, service_id=service.pk if service else None, **data)


class CancelWaveForm(forms.Form):
    reason = forms.CharField(label=_("Why does it go back?"), max_length=160)
