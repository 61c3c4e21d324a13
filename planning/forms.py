"""Forms of order planning: they check form, never rules."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from orders.core.models import Product, Supplier, Warehouse
from planning.models import SupplyOrder, SupplyState
from planning.places.forms import place_fields

MORE_ROWS = 5


def search_box(label: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=forms.TextInput(attrs={"type": "search"}))


def date_box(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}))


def quantity_box(label: Any, **kwargs: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=18, decimal_places=6, **kwargs)


class ItemField(forms.CharField):
    """An item by SKU, suggested while typing. ``company_id`` is set by the form. Cleans to the Product."""

    company_id: int = 0

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(
            attrs={
                "list": "item-options",
                "autocomplete": "off",
                "aria-label": _("Item"),
                "hx-get": reverse_lazy("planning:item-options"),
                "hx-trigger": "input changed delay:150ms",
                "hx-target": "#item-options",
                "hx-swap": "innerHTML",
            }
        )
        super().__init__(label=_("Item (SKU)"), max_length=60, widget=widget, **kwargs)

    def clean(self, value: Any) -> Product | None:
        text = super().clean(value)
        if not text:
            return None
        product = Product.objects.filter(company_id=self.company_id, sku__iexact=text).first()
        if product is None:
            raise forms.ValidationError(_("There is no item %(text)s."), params={"text": text})
        return product


class CompanyForm(forms.Form):
    """A form whose look-ups stay within one company; what is out of use is still filtered by, but not chosen anew."""

    filters = False

    def __init__(self, *args: Any, company_id: int, may_see_cost: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, ItemField):
                field.company_id = company_id
            elif isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
                field.queryset = field.queryset.filter(company_id=company_id)
                if not self.filters and field.queryset.model in (Warehouse, Supplier):
                    field.queryset = field.queryset.filter(is_active=True)
                    if field.queryset.model is Warehouse:
                        field.label_from_instance = _named  # type: ignore[method-assign]
        if not may_see_cost:
            self.fields.pop("unit_cost", None)


def _named(obj: Any) -> str:
    """A warehouse as a person chooses it; lists and filters have its code."""
    return f"{obj.name} ({obj.code})"


class StockFilterForm(CompanyForm):
    filters = True
    text = search_box(_("SKU, name or barcode"))
    warehouse = forms.ModelChoiceField(
        Warehouse.objects.order_by("code"), label=_("Warehouse"), required=False, empty_label=_("All")
    )
    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            ("", _("Everything")),
            ("stocked", _("In stock")),
            ("short", _("Back-ordered")),
            ("reorder", _("Below reorder point")),
        ],
    )


class PlacedForm(CompanyForm):
    """A form that may say where something lies."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(place_fields())


class ReceiveForm(PlacedForm):
    product = ItemField()
    warehouse = forms.ModelChoiceField(Warehouse.objects.order_by("code"), label=_("Warehouse"))
    quantity = quantity_box(_("Quantity received"), help_text=_("In the item's stock unit."))
    unit_cost = forms.DecimalField(
        label=_("Cost per unit"),
        required=False,
        max_digits=18,
        decimal_places=4,
        help_text=_("In company currency. Left empty, the item's cost stays as it is."),
    )
    reference = forms.CharField(label=_("Delivery note"), required=False, max_length=60)


class AdjustForm(PlacedForm):
    product = ItemField()
    warehouse = forms.ModelChoiceField(Warehouse.objects.order_by("code"), label=_("Warehouse"))
    delta = quantity_box(
        _("Difference"),
        help_text=_("In the item's stock unit: positive when more was found than the books say, negative when less."),
    )
    reason = forms.CharField(label=_("Why were the books wrong?"), max_length=120)


class SupplyFilterForm(forms.Form):
    text = search_box(_("Number, supplier or SKU"))
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All")),
            ("open", _("Open (all)")),
            ("unwanted", _("Customers no longer want some of it")),
            *SupplyState.choices,
        ],
    )


class SupplyForm(CompanyForm):
    supplier = forms.ModelChoiceField(Supplier.objects.order_by("name"), label=_("Supplier"), empty_label=_("Choose"))
    warehouse = forms.ModelChoiceField(Warehouse.objects.order_by("code"), label=_("Deliver to"))
    expected_date = date_box(_("Expected on"))


class SupplyRowForm(CompanyForm):
    product = ItemField(required=False)
    quantity = quantity_box(_("Quantity"), required=False)
    unit_cost = forms.DecimalField(label=_("Cost per unit"), required=False, max_digits=18, decimal_places=4)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("product") and "quantity" in data and data["quantity"] is None:
            self.add_error("quantity", _("How many?"))
        if "product" in data and data["product"] is None and data.get("quantity"):
            self.add_error("product", _("Which item?"))
        return data


class Rows(forms.BaseFormSet[Any]):
    """Rows of a plain form. Empty rows do not count."""

    def filled(self) -> Iterator[Any]:
        """The cleaned data of the rows that hold something, in order."""
        return (form.cleaned_data for form in self.forms if form.cleaned_data and form.cleaned_data.get("product"))


SupplyRows = forms.formset_factory(SupplyRowForm, formset=Rows, extra=3, max_num=200)


def with_more_rows(posted: QueryDict, prefix: str = "lines") -> QueryDict:
    """What was posted, with room for more rows: the "More rows" button saves nothing."""
    grown = posted.copy()
    total = grown.get(f"{prefix}-TOTAL_FORMS", "0")
    grown[f"{prefix}-TOTAL_FORMS"] = str((int(total) if total.isdigit() else 0) + MORE_ROWS)
    return grown


class ReceiveSupplyForm(forms.Form):
    """A box per open line, filled with what is still to come; an emptied one receives nothing."""

    reference = forms.CharField(label=_("Delivery note"), required=False, max_length=60)

    def __init__(self, *args: Any, supply: SupplyOrder, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = [line for line in supply.lines.all() if line.open_quantity > 0]
        for line in self.lines:
            self.fields[f"received_{line.pk}"] = quantity_box(
                line.product.sku,
                required=False,
                min_value=0,
                help_text=_("%(open)s %(unit)s still to come")
                % {"open": format(line.open_quantity.normalize(), "f"), "unit": line.product.stock_unit},
                initial=format(line.open_quantity.normalize(), "f"),
            )

    def rows(self) -> list[tuple[Any, Any]]:
        """Each line beside its box."""
        return [(line, self[f"received_{line.pk}"]) for line in self.lines]

    def received(self) -> dict[int, Decimal]:
        """What was typed, by line."""
        return {line.pk: self.cleaned_data.get(f"received_{line.pk}") or Decimal(0) for line in self.lines}


class MoveSupplyForm(forms.Form):
    expected_date = date_box(_("Expected on"))
    reason = forms.CharField(label=_("What the supplier says"), max_length=200)


class SpecialFilterForm(forms.Form):
    text = search_box(_("SKU, order or customer"))
    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("Everything")), ("unordered", _("Not ordered yet")), ("ordered", _("Ordered"))],
    )


class ForecastFilterForm(forms.Form):
    text = search_box(_("SKU or name"))
    kind = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            ("", _("Everything")),
            ("better", _("Better than naive")),
            ("naive", _("Naive is best")),
            ("unjudged", _("Not judged")),
        ],
    )


class BackorderFilterForm(CompanyForm):
    filters = True
    text = search_box(_("SKU, order or customer"))
    warehouse = forms.ModelChoiceField(
        Warehouse.objects.order_by("code"), label=_("Warehouse"), required=False, empty_label=_("All")
    )
