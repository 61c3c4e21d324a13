"""The purchase order as the supplier receives it: what we order and pay, where it goes, and for which of our orders."""

from decimal import Decimal
from typing import Any, Final

from django.utils.translation import override

from omc.lib.documents import address_lines, amount, day, sender_lines, typeset, unit_price
from omc.lib.money import round_amount
from orders.core.models import SupplierItem
from orders.core.speech import Phrases, quantity, say, spoken
from planning.models import SupplyOrder, SupplyState

WORDS: Final[Phrases] = {
    "en": {
        "title": "Purchase order",
        "cancelled": "Cancelled purchase order",
        "supplier": "Supplier",
        "ship_to": "Deliver to",
        "drop_ship_to": "Send directly to our customer",
        "date": "Date",
        "expected": "Wanted by",
        "order": "Our order",
        "tax_id": "Our tax id",
        "item": "Your item",
        "ours": "our item",
        "description": "Description",
        "quantity": "Quantity",
        "due": "Wanted by",
        "price": "Price",
        "amount": "Amount",
        "total": "Total without tax",
        "open_price": "A line without a price counts as agreed between us; please confirm the price.",
        "direct": "Please put our order number on your delivery note, no prices, and tell us the day on which it leaves.",
        "page": "Page",
    },
    "de": {
        "title": "Bestellung",
        "cancelled": "Stornierte Bestellung",
        "supplier": "Lieferant",
        "ship_to": "Lieferung an",
        "drop_ship_to": "Bitte direkt an unseren Kunden",
        "date": "Datum",
        "expected": "Gewünscht bis",
        "order": "Unser Auftrag",
        "tax_id": "Unsere Steuernummer",
        "item": "Ihr Artikel",
        "ours": "unser Artikel",
        "description": "Bezeichnung",
        "quantity": "Menge",
        "due": "Gewünscht bis",
        "price": "Preis",
        "amount": "Betrag",
        "total": "Summe ohne Steuer",
        "open_price": "Für Positionen ohne Preis gilt, was vereinbart ist; bitte bestätigen Sie den Preis.",
        "direct": "Bitte unsere Auftragsnummer und keine Preise auf den Lieferschein; nennen Sie uns den Tag des Versands.",
        "page": "Seite",
    },
}  # fmt: skip


def purchase_order_pdf(supply: SupplyOrder) -> bytes:
    """The supply order as it stands now, in the supplier's language. It bears what we pay, never what we are paid."""
    with override(spoken(supply.supplier.language)):
        return typeset("planning/purchase_order.typ", _content(supply))


def references_of(supply: SupplyOrder) -> list[str]:
    """The numbers of the customers' orders that it is bought for, each once."""
    numbers = supply.lines.exclude(order_line=None).order_by("id").values_list("order_line__order__number", flat=True)
    return list(dict.fromkeys(number for number in numbers if number))


def _content(supply: SupplyOrder) -> dict[str, Any]:
    company, orders = supply.company, references_of(supply)
    lines = list(supply.lines.select_related("product", "order_line__order").order_by("id"))
    theirs = dict(
        SupplierItem.objects.filter(
            supplier_id=supply.supplier_id, product_id__in=[line.product_id for line in lines]
        ).values_list("product_id", "supplier_sku")
    )
    wanted = [line for line in lines if line.quantity]
    amounts = [None if line.unit_cost is None else round_amount(line.unit_cost * line.quantity) for line in wanted]
    words = {name: say(WORDS, name) for name in WORDS["en"]}
    if supply.state == SupplyState.CANCELLED:
        words["title"] = words["cancelled"]
    known = None not in amounts
    facts = [
        (words["date"], day(supply.created_at)),
        (words["expected"], day(supply.expected_date)),
        (words["order"], ", ".join(orders[:5]) + (" …" if len(orders) > 5 else "")),
        (words["tax_id"], company.tax_id),
    ]
    return {
        "words": words,
        "number": supply.number,
        "seller": sender_lines(company),
        "supplier": [supply.supplier.name],
        "to_word": words["drop_ship_to"] if supply.ship_to_id else words["ship_to"],
        "to": address_lines(supply.ship_to) if supply.ship_to_id else [company.name, *address_lines(supply.warehouse)],
        "facts": [list(pair) for pair in facts if pair[1]],
        "note": words["direct"] if supply.ship_to_id else "",
        "currency": company.currency,
        "lines": [
            {
                "position": str(position),
                "sku": theirs.get(line.product_id) or line.product.sku,
                "ours": line.product.sku if theirs.get(line.product_id) else "",
                "description": line.product.name,
                "order": str(line.order_line.order) if line.order_line and len(orders) > 1 else "",
                "quantity": quantity(line.quantity, line.product.stock_unit),
                "due": day(line.expected_date),
                "price": "" if line.unit_cost is None else unit_price(line.unit_cost),
                "amount": "" if cost is None else amount(cost),
            }
            for position, (line, cost) in enumerate(zip(wanted, amounts, strict=True), start=1)
        ],
        "total": amount(sum((cost for cost in amounts if cost is not None), Decimal(0))) if known else "",
        "missing": "" if known else words["open_price"],
    }
