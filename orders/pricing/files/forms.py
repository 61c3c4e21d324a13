"""Forms of price files."""

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.pricing.files.services import MOST_ROWS

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PriceFileForm(forms.Form):
    """A file and the day from which its prices shall hold."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or Excel, up to 5 MB and %(rows)s rows.") % {"rows": f"{MOST_ROWS:,}"},
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
    )
    valid_from = forms.DateField(
        label=_("In force from"), widget=DAY, help_text=_("The version before it ends on the day before.")
    )
    whole = forms.BooleanField(
        label=_("The file is the whole list"),
        required=False,
        help_text=_("Items that it does not name have no price on the list any more. Otherwise they stay as they are."),
    )
    again = forms.BooleanField(
        label=_("Take it though the same file was published before"), required=False, widget=forms.HiddenInput
    )

    def offer_again(self) -> None:
        """Show the box that confirms a file which was published before."""
        self.fields["again"].widget = forms.CheckboxInput()


class MendForm(forms.Form):
    """The day of a draft; its cells come under names of their own."""

    valid_from = forms.DateField(label=_("In force from"), required=False, widget=DAY)
