"""Choosing a service for a shipment, and entering what a carrier charges."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.fulfillment.carriers.adapters import CARRIERS
from orders.fulfillment.carriers.rules import Surcharges
from orders.fulfillment.carriers.terms import MOST_ZONES, ZoneInput, typed_rates
from orders.fulfillment.models import CarrierTerms
from planning.models import CarrierService


class LabelForm(forms.Form):
    """Without a service, the proposed one."""

    service_id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    residential = forms.BooleanField(label=_("A home, not a business"), required=False)


class FreightForm(forms.Form):
    amount = forms.DecimalField(label=_("Carrier's price"), max_digits=18, decimal_places=2, min_value=0)


class ServiceForm(forms.Form):
    code = forms.CharField(label=_("Code"), max_length=20)
    name = forms.CharField(label=_("Name"), max_length=80)
    cut_off = forms.TimeField(label=_("Handed over until"), widget=forms.TimeInput(attrs={"type": "time"}))
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)
    adapter = forms.ChoiceField(label=_("Who answers"), initial="table")
    volume_divisor = forms.IntegerField(
        label=_("Cubic centimeters per kilogram"), min_value=1, initial=5000, help_text=_("Large and light counts so.")
    )
    fuel_percent = forms.DecimalField(label=_("Fuel, % of the rate"), max_digits=6, decimal_places=2, min_value=0)
    residential = forms.DecimalField(label=_("A home's address"), max_digits=18, decimal_places=2, min_value=0)
    oversize_cm = forms.IntegerField(label=_("Oversize from a side of (cm)"), required=False, min_value=1)
    oversize = forms.DecimalField(label=_("Oversize"), max_digits=18, decimal_places=2, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        adapter: Any = self.fields["adapter"]
        known = CARRIERS.keys()
        adapter.choices = [(key, CARRIERS[key].name) for key in known]

    def surcharges(self) -> Surcharges:
        said = self.cleaned_data
        return Surcharges(
            volume_divisor=said["volume_divisor"],
            fuel_percent=said["fuel_percent"],
            residential=said["residential"],
            oversize_cm=said["oversize_cm"],
            oversize=said["oversize"],
        )


class ZoneForm(forms.Form):
    name = forms.CharField(label=_("Zone"), max_length=40, required=False)
    country = forms.CharField(label=_("Country"), max_length=2, required=False)
    postal_prefix = forms.CharField(label=_("Postal code begins"), max_length=10, required=False)
    days = forms.IntegerField(label=_("Working days"), required=False, min_value=0, max_value=90)
    rates = forms.CharField(label=_("Up to kg: price"), required=False, max_length=1000)

    def typed(self) -> ZoneInput:
        said = self.cleaned_data
        return ZoneInput(said["name"], said["country"], said["rates"], said["postal_prefix"], said["days"])

    @property
    def is_filled(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("name", "country", "rates"))


ZoneRows = forms.formset_factory(ZoneForm, extra=2, max_num=MOST_ZONES)


def shown(service: CarrierService | None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A service as its forms begin."""
    terms = CarrierTerms.objects.filter(service=service).first() if service else None
    terms = terms or CarrierTerms()
    fields = {
        "adapter": terms.adapter,
        "volume_divisor": terms.volume_divisor,
        "fuel_percent": terms.fuel_percent,
        "residential": terms.residential_amount,
        "oversize_cm": terms.oversize_cm,
        "oversize": terms.oversize_amount,
    }
    if service is None:
        return fields | {"cut_off": "16:00"}, []
    fields |= {
        "code": service.code, "name": service.name, "cut_off": service.cut_off, "is_active": service.is_active,
    }  # fmt: skip
    zones = [
        {
            "name": zone.name,
            "country": zone.country,
            "postal_prefix": zone.postal_prefix,
            "days": zone.days,
            "rates": typed_rates(zone.rates),
        }
        for zone in service.zones.order_by("country", "postal_prefix")
    ]
    return fields, zones
