"""What people type about cases and follow-ups."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from omc.accounts.models import User
from omc.lib.actor import Actor
from orders.core.models import Order
from orders.generation.forms import CustomerField
from returns.postsales.models import CaseKind, CaseState
from returns.postsales.selectors import colleagues

SAID = [
    ("to_customer", _("Send to the customer")),
    ("note", _("Note for colleagues")),
    ("by_customer", _("The customer said")),
]


class CaseFilterForm(forms.Form):
    text = forms.CharField(
        label=_("Case, subject, order or customer"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), ("open", _("Open")), *CaseState.choices]
    )
    mine = forms.BooleanField(label=_("Mine"), required=False)


class CaseForm(forms.Form):
    """A new case; with an order or a return given the customer is known."""

    customer = CustomerField()
    kind = forms.ChoiceField(label=_("Kind"), choices=CaseKind.choices)
    subject = forms.CharField(label=_("In a few words"), max_length=160)
    body = forms.CharField(label=_("What the customer said"), required=False, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args: Any, actor: Actor, known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        if known:
            del self.fields["customer"]
        else:
            self.fields["customer"].company_id = actor.company_id

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if customer := data.pop("customer", None):
            data["customer_id"] = customer.pk
        return data


class ReplyForm(forms.Form):
    body = forms.CharField(label=_("What is said"), widget=forms.Textarea(attrs={"rows": 4}))
    said = forms.ChoiceField(label=_("To whom"), choices=SAID, initial="to_customer")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        said = data.pop("said", "")
        return data | {"to_customer": said == "to_customer", "by_customer": said == "by_customer"}


class AssignForm(forms.Form):
    owner_id = forms.TypedChoiceField(label=_("Who takes it"), coerce=int)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner_id"].choices = people(actor)
        self.fields["owner_id"].initial = actor.user_id


class WaitForm(forms.Form):
    whom = forms.ChoiceField(
        label=_("Waits for"), choices=[("customer", _("The customer")), ("internal", _("A colleague"))]
    )


class ResolveForm(forms.Form):
    resolution = forms.CharField(label=_("How it was settled"), widget=forms.Textarea(attrs={"rows": 3}))


class CloseForm(forms.Form):
    satisfaction = forms.TypedChoiceField(
        label=_("What the customer said about it"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", _("Not asked")),
            (5, _("5 · very satisfied")),
            (4, _("4 · satisfied")),
            (3, _("3 · neither")),
            (2, _("2 · dissatisfied")),
            (1, _("1 · very dissatisfied")),
        ],
    )


class ReopenForm(forms.Form):
    reason = forms.CharField(label=_("Why it was not settled"), max_length=200)


class FollowUpForm(forms.Form):
    """A call or visit that we owe."""

    purpose = forms.CharField(label=_("What it is for"), max_length=160)
    due_on = forms.DateField(label=_("Due on"), widget=forms.DateInput(attrs={"type": "date"}))
    owner_id = forms.TypedChoiceField(label=_("Who does it"), required=False, coerce=int, empty_value=None)
    order = forms.CharField(label=_("Order"), required=False, max_length=40, help_text=_("For example SO-000042."))

    def __init__(self, *args: Any, actor: Actor, known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["owner_id"].choices = [("", _("Nobody yet")), *people(actor)]
        if known:
            del self.fields["order"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "order" in self.fields:
            number = data.pop("order", "")
            found = Order.objects.filter(company_id=self.actor.company_id, number__iexact=number).first()
            if found is None:
                self.add_error("order", _("There is no order with this number."))
            else:
                data["order_id"] = found.pk
        return data


class OutcomeForm(forms.Form):
    outcome = forms.CharField(label=_("What came of it"), max_length=300)


def people(actor: Actor) -> list[tuple[int, str]]:
    """Colleagues to choose from."""
    users: list[User] = list(colleagues(actor))
    return [(user.pk, str(user)) for user in users]
