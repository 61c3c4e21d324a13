"""Forms of the company and its people: they check form, the services what is right."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from omc.accounts.roles import ROLE_NAMES
from orders.core.house.services import COMPANY
from orders.core.lists.forms import CompanyFilterForm, choice, search
from orders.core.master.forms import COUNTRIES
from orders.core.models import Calendar, Company, Department, Membership

_LABELS = {
    "tax_id": _("Tax number"),
    "email": _("E-mail"),
    "bank_account": _("Bank account"),
    "calendar": _("Working time"),
}


class MemberForm(forms.Form):
    """Somebody who works here."""

    full_name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), required=False)
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=list(ROLE_NAMES.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Together they say what this person may see and do."),
    )
    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("Department"), required=False, empty_label=_("none")
    )

    def __init__(self, data: Any, *, company_id: int, member: Membership | None = None) -> None:
        start: dict[str, Any] | None = None
        if member is not None:
            user = member.user
            start = {"full_name": user.full_name, "email": user.email, "roles": member.roles}
            start |= {"department": member.department_id}
        super().__init__(data, initial=start)
        self.fields["full_name"].required = member is not None  # of who comes, the service says whether it is needed
        rows = Department.objects.filter(company_id=company_id, is_active=True)
        self.fields["department"].queryset = rows.order_by("name")  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = dict(self.cleaned_data)
        department = data.pop("department")
        return data | {"department_id": department.pk if department else None}


class NewMemberForm(MemberForm):
    """Somebody who comes: also how they log in."""

    username = forms.SlugField(
        label=_("User name"),
        max_length=60,
        help_text=_("Of somebody in another company of yours: only roles and department count, the login stays."),
    )
    password = forms.CharField(
        label=_("First password"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Tell it to the person, who changes it under “Your account”."),
    )
    field_order = ("username", "full_name", "password", "email", "department", "roles")


class PasswordForm(forms.Form):
    password = forms.CharField(
        label=_("New password"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )


class LetGoForm(forms.Form):
    heir = forms.ModelChoiceField(
        Membership.objects.none(),
        label=_("Who takes the open work"),
        required=False,
        empty_label=_("Back to the department"),
    )

    def __init__(self, data: Any, *, member: Membership) -> None:
        super().__init__(data)
        others = Membership.objects.filter(company_id=member.company_id, user__is_active=True).exclude(pk=member.pk)
        field: Any = self.fields["heir"]
        field.queryset = others.select_related("user").order_by("user__full_name")
        field.label_from_instance = lambda row: str(row.user)


class CompanyForm(forms.ModelForm[Company]):
    """What the company's documents say of it."""

    country = forms.ChoiceField(label=_("Country"), choices=COUNTRIES)

    class Meta:
        model = Company
        fields = (*COMPANY, "calendar")
        labels = _LABELS
        help_texts = {
            "tax_id": _("Stands on invoices. VAT numbers and EINs are checked."),
            "bank_account": _("IBAN or number."),
            "time_zone": _("As in the tz database, such as Europe/Berlin. Days begin and end by it."),
            "calendar": _("Waiting is measured by it where a department has none of its own."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["calendar"]
        field.queryset = Calendar.objects.filter(company=self.instance).order_by("name")
        field.required, field.empty_label = False, None  # who says nothing leaves it as it is

    def clean_calendar(self) -> Calendar | None:
        found: Calendar | None = self.cleaned_data["calendar"]
        return found or Company.objects.get(pk=self.instance.pk).calendar


class KeyForm(forms.Form):
    """A key for a program."""

    name = forms.CharField(
        label=_("Which program it is for"), max_length=80, widget=forms.TextInput(attrs={"autofocus": True})
    )
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: until it is taken back."),
    )
    roles = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=list(ROLE_NAMES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("As these roles, and never more than you. None chosen: all that you may."),
    )


class KeyFilterForm(CompanyFilterForm):
    text = search(_("Program or person"))
    show = choice(_("Show"), [("over", _("Over or taken back")), ("all", _("All"))], _("In force"))


class MemberFilterForm(CompanyFilterForm):
    text = search(_("Name or user name"))
    department = forms.ModelChoiceField(
        Department.objects.order_by("name"), label=_("Department"), required=False, empty_label=_("All")
    )
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("All")), *ROLE_NAMES.items()])
