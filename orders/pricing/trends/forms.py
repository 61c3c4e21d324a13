"""What a trend is asked for: they check form, never rules."""

from decimal import Decimal
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from orders.core.lists.forms import CompanyFilterForm, choice, day
from orders.core.models import Category, Customer, Product
from orders.pricing.forms import CompanyForm, CustomerField, Suggested


class _Period(forms.Form):
    first = day(_("From"))
    last = day(_("Until"))

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("first") and found.get("last") and found["last"] < found["first"]:
            self.add_error("last", _("It would end before it begins."))
        return found


class TrendForm(CompanyForm, _Period):
    """An item, a customer, or both, from day to day."""

    sku = forms.CharField(
        label=_("Item"),
        required=False,
        max_length=60,
        widget=Suggested(reverse_lazy("generation:item-options"), "item-options"),
    )
    customer = CustomerField(required=False)
    field_order = ("sku", "customer", "first", "last")

    def clean_sku(self) -> str:
        """The item's own spelling; ``product`` is the item."""
        typed: str = self.cleaned_data["sku"].strip()
        self.product = Product.objects.filter(company_id=self.company_id, sku__iexact=typed).first() if typed else None
        if typed and self.product is None:
            raise forms.ValidationError(_("There is no item %(sku)s.") % {"sku": typed})
        return self.product.sku if self.product else ""


class VarianceForm(CompanyFilterForm, _Period):
    category = forms.ModelChoiceField(
        Category.objects.order_by("name"), label=_("Category"), required=False, empty_label=_("All")
    )
    customer = forms.ModelChoiceField(
        Customer.objects.all(), label=_("Customer"), required=False, widget=forms.HiddenInput
    )
    after = forms.RegexField(r"^\d{1,16}(\.\d{1,2})?_\d{1,18}$", required=False, widget=forms.HiddenInput)
    field_order = ("category", "first", "last")

    def clean_after(self) -> tuple[Decimal, int] | None:
        """The row that the page comes after: its difference and its item."""
        gap, _line, item = self.cleaned_data["after"].partition("_")
        return (Decimal(gap), int(item)) if gap else None


class SoldLineFilterForm(CompanyFilterForm):
    against = choice(
        _("Charged"),
        [("differs", _("Not as expected")), ("unknown", _("Without an expected price"))],
        _("At any price"),
    )
    first = day(_("Ordered from"))
    last = day(_("Ordered until"))
    category = forms.ModelChoiceField(
        Category.objects.order_by("name"), label=_("Category"), required=False, empty_label=_("All")
    )
    product = forms.ModelChoiceField(Product.objects.all(), label=_("Item"), required=False, widget=forms.HiddenInput)
    customer = forms.ModelChoiceField(
        Customer.objects.all(), label=_("Customer"), required=False, widget=forms.HiddenInput
    )


def line_filter(data: Any, actor: Actor) -> forms.Form:
    return SoldLineFilterForm(data, actor)
