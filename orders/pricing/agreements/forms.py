"""Forms of blanket agreements: they check form, never rules."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from omc.accounts.roles import permissions_of
from omc.lib.actor import Actor
from orders.core.lists.forms import about_customer, choice, day, flag, search
from orders.core.models import Membership
from orders.generation.forms import CompanyForm, CustomerField, Rows, Suggested
from orders.pricing.agreements.models import AgreementState
from orders.pricing.agreements.services import AgreedInput
from orders.pricing.agreements.services.writing import WRITE

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AgreementFilterForm(forms.Form):
    text = search(_("Number, customer or their number"))
    state = choice(_("State"), [("open", _("Open (all)")), *AgreementState.choices])
    behind = flag(_("Taken slower than planned"))
    mine = flag(_("Mine only"))
    ends_by = day(_("Ends until"))


def filter_form(data: Any, actor: Actor) -> forms.Form:
    return about_customer(AgreementFilterForm(data), actor)


class AgreementForm(CompanyForm):
    """The head of an agreement; ``is_new`` asks for whom, ``in_force`` asks why it changes."""

    customer = CustomerField()
    currency = forms.CharField(
        label=_("Currency"), required=False, max_length=3, help_text=_("Empty takes the customer's.")
    )
    valid_from = forms.DateField(label=_("From"), widget=DAY)
    valid_to = forms.DateField(label=_("To"), widget=DAY)
    customer_po = forms.CharField(label=_("Their number for it"), max_length=60, required=False)
    owner_id = forms.TypedChoiceField(
        label=_("Owner"), required=False, coerce=int, empty_value=None, help_text=_("Hears of it before it ends.")
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    reason = forms.CharField(label=_("Why do the terms change?"), max_length=200)

    def __init__(self, *args: Any, is_new: bool = False, in_force: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner_id"].choices = [("", _("Whoever writes it")), *_owners(self.company_id)]  # type: ignore[attr-defined]
        if not is_new:
            del self.fields["customer"], self.fields["currency"]
        if not in_force:
            del self.fields["reason"]


def _owners(company_id: int) -> list[tuple[int, str]]:
    members = Membership.objects.filter(company_id=company_id, user__is_active=True).select_related("user")
    return [
        (member.user_id, str(member.user))
        for member in members.order_by("user__full_name", "user__username")
        if WRITE in permissions_of(frozenset(member.roles))
    ]


class AgreedItemForm(forms.Form):
    sku = forms.CharField(
        required=False,
        max_length=60,
        widget=Suggested(reverse_lazy("generation:item-options"), "item-options", **{"aria-label": _("Item")}),
    )
    quantity = forms.DecimalField(
        required=False,
        max_digits=18,
        decimal_places=6,
        widget=forms.TextInput(attrs={"aria-label": _("Agreed quantity"), "inputmode": "decimal"}),
    )
    unit_price = forms.DecimalField(
        required=False,
        max_digits=18,
        decimal_places=4,
        widget=forms.TextInput(attrs={"aria-label": _("Agreed price"), "inputmode": "decimal"}),
    )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if any(data.get(name) not in ("", None) for name in self.fields):
            for name, missing in (
                ("sku", _("Of which item?")),
                ("quantity", _("How much in all?")),
                ("unit_price", _("At which price?")),
            ):
                if data.get(name) in ("", None) and name not in self.errors:
                    self.add_error(name, missing)
        return data

    @property
    def typed(self) -> AgreedInput:
        return AgreedInput(**self.cleaned_data)


AgreedRows = forms.formset_factory(AgreedItemForm, formset=Rows, extra=3, max_num=500)


class CloseAgreementForm(forms.Form):
    reason = forms.CharField(label=_("Why is it closed?"), max_length=200)
