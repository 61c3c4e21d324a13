"""Forms of stage 6: they check form, never rules."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from orders.core.models import Warehouse
from orders.scheduling.models import PlanState

_DATE = {"type": "date"}


def _day(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d"), **kwargs)


def _warehouses(company_id: int) -> list[tuple[int, str]]:
    rows = Warehouse.objects.filter(company_id=company_id).order_by("-is_default", "code")
    return [(row.pk, f"{row.code} · {row.name}") for row in rows]


class VersionForm(forms.Form):
    """What a button sends: the plan's version as it was seen."""

    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)


class MoveForm(VersionForm):
    slot_date = _day(_("New day"))


class ReasonForm(VersionForm):
    reason = forms.CharField(label=_("Why"), max_length=200, required=False)


class CancelForm(VersionForm):
    reason = forms.CharField(label=_("Why is it cancelled?"), max_length=200)


class PlannedFilterForm(forms.Form):
    text = forms.CharField(
        label=_("Shipment, order or customer"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = forms.ChoiceField(label=_("State"), required=False)
    warehouse_id = forms.TypedChoiceField(label=_("Warehouse"), required=False, coerce=int, empty_value=None)
    day = _day(_("Day"), required=False)
    until = _day(_("Until"), required=False)
    late = forms.BooleanField(label=_("Late only"), required=False)
    held = forms.BooleanField(label=_("On hold only"), required=False)
    ready = forms.BooleanField(label=_("Not on hold, in stock"), required=False)

    def __init__(self, *args: Any, company_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [
            ("open", _("To be released")),
            ("all", _("All")),
            *((state.value, state.label) for state in PlanState),
        ]
        self.fields["warehouse_id"].choices = [("", _("All")), *_warehouses(company_id)]


class CapacityFilterForm(forms.Form):
    warehouse = forms.ModelChoiceField(
        Warehouse.objects.order_by("code"), label=_("Warehouse"), required=False, empty_label=_("All")
    )

    def __init__(self, *args: Any, company_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        warehouse: Any = self.fields["warehouse"]
        warehouse.queryset = warehouse.queryset.filter(company_id=company_id)


class BoardForm(forms.Form):
    first = _day(_("From"), required=False)
    warehouse_id = forms.TypedChoiceField(label=_("Warehouse"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, company_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["warehouse_id"].choices = [("", _("All")), *_warehouses(company_id)]


class CapacityForm(forms.Form):
    warehouse_id = forms.TypedChoiceField(label=_("Warehouse"), coerce=int)
    first = _day(_("First day"))
    last = _day(_("Last day"))
    minutes = forms.IntegerField(
        label=_("Minutes of work"), min_value=0, max_value=100_000, help_text=_("Per working day, for example 960.")
    )
    overtime_minutes = forms.IntegerField(
        label=_("Overtime minutes"), min_value=0, max_value=100_000, initial=0, help_text=_("On top, when needed.")
    )

    def __init__(self, *args: Any, company_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["warehouse_id"].choices = _warehouses(company_id)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            raise ValidationError({"last": _("The last day lies before the first.")})
        return data
