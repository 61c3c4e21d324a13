"""Forms of core's screens: they check form, never rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from omc.accounts.roles import permissions_of
from omc.lib.registry import registry
from orders.core.models import HoldScope, HoldType, Membership, SavedView


class TouchForm(forms.Form):
    subject_type = forms.CharField(max_length=20)
    subject_id = forms.IntegerField(min_value=1)
    stage = forms.IntegerField(min_value=0, max_value=10, required=False)
    seconds = forms.IntegerField(min_value=1, max_value=300)

    def clean_stage(self) -> int:
        return self.cleaned_data["stage"] or 0


class SaveViewForm(forms.Form):
    name = forms.CharField(label=_("Name of the view"), max_length=60)
    sharing = forms.ChoiceField(label=_("Who sees it"), choices=SavedView.Sharing.choices)
    is_default = forms.BooleanField(label=_("Open the list with it"), required=False)
    query = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)


class HoldForm(forms.Form):
    code = forms.ChoiceField(label=_("Kind of hold"))
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, company_id: int, scope: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = HoldType.objects.filter(company_id=company_id, is_active=True)
        kinds = kinds.filter(scope=scope) if scope else kinds.exclude(scope=HoldScope.CUSTOMER)
        self.fields["code"].choices = list(kinds.order_by("name").values_list("code", "name"))


class ResolveForm(forms.Form):
    resolution = forms.CharField(label=_("How was it settled?"), max_length=300)


class AssignHoldForm(forms.Form):
    owner_id = forms.TypedChoiceField(label=_("Hand it to"), coerce=int)

    def __init__(self, *args: Any, company_id: int, permission: str = "orders.resolve_hold", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = Membership.objects.filter(company_id=company_id, user__is_active=True).select_related("user")
        able = [each.user for each in members if permission in permissions_of(frozenset(each.roles))]
        self.fields["owner_id"].choices = sorted(((user.pk, str(user)) for user in able), key=lambda one: one[1])  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    body = forms.CharField(
        label=_("Note for colleagues"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("@name tells that colleague."),
    )


class SettingForm(forms.Form):
    key = forms.ChoiceField(label=_("Setting"))
    value = forms.CharField(label=_("New value"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].choices = [(item.key, item.label) for item in registry.settings]
