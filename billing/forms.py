"""Forms of billing: they check form, the services check the rules."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.models import Invoice, InvoiceKind, InvoiceState

METHODS = (
    ("transfer", _("Bank transfer")),
    ("card", _("Card")),
    ("check", _("Check")),
    ("direct_debit", _("Direct debit")),
    ("cash", _("Cash")),
)


class InvoiceFilterForm(forms.Form):
    text = forms.CharField(
        label=_("Invoice or order number"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *InvoiceKind.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *InvoiceState.choices])
    overdue = forms.BooleanField(label=_("Overdue"), required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=160)


class CustomerFilterForm(forms.Form):
    text = forms.CharField(
        label=_("Customer's code or name"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )


class PaymentForm(forms.Form):
    """What came in, and (if somebody says so) which invoices it is for."""

    amount = forms.DecimalField(
        label=_("Amount"),
        max_digits=18,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"}),
    )
    received_on = forms.DateField(
        label=_("Came in on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    method = forms.ChoiceField(label=_("How"), choices=METHODS)
    reference = forms.CharField(
        label=_("Reference"),
        required=False,
        max_length=80,
        help_text=_("Invoices that it names are settled first."),
    )

    def __init__(self, *args: Any, invoices: Sequence[Invoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invoices = invoices
        for invoice in invoices:
            self.fields[f"apply_{invoice.pk}"] = forms.DecimalField(
                label=_("Pays"),
                required=False,
                max_digits=18,
                decimal_places=2,
                widget=forms.NumberInput(
                    attrs={"inputmode": "decimal", "step": "0.01", "aria-label": _("Pays of %s") % invoice}
                ),
            )

    @property
    def rows(self) -> list[tuple[Invoice, forms.BoundField]]:
        return [(invoice, self[f"apply_{invoice.pk}"]) for invoice in self.invoices]

    def apply(self) -> dict[int, Decimal] | None:
        """What was written beside the invoices; None when nothing was, so that the oldest are settled."""
        chosen = {invoice.pk: self.cleaned_data[f"apply_{invoice.pk}"] for invoice in self.invoices}
        return {pk: amount for pk, amount in chosen.items() if amount} or None
