from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from omc.accounts.models import User


class EmptyCompanyForm(forms.Form):
    """An own company, and who looks after it."""

    company_name = forms.CharField(label=_("Company"), max_length=120)
    currency = forms.RegexField(
        label=_("Currency"),
        regex=r"^[A-Z]{3}$",
        initial="USD",
        help_text=_("Three capital letters, such as USD or EUR."),
    )
    time_zone = forms.CharField(
        label=_("Time zone"), initial="America/New_York", help_text=_("As in the tz database, such as Europe/Berlin.")
    )
    full_name = forms.CharField(label=_("Your name"), max_length=120)
    username = forms.SlugField(label=_("User name"), max_length=60)
    password = forms.CharField(label=_("Password"), widget=forms.PasswordInput)

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"])
        if zone not in available_timezones():
            raise ValidationError(_("There is no time zone of this name."))
        return zone

    def clean_username(self) -> str:
        name = str(self.cleaned_data["username"]).lower()
        if User.objects.filter(username=name).exists():
            raise ValidationError(_("This user name is taken."))
        return name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("password"):
            try:
                validate_password(data["password"], User(username=data.get("username", "")))
            except ValidationError as weak:
                self.add_error("password", weak)
        return data
