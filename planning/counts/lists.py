"""The list of counts."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from omc.lib import lists
from omc.lib.actor import Actor
from omc.lib.lists import ListView, Sort
from planning.counts.models import CountState, CycleCount
from planning.counts.selectors import counts


class CountFilterForm(forms.Form):
    text = forms.CharField(label=_("SKU or bin"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *CountState.choices])


def _form(data: Any, actor: Actor) -> forms.Form:
    return CountFilterForm(data)


def _rows(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[CycleCount]:
    return counts(actor, filters.get("text") or "", filters.get("state") or "")


COUNTS = ListView(
    key="counts",
    name=_("Counts"),
    unit=_("counts"),
    one=_("count"),
    permission="planning.view_stock",
    url="planning:counts",
    subject="cyclecount",
    rows=_rows,
    form=_form,
    columns=(
        lists.link("count", _("Item and bin"), "planning:count"),
        lists.state("state", _("State")),
        lists.text("warehouse", _("Warehouse"), "warehouse"),
        lists.text("reason", _("Why"), "reason"),
        lists.text("reference", _("Found at"), "reference"),
        lists.measured("difference", _("Difference"), "difference", "product.stock_unit"),
        lists.moment("asked", _("Asked"), "asked_at"),
        lists.text("asked_by", _("By"), "asked_by"),
        lists.moment("counted", _("Counted at"), "counted_at", missing=_("not yet")),
    ),
    sorts={
        "newest": Sort(_("Newest first"), ("-asked_at", "-id"), "asked"),
        "oldest": Sort(_("Oldest first"), ("asked_at", "id"), "asked"),
    },
)
