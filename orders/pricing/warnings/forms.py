"""Forms of cost warnings: they check form, never rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from orders.core.lists.forms import choice
from orders.core.models import Product
from orders.pricing.models import CostWarning, PriceList
from orders.pricing.warnings.models import Reach, WarningState


class WarningFilterForm(forms.Form):
    state = choice(_("State"), [("all", _("All")), *WarningState.choices], _("Open"))


def _linked(rows: Any, label: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(rows, label=label, required=False, widget=forms.HiddenInput)


class ItemFilterForm(forms.Form):
    def __init__(self, data: Any, actor: Actor) -> None:
        super().__init__(data)
        self.fields["warning"] = _linked(CostWarning.objects.filter(company_id=actor.company_id), _("Warning"))


class RowFilterForm(ItemFilterForm):
    kind = choice(_("What"), Reach.choices)

    def __init__(self, data: Any, actor: Actor) -> None:
        super().__init__(data, actor)
        self.fields["product"] = _linked(Product.objects.filter(company_id=actor.company_id), _("Item"))
        self.fields["price_list"] = _linked(PriceList.objects.filter(company_id=actor.company_id), _("Price list"))


def warning_filter(data: Any, actor: Actor) -> forms.Form:
    return WarningFilterForm(data)


def item_filter(data: Any, actor: Actor) -> forms.Form:
    return ItemFilterForm(data, actor)


def row_filter(data: Any, actor: Actor) -> forms.Form:
    return RowFilterForm(data, actor)


class DecisionForm(forms.Form):
    decision = forms.CharField(label=_("What is done about it, or why nothing is"), max_length=300)
