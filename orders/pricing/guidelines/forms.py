"""Forms of guidelines and approvals: they check form, never rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from omc.accounts.models import User
from omc.accounts.roles import ROLE_NAMES, ROLES, permissions_of
from omc.lib.actor import Actor
from orders.core.lists.forms import about_customer, flag
from orders.core.models import Category, Customer, Membership
from orders.pricing.guidelines.models import ApprovalState, Mode
from orders.pricing.guidelines.services import GuidelineInput
from orders.pricing.guidelines.services.approvals import APPROVE

_GIVES_PRICES = [role for role, rights in ROLES.items() if "pricing.write_quote" in rights]


class GuidelineForm(forms.Form):
    """One row; all that is left open holds for everybody."""

    customer = forms.CharField(
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"aria-label": _("Customer"), "autocomplete": "off"}),
    )
    customer_class = forms.ChoiceField(
        required=False,
        choices=[("", _("any")), *Customer.CustomerClass.choices],
        widget=forms.Select(attrs={"aria-label": _("Customer class")}),
    )
    category = forms.ChoiceField(required=False, widget=forms.Select(attrs={"aria-label": _("Item category")}))
    role = forms.ChoiceField(
        required=False,
        choices=[("", _("any")), *((role, ROLE_NAMES[role]) for role in _GIVES_PRICES)],
        widget=forms.Select(attrs={"aria-label": _("Role")}),
    )
    max_discount_percent = forms.DecimalField(
        required=False,
        max_digits=7,
        decimal_places=2,
        widget=forms.TextInput(attrs={"aria-label": _("Discount at most, %"), "inputmode": "decimal"}),
    )
    min_margin_percent = forms.DecimalField(
        required=False,
        max_digits=7,
        decimal_places=2,
        widget=forms.TextInput(attrs={"aria-label": _("Margin at least, %"), "inputmode": "decimal"}),
    )
    mode = forms.ChoiceField(
        required=False, choices=[("", "–"), *Mode.choices], widget=forms.Select(attrs={"aria-label": _("What follows")})
    )

    def __init__(self, *args: Any, categories: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", _("any")), *categories]

    @property
    def is_filled(self) -> bool:
        return any(self.cleaned_data.get(name) not in ("", None) for name in self.fields)

    @property
    def typed(self) -> GuidelineInput:
        data = self.cleaned_data
        return GuidelineInput(**{**data, "mode": data["mode"] or Mode.APPROVE})


GuidelineRows = forms.formset_factory(GuidelineForm, extra=3, max_num=200)


def category_choices(company_id: int) -> list[tuple[str, str]]:
    return [
        (code, f"{code} {name}")
        for code, name in Category.objects.filter(company_id=company_id).order_by("code").values_list("code", "name")
    ]


class AskForm(forms.Form):
    reason = forms.CharField(
        label=_("Why should they have these prices?"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class DecideForm(forms.Form):
    decision = forms.CharField(
        label=_("What you tell them"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class DelegateForm(forms.Form):
    approver_id = forms.TypedChoiceField(label=_("Colleague"), coerce=int)

    def __init__(self, *args: Any, company_id: int, without: set[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["approver_id"].choices = [
            (user.pk, str(user)) for user in approvers(company_id) if user.pk not in without
        ]


class ApprovalFilterForm(forms.Form):
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Waiting")), ("all", _("All")), *ApprovalState.choices[1:]],
    )
    mine = flag(_("Asked of me, or by me"))


def filter_form(data: Any, actor: Actor) -> forms.Form:
    return about_customer(ApprovalFilterForm(data), actor)


def approvers(company_id: int) -> list[User]:
    """Who may decide about discounts here."""
    members = Membership.objects.filter(company_id=company_id, user__is_active=True).select_related("user")
    return [
        member.user
        for member in members.order_by("user__username")
        if APPROVE in permissions_of(frozenset(member.roles))
    ]
