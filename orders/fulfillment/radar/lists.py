"""The list of promises at risk."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from omc.lib import lists
from omc.lib.actor import Actor
from omc.lib.lists import Column, ListView, Look, Sort
from omc.lib.registry import registry
from orders.core.lists.forms import choice
from orders.core.models import Warehouse
from orders.fulfillment.models import Help, RiskLevel, ShipRisk
from orders.fulfillment.radar.selectors import risks_list
from orders.fulfillment.radar.wording import chance_said, help_said, may_help, where

LEVELS = [
    (RiskLevel.LATE, RiskLevel.LATE.label),
    (RiskLevel.LIKELY, RiskLevel.LIKELY.label),
    (RiskLevel.RISK, RiskLevel.RISK.label),
    ("all", _("All, also on track")),
]


class RadarFilterForm(forms.Form):
    level = choice(_("Promise"), LEVELS)
    help = choice(_("What helps"), Help.choices)
    warehouse = forms.ModelChoiceField(
        Warehouse.objects.none(), label=_("Warehouse"), required=False, empty_label=_("All")
    )

    def __init__(self, data: Any, actor: Actor) -> None:
        super().__init__(data)
        field: Any = self.fields["warehouse"]
        field.queryset = Warehouse.objects.filter(company_id=actor.company_id, is_active=True).order_by("code")


def _rows(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[ShipRisk]:
    warehouse = filters.get("warehouse")
    return risks_list(
        actor,
        level=filters.get("level") or "",
        help=filters.get("help") or "",
        warehouse_id=warehouse.pk if warehouse else None,
    )


def _help(risk: Any, look: Look) -> SafeString:
    if not may_help(risk, look.actor):
        return format_html("{}", help_said(risk))
    return format_html(
        '<a class="button small" href="{}" aria-label="{}">{}</a>',
        where(risk),
        _now("%(help)s, %(order)s") % {"help": help_said(risk), "order": risk.order},
        risk.get_help_display(),
    )


RADAR = ListView(
    key="radar",
    name=_("Promises at risk"),
    unit=_("shipments"),
    one=_("shipment"),
    permission="fulfillment.view_shipment",
    url="fulfillment:radar",
    subject="",
    rows=_rows,
    form=RadarFilterForm,
    columns=(
        lists.link("order", _("Order"), "core:order", "order", to="order_id"),
        lists.state("level", _("Promise"), "level"),
        Column("chance", _("How likely"), lambda risk, look: chance_said(risk), lambda risk, look: chance_said(risk)),
        Column("help", _("What helps most"), lambda risk, look: str(help_said(risk)), _help),
        lists.moment("due", _("Has to leave by"), "due_at"),
        lists.moment("p50", _("Half have left by"), "p50_at", age=False, term="p50"),
        lists.moment("p90", _("Nine in ten by"), "p90_at", age=False, term="p90"),
        lists.text("step", _("Next step"), "get_step_display"),
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.text("warehouse", _("Warehouse"), "warehouse"),
        lists.text("planned", _("Planned shipment"), "planned", shown=False),
        lists.money("value", _("Worth"), "value_base", permission="orders.view_price"),
        lists.moment("looked", _("As of"), "looked_at", shown=False),
    ),
    sorts={
        "worst": Sort(_("Most likely late first"), ("-late_percent", "due_at", "planned"), "chance"),
        "due": Sort(_("Soonest to leave first"), ("due_at", "planned"), "due"),
    },
)


def register() -> None:
    registry.lists.add(RADAR.key, RADAR)
