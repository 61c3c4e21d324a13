"""The form of a rule: it checks form, never rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.core.models import Category, Supplier
from orders.pricing.whatif.models import Change, Rounding, WhatIf
from orders.pricing.whatif.services import Rule

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RuleForm(forms.Form):
    """Which prices change, and how. What is left open means every item of the list."""

    change = forms.ChoiceField(label=_("Change prices"), choices=Change.choices)
    value = forms.DecimalField(
        label=_("By how much"), max_digits=12, decimal_places=4, help_text=_("3 raises, -3 lowers.")
    )
    rounding = forms.ChoiceField(label=_("Round them"), choices=Rounding.choices, initial=Rounding.CENT)
    valid_from = forms.DateField(
        label=_("In force from"), widget=DAY, help_text=_("The version before it ends on the day before.")
    )
    category = forms.ChoiceField(label=_("Category"), required=False)
    supplier = forms.ChoiceField(label=_("Supplier"), required=False)
    items = forms.CharField(
        label=_("Items"), required=False, max_length=2000, help_text=_("Item numbers, separated by commas.")
    )
    min_margin_percent = forms.DecimalField(
        label=_("Margin floor, %"),
        required=False,
        max_digits=5,
        decimal_places=2,
        help_text=_("Lines that leave less than this of the net price are counted. Empty: those below cost."),
    )
    lifts = forms.BooleanField(
        label=_("No price of the list ends under the floor"),
        required=False,
        help_text=_("Prices of the rule that would are lifted to it."),
    )

    def __init__(self, *args: Any, company_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, model in (("category", Category), ("supplier", Supplier)):
            rows = model.objects.filter(company_id=company_id).order_by("code")  # type: ignore[attr-defined]
            choices = [(code, f"{code} {called}") for code, called in rows.values_list("code", "name")]
            self.fields[name].choices = [("", _("all")), *choices]  # type: ignore[attr-defined]

    @property
    def rule(self) -> Rule:
        """What the form says."""
        data = dict(self.cleaned_data)
        asked = {name: [data.pop(name)] for name in ("category", "supplier")}
        asked["item"] = [sku.strip() for sku in data.pop("items").split(",")]
        groups = [
            {"any": [{"field": name, "op": "in", "value": filled}]}
            for name, values in asked.items()
            if (filled := [value for value in values if value])
        ]
        return Rule(**data, tree={"all": groups})


def as_typed(what_if: WhatIf) -> dict[str, Any]:
    """A rule as the form shows it. Of a condition that the form has no words for, what it has."""
    named = {leaf["field"]: leaf["value"] for group in what_if.tree.get("all", []) for leaf in group["any"][:1]}
    said = {name: value if isinstance(value, list) else [value] for name, value in named.items()}
    return {
        "change": what_if.change,
        "value": what_if.value.normalize(),
        "rounding": what_if.rounding,
        "valid_from": what_if.valid_from,
        "category": said.get("category", [""])[0],
        "supplier": said.get("supplier", [""])[0],
        "items": ", ".join(said.get("item", [])),
        "min_margin_percent": what_if.min_margin_percent,
        "lifts": what_if.lifts,
    }


def fits(what_if: WhatIf) -> bool:
    """Whether the form can say the condition of a rule (one written by REST may ask more)."""
    groups = what_if.tree.get("all", [])
    leaves = [group["any"][0] for group in groups]
    return all(
        len(group["any"]) == 1
        and leaf["op"] in ("in", "eq")
        and (leaf["field"] == "item" or leaf["op"] == "eq" or len(leaf["value"]) == 1)
        for group, leaf in zip(groups, leaves, strict=True)
    ) and len({leaf["field"] for leaf in leaves}) == len(leaves)
