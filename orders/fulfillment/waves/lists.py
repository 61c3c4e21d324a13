"""The list of waves."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.forms import Form
from django.utils.translation import gettext_lazy as _

from omc.lib import lists
from omc.lib.actor import Actor
from omc.lib.lists import ListView, Sort
from omc.lib.registry import registry
from orders.fulfillment.models import Wave
from orders.fulfillment.waves import selectors
from orders.fulfillment.waves.forms import WaveFilterForm


def _form(data: Any, actor: Actor) -> Form:
    return WaveFilterForm(data)


def _rows(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Wave]:
    return selectors.waves(actor, text=filters.get("text") or "", state=filters.get("state") or "")


WAVES = ListView(
    key="waves",
    name=_("Waves"),
    unit=_("waves"),
    one=_("wave"),
    permission="fulfillment.view_shipment",
    url="fulfillment:waves",
    subject="wave",
    rows=_rows,
    form=_form,
    columns=(
        lists.link("wave", _("Wave"), "fulfillment:wave"),
        lists.state("state", _("State")),
        lists.text("warehouse", _("Warehouse"), "warehouse"),
        lists.quantity("shipments", _("Shipments"), "shipment_count"),
        lists.quantity("to_pick", _("Still to pick"), "to_pick"),
        lists.quantity("minutes", _("Planned minutes"), "minutes"),
        lists.text("chosen_by", _("Chosen by"), "chosen_by", css="clip"),
        lists.text("picker", _("Picker"), "picker"),
        lists.moment("made", _("Made"), "created_at"),
        lists.moment("ended", _("Ended"), "ended_at", missing=_("not ended"), shown=False),
    ),
    sorts={
        "newest": Sort(_("Newest first"), ("-created_at", "-id"), "made"),
        "oldest": Sort(_("Oldest first"), ("created_at", "id"), "made"),
    },
)


def register() -> None:
    registry.lists.add(WAVES.key, WAVES)
