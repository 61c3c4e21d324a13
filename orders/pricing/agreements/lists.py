"""Agreements as a list."""

from collections.abc import Iterator
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from omc.lib import lists
from omc.lib.lists import ListView, Look, Sort
from omc.lib.money import plain
from omc.lib.registry import Document, registry
from orders.core.services.search import Findable
from orders.pricing.agreements.forms import filter_form
from orders.pricing.agreements.models import Agreement, AgreementState
from orders.pricing.agreements.plan.forms import planned_filter_form
from orders.pricing.agreements.selectors.agreements import agreement_list, left_amount, pace_on
from orders.pricing.agreements.selectors.plan import planned_list
from orders.pricing.agreements.services.finding import findable

SEE = "orders.view_price"


def _prepare(rows: list[Any], look: Look) -> None:
    for row in rows:
        row.of_plan = pace_on(row, look.today).of_plan if row.state == AgreementState.ACTIVE else None


def _prepare_planned(rows: list[Any], look: Look) -> None:
    prefetch_related_objects(rows, "lines__item__product")
    for row in rows:
        row.what = ", ".join(
            f"{plain(line.typed_quantity)} {line.unit} {line.item.product}" for line in row.lines.all()
        )


AGREEMENTS = ListView(
    key="agreements",
    name=_("Blanket agreements"),
    unit=_("agreements"),
    one=_("agreement"),
    permission=SEE,
    url="pricing:agreements",
    subject="agreement",
    rows=agreement_list,
    form=filter_form,
    prepare=_prepare,
    columns=(
        lists.link("agreement", _("Agreement"), "pricing:agreement", sub=lambda row: row.customer_po),
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.state("state", _("State")),
        lists.day("from", _("From"), "valid_from", shown=False),
        lists.day("to", _("To"), "valid_to"),
        lists.money("agreed", _("Agreed"), "agreed", "currency"),
        lists.money("drawn", _("Drawn"), "drawn", "currency"),
        lists.money("left", _("Left"), left_amount, "currency"),
        lists.percent("pace", _("Of the plan so far"), "of_plan", missing=_("no plan runs")),
        lists.text("owner", _("Owner"), "owner"),
        lists.moment("written", _("Written"), "created_at", shown=False),
    ),
    sorts={
        "newest": Sort(_("Newest first"), ("-id",), "written"),
        "ends": Sort(_("Ends first"), ("valid_to", "id"), "to"),
    },
)


PLANNED = ListView(
    key="planned-releases",
    name=_("Planned releases"),
    unit=_("releases"),
    one=_("release"),
    permission=SEE,
    url="pricing:planned-releases",
    subject="plannedrelease",
    rows=planned_list,
    form=planned_filter_form,
    prepare=_prepare_planned,
    columns=(
        lists.link("release", _("Release"), "pricing:planned-release", sub=lambda row: row.agreement.customer_po),
        lists.link("customer", _("Customer"), "core:customer", "customer", to="customer_id", css="clip"),
        lists.day("day", _("Wanted for"), "day"),
        lists.state("state", _("State")),
        lists.text("what", _("What"), "what"),
        lists.link("order", _("Order"), "core:order", "order", to="order_id"),
        lists.text("because", _("Why"), "because", css="clip"),
        lists.text("owner", _("Owner"), "agreement.owner", shown=False),
    ),
    sorts={
        "day": Sort(_("First day first"), ("day", "id"), "day"),
        "latest": Sort(_("Last day first"), ("-day", "-id")),
    },
)


def _findables(company_id: int) -> Iterator[Findable]:
    rows = Agreement.objects.filter(company_id=company_id).select_related("customer")
    return (findable(row) for row in rows.iterator(2000))


def register() -> None:
    registry.lists.add(AGREEMENTS.key, AGREEMENTS)
    registry.lists.add(PLANNED.key, PLANNED)
    registry.documents.add(
        "plannedrelease",
        Document(
            "plannedrelease", _("Planned release"), "orders_pricing.PlannedRelease", SEE, "pricing:planned-release"
        ),
    )
    registry.documents.add(
        "agreement",
        Document("agreement", _("Blanket agreement"), "orders_pricing.Agreement", SEE, "pricing:agreement"),
    )
    registry.search.add("agreement", _findables)
