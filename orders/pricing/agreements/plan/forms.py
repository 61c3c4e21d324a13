"""Forms of planned releases: they check form, never rules."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.money import plain
from orders.core.lists.forms import about_customer, choice, day, flag, search
from orders.generation.forms import Rows
from orders.pricing.agreements.forms import DAY
from orders.pricing.agreements.plan_models import PlannedLine, PlannedReleaseState
from orders.pricing.agreements.services import PlannedInput


class PlannedFilterForm(forms.Form):
    text = search(_("Agreement, customer or their number"))
    state = choice(_("State"), [("open", _("Open (all)")), *PlannedReleaseState.choices])
    mine = flag(_("Of my agreements only"))
    until = day(_("Wanted until"))


def planned_filter_form(data: Any, actor: Actor) -> forms.Form:
    return about_customer(PlannedFilterForm(data), actor)


class PlannedRowForm(forms.Form):
    """A day, an item and how much. Units: the typed unit, else the item's stock unit."""

    day = forms.DateField(
        required=False, widget=forms.DateInput(attrs={"type": "date", "aria-label": _("Day")}, format="%Y-%m-%d")
    )
    sku = forms.CharField(
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"aria-label": _("Item"), "list": "agreed-items", "autocomplete": "off"}),
    )
    quantity = forms.DecimalField(
        required=False,
        max_digits=18,
        decimal_places=6,
        widget=forms.TextInput(attrs={"aria-label": _("Quantity"), "inputmode": "decimal", "autocomplete": "off"}),
    )
    unit = forms.CharField(
        required=False,
        max_length=10,
        widget=forms.TextInput(attrs={"aria-label": _("Unit"), "list": "agreed-units", "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if any(data.get(name) not in ("", None) for name in self.fields):
            for name, missing in (("day", _("When?")), ("sku", _("Which item?")), ("quantity", _("How much?"))):
                if data.get(name) in ("", None) and name not in self.errors:
                    self.add_error(name, missing)
        return data

    @property
    def typed(self) -> PlannedInput:
        return PlannedInput(**self.cleaned_data)


PlannedRows = forms.formset_factory(PlannedRowForm, formset=Rows, extra=4, max_num=500)


class MoveReleaseForm(forms.Form):
    """Another day, other quantities by line; 0 takes the line out."""

    day = forms.DateField(label=_("Wanted for"), widget=DAY)
    reason = forms.CharField(label=_("Why does it change?"), max_length=200)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, lines: Sequence[PlannedLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            said = _now("%(item)s, in %(unit)s") % {"item": line.item.product.sku, "unit": line.unit}
            self.fields[f"line_{line.pk}"] = forms.DecimalField(
                label=said,
                initial=plain(line.typed_quantity),
                min_value=Decimal(0),
                max_digits=18,
                decimal_places=6,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            )

    @property
    def quantity_fields(self) -> list[forms.BoundField]:
        return [self[f"line_{line.pk}"] for line in self.lines]

    def change(self) -> dict[str, Any]:
        """What is to be changed, for the service."""
        data = self.cleaned_data
        quantities = {line.pk: data[f"line_{line.pk}"] for line in self.lines}
        return {name: data[name] for name in ("day", "reason", "version")} | {"quantities": quantities}


class SkipReleaseForm(forms.Form):
    reason = forms.CharField(label=_("Why is nothing ordered?"), max_length=200)
