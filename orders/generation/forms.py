"""Forms of enquiries, and the rows that quotes and price lists share: they check form, never rules."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from orders.core.models import Channel, Customer, Product
from orders.generation.models import EnquiryState
from orders.generation.selectors import customer_by_code

MORE_ROWS = 5


class Suggested(forms.TextInput):
    """A text box whose suggestions are fetched while typing; without JavaScript it is a plain text box."""

    def __init__(self, url: Any, list_id: str, **attrs: Any) -> None:
        self.url = url
        super().__init__(
            attrs={
                "list": list_id,
                "autocomplete": "off",
                "hx-trigger": "input changed delay:150ms",
                "hx-target": f"#{list_id}",
                "hx-swap": "innerHTML",
            }
            | attrs
        )

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["hx-get"] = str(self.url)
        return context


class CustomerField(forms.CharField):
    """A customer by code or exact name; ``company_id`` is set by the form. Cleans to the Customer."""

    company_id: int = 0

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Customer, by code or name"))
        kwargs.setdefault("widget", Suggested(reverse_lazy("generation:customer-options"), "customer-options"))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Customer | None:
        text = super().clean(value)
        if not text:
            return None
        customer = customer_by_code(self.company_id, text)
        if customer is None:
            raise forms.ValidationError(_("There is no customer %(text)s."), params={"text": text})
        return customer


class CompanyForm(forms.Form):
    """A form whose look-ups stay within one company."""

    def __init__(self, *args: Any, company_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company_id = company_id
        for field in self.fields.values():
            if isinstance(field, CustomerField):
                field.company_id = company_id


class EnquiryFilterForm(forms.Form):
    text = forms.CharField(
        label=_("Number, subject or customer"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), ("open", _("Open (all)")), *EnquiryState.choices]
    )
    mine = forms.BooleanField(label=_("Taken by me"), required=False)


class EnquiryForm(CompanyForm):
    customer = CustomerField()
    subject = forms.CharField(label=_("What is it about?"), max_length=160)
    channel = forms.ChoiceField(label=_("Came by"), choices=Channel, initial=Channel.PHONE)
    requested_date = forms.DateField(
        label=_("Wanted for"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    value = forms.DecimalField(
        label=_("Estimated worth"),
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=2,
        help_text=_("In company currency."),
    )
    probability_percent = forms.IntegerField(
        label=_("Chance of an order, %"), min_value=0, max_value=100, initial=50, required=False
    )
    body = forms.CharField(label=_("In their words"), required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def clean_probability_percent(self) -> int:
        given = self.cleaned_data["probability_percent"]
        return 50 if given is None else given


class CloseForm(forms.Form):
    reason = forms.CharField(label=_("Why will it not become an order?"), max_length=120)


class EnquiryLineForm(CompanyForm):
    sku = forms.CharField(
        required=False,
        max_length=60,
        widget=Suggested(reverse_lazy("generation:item-options"), "item-options", **{"aria-label": _("Item")}),
    )
    text = forms.CharField(
        required=False, max_length=200, widget=forms.TextInput(attrs={"aria-label": _("In their words")})
    )
    quantity = forms.DecimalField(
        required=False, max_digits=18, decimal_places=6, widget=forms.TextInput(attrs={"aria-label": _("Quantity")})
    )

    def clean_sku(self) -> Product | None:
        text = self.cleaned_data["sku"].strip()
        if not text:
            return None
        product = Product.objects.filter(company_id=self.company_id, sku__iexact=text).first()
        if product is None:
            raise forms.ValidationError(_("There is no item %(text)s."), params={"text": text})
        return product

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if (data.get("sku") or data.get("text")) and "quantity" in data and data["quantity"] is None:
            self.add_error("quantity", _("How many?"))
        return data


class Rows(forms.BaseFormSet[Any]):
    """Rows of a plain form. Empty rows do not count."""

    def filled(self) -> Iterator[Any]:
        """The forms of the rows that hold something, in order."""
        for form in self.forms:
            if form.has_changed() and form.cleaned_data and any(form.cleaned_data.values()):
                yield form


EnquiryLines = forms.formset_factory(EnquiryLineForm, formset=Rows, extra=3, max_num=500)


def with_more_rows(posted: QueryDict, prefix: str = "lines") -> QueryDict:
    """What was posted, with room for more rows: the "More rows" button saves nothing."""
    grown = posted.copy()
    total = grown.get(f"{prefix}-TOTAL_FORMS", "0")
    grown[f"{prefix}-TOTAL_FORMS"] = str((int(total) if total.isdigit() else 0) + MORE_ROWS)
    return grown
