"""Forms of imports: they check form, never rules."""

import re
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from orders.generation.forms import CustomerField, Suggested

LABELS: Final = {
    "customer": _("Customer (code)"), "po": _("Customer's order number"), "requested_date": _("Wanted on"),
    "kind": _("What it is: item, charge or text"), "supply": _("How it comes: stock, special or drop ship"),
    "line_ship_to": _("Ship this line to (name of the address)"),
    "ship_to": _("Ship to (name of the address)"), "sku": _("Item"), "quantity": _("Quantity"), "unit": _("Unit"),
    "price": _("Own price per stock unit"), "warehouse": _("Warehouse (code)"), "note": _("Note"),
}  # fmt: skip
_CELL: Final = re.compile(r"cell-(\d{1,5})-([a-z_]{2,20})")


class OpenForm(forms.Form):
    """A file, or cells that were copied."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy("CSV or Excel; up to 5 MB and 5,000 lines."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,text/csv"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Or paste cells"),
        required=False,
        max_length=2_000_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
    )
    customer = CustomerField(
        required=False,
        label=gettext_lazy("Customer, where no column says it"),
        widget=Suggested(reverse_lazy("generation:customer-options"), "customer-options"),
    )
    submit = forms.BooleanField(label=gettext_lazy("Hand the orders in, not only write drafts"), required=False)

    def __init__(self, *args: Any, company_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["customer"].company_id = company_id

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("file") and not (data.get("text") or "").strip():
            self.add_error("file", gettext_lazy("Choose a file, or paste its cells below."))
        return data


class MapForm(forms.Form):
    """What each column is."""

    customer = CustomerField(
        required=False,
        label=gettext_lazy("Customer, where no column says it"),
        widget=Suggested(reverse_lazy("generation:customer-options"), "customer-options"),
    )
    submit = forms.BooleanField(label=gettext_lazy("Hand the orders in, not only write drafts"), required=False)

    def __init__(self, *args: Any, company_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["customer"].company_id = company_id


def mended_cells(data: QueryDict) -> dict[tuple[int, str], str]:
    """The cells that were sent, by row and column."""
    return {(int(named[1]), named[2]): str(value) for name, value in data.items() if (named := _CELL.fullmatch(name))}
