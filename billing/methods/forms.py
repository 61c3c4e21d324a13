"""The form of how a customer or an order is billed."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.methods.rules import parse_instalments, spell_instalments
from billing.methods.selectors import LABELS
from billing.models import BillingRule, DepositRule, Every, FreightRule, Method


class BillingRuleForm(forms.Form):
    """Empty means: as above says (the customer's for an order, the house's for a customer)."""

    method = forms.ChoiceField(label=LABELS["method"], required=False)
    every = forms.ChoiceField(label=LABELS["every"], required=False, help_text=_("For invoices once a period."))
    by_purchase_order = forms.NullBooleanField(label=LABELS["by_purchase_order"], required=False)
    freight = forms.ChoiceField(label=LABELS["freight"], required=False)
    deposit_percent = forms.DecimalField(
        label=_("Deposit, percent of the order"),
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=5,
        decimal_places=2,
        help_text=_("Billed when the order is confirmed."),
    )
    deposit_rule = forms.ChoiceField(label=LABELS["deposit_rule"], required=False)
    deposit_holds = forms.NullBooleanField(label=LABELS["deposit_holds"], required=False)
    instalments = forms.CharField(
        label=LABELS["instalments"],
        required=False,
        max_length=200,
        help_text=_("Percent/days after the invoice, with commas between: 50/30, 50/60."),
    )

    def __init__(self, *args: Any, usual: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field, choices in (
            ("method", Method),
            ("every", Every),
            ("freight", FreightRule),
            ("deposit_rule", DepositRule),
        ):
            self.fields[field].choices = [("", usual), *choices.choices]  # type: ignore[attr-defined]
        for field in ("by_purchase_order", "deposit_holds"):
            widget = forms.Select(choices=[("unknown", usual), ("true", _("Yes")), ("false", _("No"))])
            self.fields[field].widget = widget

    def clean_instalments(self) -> list[list[Any]]:
        try:
            return parse_instalments(self.cleaned_data["instalments"])
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from wrong


def initial_of(rule: BillingRule | None) -> dict[str, Any]:
    """The form's values of what is written down."""
    if rule is None:
        return {}
    kept = {name: getattr(rule, name) for name in BillingRuleForm.base_fields}
    return kept | {"instalments": spell_instalments(rule.instalments)}
