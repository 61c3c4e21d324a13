"""Forms of core's screens: they check form, never rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from omc.accounts.roles import ROLE_NAMES, ROLES, permissions_of
from omc.lib.registry import registry
from orders.core.models import HoldCause, HoldScope, HoldType, Membership, SavedView, Touched

STEPS = ("confirm", "allocate", "release", "pick", "ship", "invoice")


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


class HoldTypeForm(forms.Form):
    code = forms.CharField(label=_("Code"), max_length=30, help_text=_("One word that programs use; it stays."))
    name = forms.CharField(label=_("Name"), max_length=60)
    scope = forms.ChoiceField(label=_("Stops"), choices=HoldScope.choices, initial=HoldScope.ORDER)
    cause = forms.ChoiceField(label=_("Caused by"), choices=HoldCause.choices, initial=HoldCause.US)
    blocks = forms.MultipleChoiceField(label=_("Steps that it stops"), widget=forms.CheckboxSelectMultiple)
    resolve_permission = forms.ChoiceField(label=_("Who lifts it"))
    sla_minutes = forms.IntegerField(
        label=_("To be decided within, working minutes"),
        min_value=1,
        max_value=60 * 24 * 60,
        initial=480,
        help_text=_("Then it goes to the lead of the department."),
    )
    after = forms.ChoiceField(
        label=_("Follows when this one is lifted"),
        required=False,
        help_text=_("It places itself on an order from which that hold was lifted."),
    )
    on_change = forms.MultipleChoiceField(
        label=_("Places itself when a change order touches"),
        choices=Touched.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    keeps_stock = forms.BooleanField(label=_("The order keeps its stock meanwhile"), required=False, initial=True)
    is_credit = forms.BooleanField(
        label=_("It is about credit"), required=False, help_text=_("Credit decides it, and it never stops invoicing.")
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args: Any, kind: HoldType | None = None, company_id: int, **kwargs: Any) -> None:
        start = None
        if kind is not None:
            start = {name: getattr(kind, name) for name in self.base_fields if name != "after"}
            start["after"] = kind.after.code if kind.after else ""
        kwargs.setdefault("initial", start)
        super().__init__(*args, **kwargs)
        others = HoldType.objects.filter(company_id=company_id, scope=HoldScope.ORDER).order_by("name")
        others = others.exclude(pk=kind.pk) if kind else others
        fields: Any = self.fields
        fields["blocks"].choices = [(step, step) for step in STEPS]
        fields["after"].choices = [("", _("none")), *others.values_list("code", "name")]
        rights = ("orders.resolve_hold", "orders.place_hold", "orders.manage_rules")
        own = (kind.resolve_permission,) if kind and kind.resolve_permission not in rights else ()
        fields["resolve_permission"].choices = [(right, _who_may(right)) for right in (*rights, *own)]
        if kind is not None:
            del self.fields["code"]


def _who_may(right: str) -> str:
    able = [ROLE_NAMES[role] for role, rights in ROLES.items() if right in rights]
    return ", ".join(able) or str(_("nobody by hand"))


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
