"""The list of bins."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.forms import Form
from django.utils.translation import gettext_lazy as _

from omc.lib import lists
from omc.lib.actor import Actor
from omc.lib.lists import ListView, Sort
from omc.lib.registry import registry
from planning.models import Bin
from planning.places import forms, selectors


def _form(data: Any, actor: Actor) -> Form:
    return forms.BinFilterForm(data, company_id=actor.company_id)


def _rows(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Bin]:
    warehouse = filters.get("warehouse")
    return selectors.bins(actor, filters.get("text") or "", warehouse and warehouse.pk, filters.get("show") or "")


BINS = ListView(
    key="bins",
    name=_("Bins"),
    unit=_("bins"),
    one=_("bin"),
    permission="planning.view_stock",
    url="planning:bins",
    rows=_rows,
    form=_form,
    columns=(
        lists.link("bin", _("Bin"), "planning:bin"),
        lists.text("warehouse", _("Warehouse"), "warehouse"),
        lists.text("zone", _("Zone"), "zone"),
        lists.quantity("sequence", _("Place on the way"), "pick_sequence", term="pick_path"),
        lists.text("check_digits", _("Check digits"), "check_digits"),
        lists.quantity("lying", _("Different things there"), lambda row: row.lying or 0),
    ),
    sorts={
        "code": Sort(_("Code"), ("code", "id"), "bin"),
        "way": Sort(_("Way of the pickers"), ("pick_sequence", "id"), "sequence"),
    },
)


def register() -> None:
    registry.lists.add(BINS.key, BINS)
