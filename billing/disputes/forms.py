"""Forms of disputes: they check form, the services check the rules."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.models import DisputeReason, DisputeState, Invoice, InvoiceLine
from omc.lib.actor import Actor
from orders.core.eventlog import stages
from orders.core.lists.forms import CompanyFilterForm, about_customer, choice, flag, search, stage_choice
from orders.core.models import Membership

MONEY = forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"})
OUTCOMES = [one for one in DisputeState.choices if one[0] != DisputeState.OPEN]


class DisputeFilterForm(CompanyFilterForm):
    text = search(_("Invoice or customer"))
    state = choice(_("State"), DisputeState.choices)
    stage = stage_choice(_("Caused by stage"))
    reason = choice(_("Reason"), DisputeReason.choices)
    mine = flag(_("Mine only"))
    late = flag(_("Overdue"))
    credited = forms.BooleanField(label=_("Something was credited"), required=False, widget=forms.HiddenInput)
    raised_days = forms.IntegerField(
        label=_("Raised in the last days"), required=False, min_value=1, max_value=3650, widget=forms.HiddenInput
    )


def filter_form(data: Any, actor: Actor) -> forms.Form:
    return about_customer(DisputeFilterForm(data, actor), actor)


def _stages() -> list[tuple[int, str]]:
    return [(stage.number, f"{stage.number} {stage.name}") for stage in stages()]


class RaiseForm(forms.Form):
    """What of an invoice is disputed, and why."""

    line_id = forms.TypedChoiceField(label=_("What"), required=False, coerce=int, empty_value=None)
    reason = forms.ChoiceField(label=_("Why"), choices=[("", _("Please choose")), *DisputeReason.choices])
    amount = forms.DecimalField(
        label=_("Amount with tax"), required=False, max_digits=18, decimal_places=2, widget=MONEY,
        help_text=_("Empty: all of it that is open."),
    )  # fmt: skip
    words = forms.CharField(
        label=_("What they say"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, invoice: Invoice, lines: Sequence[InvoiceLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(line.pk, f"{line.position} {line.description}"[:80]) for line in lines]
        self.fields["line_id"].choices = [("", _("The whole invoice")), *offered]  # type: ignore[attr-defined]


class RouteForm(forms.Form):
    """Which stage caused it, and whose it is."""

    stage = forms.TypedChoiceField(label=_("Caused by stage"), coerce=int)
    owner_id = forms.TypedChoiceField(label=_("In the hands of"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, company_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"].choices = _stages()  # type: ignore[attr-defined]
        members = Membership.objects.filter(company_id=company_id, user__is_active=True).select_related("user")
        people = sorted((str(member.user), member.user_id) for member in members)
        offered = [(pk, name) for name, pk in people]
        self.fields["owner_id"].choices = [("", _("nobody yet")), *offered]  # type: ignore[attr-defined]


class DecideForm(forms.Form):
    """The outcome, and how much of it is credited."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=[("", _("Please choose")), *OUTCOMES])
    amount = forms.DecimalField(
        label=_("Amount credited, with tax"), required=False, max_digits=18, decimal_places=2, widget=MONEY,
        help_text=_("Only where it is not all that is disputed."),
    )  # fmt: skip
    quantity = forms.DecimalField(
        label=_("Or quantity credited"), required=False, max_digits=18, decimal_places=6, min_value=0,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
        help_text=_("Of the disputed line, where goods are missing or came back."),
    )  # fmt: skip
    decision = forms.CharField(
        label=_("Why"), max_length=300, help_text=_("Stands on the credit note; the customer reads it.")
    )
