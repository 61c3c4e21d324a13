"""Forms of price questions: they check form, never rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from omc.accounts.models import User
from omc.lib.actor import Actor
from orders.core.lists.forms import about_customer, choice, day, flag
from orders.core.models import Customer, Department, Product
from orders.pricing.questions.models import Answer, QuestionState
from orders.pricing.questions.selectors import deciders

_DECIMAL = {"inputmode": "decimal"}
_DAY = forms.DateInput(attrs={"type": "date"})


def _decimal(label: Any, *, places: int, required: bool = True, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=required,
        max_digits=18,
        decimal_places=places,
        widget=forms.TextInput(attrs=_DECIMAL),
        **more,
    )


class AskForm(forms.Form):
    """``customer`` is a code or name as typed; what it was asked from comes with the address."""

    customer = forms.CharField(
        label=_("Customer"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    sku = forms.CharField(label=_("Item"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    quantity = _decimal(_("Quantity"), places=6)
    unit = forms.CharField(
        label=_("Unit"), max_length=10, required=False, help_text=_("Empty is the item's own stock unit.")
    )
    unit_price = _decimal(
        _("Price per stock unit"), places=4, required=False, help_text=_("Empty asks which price you may offer.")
    )
    reason = forms.CharField(label=_("Why, and what for?"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    decider_id = forms.TypedChoiceField(label=_("Ask"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, actor: Actor, usual: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        usual_words = _("%(name)s, as usual") % {"name": usual} if usual else _("nobody may decide")
        self.fields["decider_id"].choices = [
            ("", usual_words),
            *((user.pk, str(user)) for user in deciders(actor.company_id, without=actor.user_id)),
        ]

    def clean_customer(self) -> Customer:
        said = self.cleaned_data["customer"].strip()
        rows = Customer.objects.filter(company_id=self.actor.company_id, is_active=True)
        found = rows.filter(code__iexact=said).first() or rows.filter(name__iexact=said).first()
        if found is None:
            raise forms.ValidationError(_("There is no customer with this code or name."))
        return found

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if "customer" in data:
            data["customer_id"] = data.pop("customer").pk
        return data


class AnswerForm(forms.Form):
    unit_price = _decimal(_("Another price, per stock unit"), places=4, required=False)
    words = forms.CharField(
        label=_("What you tell them"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    valid_until = forms.DateField(
        label=_("Valid until"), required=False, widget=_DAY, help_text=_("Empty is the usual number of days.")
    )


class PassForm(forms.Form):
    decider_id = forms.TypedChoiceField(label=_("Colleague"), coerce=int)
    why = forms.CharField(label=_("Why them?"), max_length=300)

    def __init__(self, *args: Any, company_id: int, without: set[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decider_id"].choices = [
            (user.pk, str(user)) for user in deciders(company_id) if user.pk not in without
        ]


class SinceForm(forms.Form):
    since = day(_("Asked from"))


def _linked(label: Any) -> forms.BooleanField:
    """Set by a link only."""
    return forms.BooleanField(label=label, required=False, widget=forms.HiddenInput)


class QuestionFilterForm(forms.Form):
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Waiting")), ("all", _("All")), *QuestionState.choices[1:]],
    )
    answer = choice(_("Answer"), Answer.choices)
    mine = flag(_("Asked of me, or by me"))
    late = flag(_("Late"))
    bounced = flag(_("Passed on"))
    lost = _linked(_("Quote lost while it waited"))
    no_department = _linked(_("Asked by nobody’s department"))
    no_hands = _linked(_("Lay with somebody without a department"))
    asked_from = day(_("Asked from"))
    more = ("answer", "bounced", "asked_from")

    def __init__(self, data: Any, actor: Actor) -> None:
        super().__init__(data)
        for name, rows, label in (
            ("product", Product.objects.filter(company_id=actor.company_id), _("Item")),
            ("decider", User.objects.filter(memberships__company_id=actor.company_id), _("Asked of")),
            ("department", Department.objects.filter(company_id=actor.company_id), _("Asked by department")),
            ("hands", Department.objects.filter(company_id=actor.company_id), _("Lay in department")),
        ):
            self.fields[name] = forms.ModelChoiceField(rows, label=label, required=False, widget=forms.HiddenInput)


class TurnFilterForm(forms.Form):
    """The turns of a report: of questions asked from a day on, in one department or in none."""

    asked_from = day(_("Asked from"))
    no_hands = _linked(_("Lay with somebody without a department"))

    def __init__(self, data: Any, actor: Actor) -> None:
        super().__init__(data)
        self.fields["hands"] = forms.ModelChoiceField(
            Department.objects.filter(company_id=actor.company_id), label=_("Lay in department"), required=False
        )


def filter_form(data: Any, actor: Actor) -> forms.Form:
    return about_customer(QuestionFilterForm(data, actor), actor)
