"""Forms of quotes, price lists, taxes and rates: they check form, never rules."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from omc.accounts.models import User
from omc.lib.actor import Actor
from orders.core.inputs import LineInput
from orders.core.lists.forms import choice, day
from orders.core.models import Address, Contact, Customer, LineKind, Supply
from orders.generation.forms import CompanyForm, CustomerField, Rows, Suggested
from orders.pricing.models import PriceListKind, QuoteState, RejectReason, TaxRule
from orders.pricing.services import BreakInput
from orders.pricing.services.costs import TYPED

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _cell(name: Any, **attrs: Any) -> forms.TextInput:
    """A text box in a table: its column says what it is, so its label is for readers only."""
    return forms.TextInput(attrs={"aria-label": name, "autocomplete": "off"} | attrs)


class QuoteFilterForm(forms.Form):
    text = forms.CharField(
        label=_("Number or customer"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All but superseded")), ("open", _("Open (all)")), *QuoteState.choices],
    )
    mine = forms.BooleanField(label=_("Written by me"), required=False)
    outcome = choice(
        _("What became of it"),
        [("won", _("Won")), ("lost", _("Lost")), ("ran_out", _("Ran out")), ("with_customer", _("With the customer"))],
    )
    reason = choice(_("Lost because of"), RejectReason.choices)
    customer_class = choice(_("Customer class"), Customer.CustomerClass.choices)
    sent_from = day(_("Sent from"))
    sent_to = day(_("Sent until"))
    writer = forms.TypedChoiceField(label=_("Written by"), required=False, coerce=int, empty_value=None)
    more = ("outcome", "reason", "customer_class", "writer", "sent_from", "sent_to")

    def __init__(self, data: Any, actor: Actor) -> None:
        super().__init__(data)
        people = User.objects.filter(memberships__company_id=actor.company_id).order_by("full_name", "username")
        self.fields["writer"].choices = [("", _("All")), *((one.pk, str(one)) for one in people)]  # type: ignore[attr-defined]


class PeriodForm(forms.Form):
    first = day(_("Sent from"))
    last = day(_("Until"))


class RenewForm(forms.Form):
    """What the quote was going to be when somebody looked."""

    net_amount = forms.DecimalField(max_digits=18, decimal_places=2)


class NewQuoteForm(CompanyForm):
    customer = CustomerField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["customer"].widget.attrs["autofocus"] = True


class QuoteForm(forms.Form):
    """The header of a quote, within one customer's people and places."""

    contact_id = forms.TypedChoiceField(label=_("For"), required=False, coerce=int, empty_value=None)
    ship_to_id = forms.TypedChoiceField(label=_("Ship to"), required=False, coerce=int, empty_value=None)
    requested_date = forms.DateField(label=_("Wanted for"), required=False, widget=DAY)
    valid_until = forms.DateField(
        label=_("Valid until"), required=False, widget=DAY, help_text=_("Empty takes the usual number of days.")
    )
    customer_note = forms.CharField(
        label=_("Note for the customer"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contacts = Contact.objects.filter(customer=customer).order_by("-is_primary", "name")
        places = Address.objects.filter(customer=customer, is_active=True).exclude(use=Address.Use.BILL)
        first = ("", _("The first one"))
        self.fields["contact_id"].choices = [first, *((row.pk, f"{row} {row.email}".strip()) for row in contacts)]
        self.fields["ship_to_id"].choices = [
            first,
            *((row.pk, str(row)) for row in places.order_by("-is_default", "id")),
        ]


class QuoteLineForm(forms.Form):
    """One typed line. Without an item, words and a price make it a charge."""

    sku = forms.CharField(
        required=False,
        max_length=60,
        widget=Suggested(reverse_lazy("generation:item-options"), "item-options", **{"aria-label": _("Item")}),
    )
    description = forms.CharField(required=False, max_length=200, widget=_cell(_("Description")))
    quantity = forms.DecimalField(
        required=False, max_digits=18, decimal_places=6, widget=_cell(_("Quantity"), inputmode="decimal")
    )
    unit = forms.CharField(required=False, max_length=10, widget=_cell(_("Unit")))
    unit_price = forms.DecimalField(
        required=False, max_digits=18, decimal_places=4, widget=_cell(_("Price by hand"), inputmode="decimal")
    )
    price_reason = forms.CharField(required=False, max_length=200, widget=_cell(_("Why this price")))
    supply = forms.ChoiceField(
        required=False, choices=Supply.choices, widget=forms.Select(attrs={"aria-label": _("How it comes")})
    )
    ship_to_id = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, widget=forms.Select(attrs={"aria-label": _("Ship this line to")})
    )

    def __init__(self, *args: Any, places: Sequence[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["supply"].initial = Supply.STOCK
        self.fields["ship_to_id"].choices = [("", _("as the quote")), *places]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if any(data.get(name) for name in ("sku", "description", "unit_price")) and data.get("quantity") is None:
            if "quantity" not in self.errors:
                self.add_error("quantity", _("How many?"))
        elif data.get("quantity") and not (data.get("sku") or data.get("description")):
            self.add_error("sku", _("Of which item?"))
        return data

    @property
    def typed(self) -> LineInput:
        data = self.cleaned_data
        return LineInput(
            sku=data["sku"],
            description=data["description"],
            quantity=data["quantity"],
            unit=data["unit"],
            unit_price=data["unit_price"],
            price_reason=data["price_reason"],
            supply=data["supply"] or Supply.STOCK,
            ship_to_id=data["ship_to_id"],
            kind=LineKind.GOODS if data["sku"] else LineKind.CHARGE,
        )


QuoteLines = forms.formset_factory(QuoteLineForm, formset=Rows, extra=5, max_num=1000)


class SendForm(forms.Form):
    recipient = forms.EmailField(label=_("Send to"))


class RejectForm(forms.Form):
    reason = forms.ChoiceField(label=_("Why?"), choices=[("", _("Choose")), *RejectReason.choices])


_POOLS = _("A break counts all lines of an item, or of a break group, together.")
_BEST_OF = _("For promotions: where the promotion is lower than the customer's contract, it counts.")


class PriceListFilterForm(forms.Form):
    text = forms.CharField(label=_("Code or name"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *PriceListKind.choices])


class NewPriceListForm(CompanyForm):
    code = forms.CharField(label=_("Code"), max_length=30)
    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=PriceListKind, help_text=_("From the strongest to the weakest source of a price.")
    )
    currency = forms.RegexField(r"^[A-Za-z]{3}$", label=_("Currency"))
    customer = CustomerField(
        required=False, label=_("For customer"), help_text=_("Code or name. For contracts and customer lists.")
    )
    price_group = forms.CharField(label=_("For price group"), max_length=20, required=False)
    customer_class = forms.ChoiceField(
        label=_("For customer class"), required=False, choices=[("", _("Any")), *Customer.CustomerClass.choices]
    )
    valid_from = forms.DateField(label=_("From"), required=False, widget=DAY)
    valid_to = forms.DateField(label=_("To"), required=False, widget=DAY)
    reference = forms.CharField(label=_("Their number for it"), max_length=60, required=False)
    pools_quantity = forms.BooleanField(
        label=_("Count quantities over the whole order"), required=False, help_text=_POOLS
    )
    best_of = forms.BooleanField(label=_("The lower of promotion and contract"), required=False, help_text=_BEST_OF)


class PriceListForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    valid_from = forms.DateField(label=_("From"), required=False, widget=DAY)
    valid_to = forms.DateField(label=_("To"), required=False, widget=DAY)
    reference = forms.CharField(label=_("Their number for it"), max_length=60, required=False)
    is_active = forms.BooleanField(label=_("In force"), required=False)
    pools_quantity = forms.BooleanField(
        label=_("Count quantities over the whole order"), required=False, help_text=_POOLS
    )
    best_of = forms.BooleanField(label=_("The lower of promotion and contract"), required=False, help_text=_BEST_OF)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind != PriceListKind.PROMOTION:
            del self.fields["best_of"]


class NextVersionForm(forms.Form):
    valid_from = forms.DateField(
        label=_("In force from"), widget=DAY, help_text=_("The version before it ends on the day before.")
    )
    change_percent = forms.DecimalField(
        label=_("Change every price by, %"),
        initial=0,
        max_digits=6,
        decimal_places=2,
        help_text=_("3 raises, -3 lowers. Prices given in percent off the list price stay as they are."),
    )


class BreakForm(forms.Form):
    """One row of a ladder: from how many, at which price or how much off the list price."""

    min_quantity = forms.DecimalField(
        required=False, max_digits=18, decimal_places=6, widget=_cell(_("From quantity"), inputmode="decimal")
    )
    unit = forms.ChoiceField(required=False, widget=forms.Select(attrs={"aria-label": _("Unit")}))
    unit_price = forms.DecimalField(
        required=False, max_digits=18, decimal_places=4, widget=_cell(_("Unit price"), inputmode="decimal")
    )
    percent = forms.DecimalField(
        required=False, max_digits=7, decimal_places=4, widget=_cell(_("Percent off list"), inputmode="decimal")
    )
    break_group = forms.CharField(required=False, max_length=20, widget=_cell(_("Break group")))
    valid_from = forms.DateField(
        required=False, widget=forms.DateInput(attrs={"type": "date", "aria-label": _("From")}, format="%Y-%m-%d")
    )
    valid_to = forms.DateField(
        required=False, widget=forms.DateInput(attrs={"type": "date", "aria-label": _("To")}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if self.says_something:
            if data.get("min_quantity") is None and "min_quantity" not in self.errors:
                self.add_error("min_quantity", _("From how many?"))
            if data.get("unit_price") is None and data.get("percent") is None and not self.errors:
                self.add_error("unit_price", _("At which price, or how much off?"))
        return data

    @property
    def says_something(self) -> bool:
        """A price of zero is a price; a unit alone says nothing."""
        data = self.cleaned_data
        return any(value not in (None, "") for name, value in data.items() if name not in ("unit", "break_group"))

    def typed(self, sku: str) -> BreakInput:
        return BreakInput(sku=sku, **self.cleaned_data)

    def refuse(self, sentence: str) -> None:
        """Say what is wrong with the row at the cell that it is about."""
        self.add_error("unit_price" if self.cleaned_data.get("percent") is None else "percent", sentence)


class BreakRows(Rows):
    def filled(self) -> Any:
        return (form for form in self.forms if form.cleaned_data and form.says_something)


Ladder = forms.formset_factory(BreakForm, formset=BreakRows, extra=3, max_num=100)


class LookUpForm(CompanyForm):
    customer = CustomerField(required=False, label=_("Customer, or empty for what everybody pays"))
    sku = forms.CharField(label=_("Item"), widget=Suggested(reverse_lazy("generation:item-options"), "item-options"))
    quantity = forms.DecimalField(label=_("Quantity"), min_value=0, max_digits=18, decimal_places=6, initial=1)
    unit = forms.CharField(label=_("Unit"), max_length=10, required=False)
    on = forms.DateField(label=_("On"), required=False, widget=DAY)


class TaxRuleForm(forms.Form):
    code = forms.CharField(label=_("Code"), max_length=20)
    name = forms.CharField(label=_("Name"), max_length=60)
    country = forms.RegexField(
        r"^[A-Za-z]{2}$", label=_("Country"), required=False, help_text=_("Two letters; empty is everywhere else.")
    )
    region = forms.CharField(
        label=_("Region"), max_length=80, required=False, help_text=_("As in addresses; empty is the whole country.")
    )
    tax_class = forms.CharField(label=_("Class of items"), max_length=20, initial="standard")
    category = forms.ChoiceField(label=_("Category"), choices=TaxRule.Category)
    rate = forms.DecimalField(label=_("Rate, %"), min_value=0, max_value=100, max_digits=7, decimal_places=4)
    valid_from = forms.DateField(label=_("From"), required=False, widget=DAY)
    is_active = forms.BooleanField(label=_("In force"), required=False, initial=True)


class RateForm(forms.Form):
    currency = forms.CharField(label=_("Currency"), min_length=3, max_length=3)
    day = forms.DateField(label=_("From"), widget=DAY)
    rate = forms.DecimalField(
        label=_("Rate"),
        max_digits=18,
        decimal_places=8,
        help_text=_("What one unit is worth in company currency."),
    )


class CostForm(forms.Form):
    kind = forms.ChoiceField(label=_("Which cost"), choices=[(kind, kind.label) for kind in TYPED])
    cost = forms.DecimalField(
        label=_("Cost"), required=False, min_value=0, max_digits=18, decimal_places=4, help_text=_("Empty is unknown.")
    )
    reason = forms.CharField(label=_("Why it changes"), max_length=120)
