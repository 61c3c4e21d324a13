"""What suppliers are told: the purchase order, once, when it is ordered."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from omc.lib.registry import MessageKind, Placeholder, Wording
from orders.core.message_kinds import declare
from orders.core.speech import long_day
from planning.documents import purchase_order_pdf, references_of
from planning.models import SupplyOrder, SupplyState

PURCHASE_ORDER: Final = "purchase_order"


def register() -> None:
    """Called once, when Django is ready."""
    declare(
        MessageKind(
            key=PURCHASE_ORDER,
            name=_("Purchase order"),
            stage=1,
            when=_("Something was ordered from a supplier: for stock, or for a customer's order."),
            placeholders=(
                Placeholder("supplier", _("Name of the supplier"), "Bolts & Sons"),
                Placeholder("number", _("Number of the supply order"), "PO-000123"),
                Placeholder("expected", _("The day that we expect it on"), "3 December 2026"),
                Placeholder("orders", _("Our orders that it is for"), "SO-000123"),
            ),
            wordings={
                "en": Wording(
                    "Purchase order {number}",
                    "Dear {supplier},\n\nPlease find our purchase order {number} attached.\n\n"
                    "Wanted by: {expected}\nOur reference: {orders}\n\n"
                    "Please confirm quantities, prices and the day.\n\n{company}",
                ),
                "de": Wording(
                    "Bestellung {number}",
                    "Guten Tag {supplier},\n\nanbei erhalten Sie unsere Bestellung {number}.\n\n"
                    "Gewünscht bis: {expected}\nUnser Zeichen: {orders}\n\n"
                    "Bitte bestätigen Sie Mengen, Preise und Termin.\n\n{company}",
                ),
            },
            values=_values,
            find=_find,
            paper=paper,
            for_people=False,
            to_supplier=True,
            permission="orders.view_cost",
        )
    )


def paper(supply: SupplyOrder) -> tuple[str, bytes]:
    """The file that goes with it."""
    return f"{supply.number}.pdf", purchase_order_pdf(supply)


def _values(supply: SupplyOrder) -> dict[str, str]:
    return {
        "supplier": supply.supplier.name,
        "number": supply.number,
        "expected": long_day(supply.expected_date),
        "orders": ", ".join(references_of(supply)),
    }


def _find(company_id: int, number: str) -> SupplyOrder | None:
    """The latest supply order; that of the number."""
    rows = SupplyOrder.objects.filter(company_id=company_id).exclude(state=SupplyState.CANCELLED)
    if number:
        rows = rows.filter(number__iexact=number)
    return rows.select_related("company", "supplier", "warehouse", "ship_to").order_by("-id").first()
