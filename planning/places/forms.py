"""Forms of bins and of what is put into them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from omc.lib.money import plain
from orders.core.models import Warehouse
from planning.models import StockUnit
from planning.places.services import BinInput, Place


def quantity_box(label: Any, **kwargs: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=18, decimal_places=6, **kwargs)


class OfCompany(forms.Form):
    """Warehouses of one company."""

    def __init__(self, *args: Any, company_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        warehouse: Any = self.fields["warehouse"]
        warehouse.queryset = Warehouse.objects.filter(company_id=company_id, is_active=True).order_by("code")


class BinFilterForm(OfCompany):
    text = forms.CharField(
        label=_("Bin or zone"), required=False, widget=forms.TextInput(attrs={"type": "search"}), max_length=20
    )
    warehouse = forms.ModelChoiceField(
        label=_("Warehouse"), queryset=Warehouse.objects.none(), required=False, empty_label=_("All")
    )
    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            ("", _("All in use")),
            ("full", _("Something lies there")),
            ("empty", _("Empty")),
            ("unused", _("Out of use")),
        ],
    )


class NewBinsForm(OfCompany):
    """One bin a line: its code, then zone, place on the way and check digits, where they are known."""

    warehouse = forms.ModelChoiceField(label=_("Warehouse"), queryset=Warehouse.objects.none(), empty_label=None)
    bins = forms.CharField(
        label=_("Bins, one a line"),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_("Code, zone, place on the way, check digits: A-01-3, A, 10, 47. Only the code is needed."),
    )

    def clean_bins(self) -> list[BinInput]:
        rows = []
        for number, line in enumerate(self.cleaned_data["bins"].splitlines(), start=1):
            if not line.strip():
                continue
            code, zone, place, digits, *more = [*[part.strip() for part in line.split(",")], "", "", ""][:5]
            if (more and more[0]) or (place and not place.isdigit()):
                raise forms.ValidationError(
                    _("Line %(number)s: code, zone, place on the way (a whole number), check digits."),
                    params={"number": number},
                )
            rows.append(BinInput(code, zone, int(place or number * 10), digits))
        return rows


class BinForm(forms.Form):
    zone = forms.CharField(label=_("Zone"), required=False, max_length=20)
    pick_sequence = forms.IntegerField(
        label=_("Place on the way"), min_value=0, help_text=_("Pickers walk from the lowest number to the highest.")
    )
    check_digits = forms.CharField(
        label=_("Check digits"),
        required=False,
        max_length=10,
        help_text=_("They hang at the bin: who scans or types them was there."),
    )
    is_active = forms.BooleanField(label=_("In use"), required=False)


def place_fields() -> dict[str, forms.Field]:
    """Where something is put, in forms that receive and count."""
    return {
        "bin": forms.CharField(label=_("Bin"), required=False, max_length=20),
        "lot": forms.CharField(label=_("Lot"), required=False, max_length=40),
        "serials": forms.CharField(
            label=_("Serial numbers"),
            required=False,
            widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
            help_text=_("One a line, as many as pieces."),
        ),
    }


def place_of(data: dict[str, Any]) -> dict[str, Any]:
    """The form's data with one place for what was said about it."""
    rest = {name: value for name, value in data.items() if name not in ("bin", "lot", "serials", "expires_on")}
    place = Place(data["bin"], data["lot"], data["serials"].split(), data.get("expires_on"))
    return {**rest, "place": place or None}


class PutAwayForm(forms.Form):
    """``units`` are where it lies now; none of them is what is not placed."""

    unit_id = forms.TypedChoiceField(label=_("From"), required=False, coerce=int, empty_value=None)
    quantity = quantity_box(_("Quantity"), help_text=_("In the item's stock unit."))
    expires_on = forms.DateField(label=_("Expires on"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, units: list[StockUnit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(place_fields())
        self.order_fields(["unit_id", "quantity", "bin", "lot", "serials", "expires_on"])
        self.fields["bin"].required = True
        where: Any = self.fields["unit_id"]
        where.choices = [("", _("Not placed yet")), *((unit.pk, _said(unit)) for unit in units)]


def _said(unit: StockUnit) -> str:
    parts = [unit.bin or "–", unit.lot, unit.serial]
    return f"{' · '.join(part for part in parts if part)}: {plain(unit.quantity - unit.picked)}"
