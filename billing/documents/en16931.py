"""An invoice or credit note as the business terms (BT) and groups (BG) of EN 16931; the library writes both syntaxes from it."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import override
from stdnum import iban

from billing.documents import parties
from billing.documents.facts import Facts, list_price_of
from billing.documents.payment_code import is_iban
from billing.documents.taxes import OUTSIDE, REASON_CODES, STANDARD, reason_of
from billing.documents.units import code_of
from billing.documents.wording import terms_said
from billing.models import InvoiceLine
from omc.lib.money import ZERO, plain
from orders.core.master.rules import GTIN_LENGTHS, wrong_barcode
from orders.core.models import LineKind
from orders.core.speech import spoken

INVOICE: Final = "380"  # UNTDID 1001
CREDIT_NOTE: Final = "381"
SEPA: Final = "58"  # UNTDID 4461
TRANSFER: Final = "30"
GTIN: Final = "0160"  # ISO 6523
_UNWRITABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # not in XML 1.0


def terms_of(facts: Facts) -> dict[str, Any]:
    """The whole document by business term; amounts and numbers as text, days as days.

    Positive charges (freight) are charges of the document, negative ones its allowances; goods and services are lines.
    A document of charges alone has them as lines, since one without any line is none (BR-16).
    """
    with override(spoken(facts.customer.language)):
        return _clean(_terms(facts))


def _terms(facts: Facts) -> dict[str, Any]:
    invoice = facts.invoice
    lines, charges, allowances = _sorted_out(facts)
    with_vat = all(part.category != OUTSIDE for part in facts.tax_parts)
    ours = facts.company.currency
    found = {
        "BT-1": invoice.number,
        "BT-2": invoice.invoice_date,
        "BT-3": CREDIT_NOTE if facts.is_credit else INVOICE,
        "BT-5": invoice.currency,
        "BT-9": None if facts.is_credit else invoice.due_date,
        "BT-10": facts.way.buyer_reference if facts.way else "",
        "BT-13": invoice.customer_po,
        "BT-14": facts.order.number if facts.order else "",
        "BT-16": facts.shipment.number if facts.shipment else "",
        "BT-20": "\n".join(terms_said(facts)),
        "BT-72": facts.delivered_on,
        "BG-1": [{"BT-22": invoice.reason}] if facts.is_credit and invoice.reason else [],
        "BG-3": [{"BT-25": original.number, "BT-26": original.invoice_date} for original in facts.originals],
        "BG-4": parties.seller(facts, with_vat=with_vat),
        "BG-7": parties.buyer(facts, with_vat=with_vat),
        "BG-13": parties.delivered_to(facts),
        "BG-20": [_charge(line, facts, -line.net_amount) for line in allowances],
        "BG-21": [_charge(line, facts, line.net_amount) for line in charges],
        "BG-23": _breakdown(facts),
        "BG-25": [_line(line, facts) for line in lines],
        "BT-106": _money(_net(lines)),
        "BT-107": _money(-_net(allowances)) if allowances else None,
        "BT-108": _money(_net(charges)) if charges else None,
        "BT-109": _money(invoice.net_amount),
        "BT-110": _money(invoice.tax_amount),
        "BT-112": _money(invoice.total_amount),
        "BT-115": _money(invoice.total_amount),
        **_payment(facts),
    }
    if invoice.currency != ours:
        found |= {"BT-6": ours, "BT-111": _money(invoice.total_base - invoice.net_base)}
    return {term: value for term, value in found.items() if value not in (None, "", [], {})}


def _sorted_out(facts: Facts) -> tuple[list[InvoiceLine], list[InvoiceLine], list[InvoiceLine]]:
    lines, charges, allowances = [], [], []
    for line in facts.priced_lines:
        if line.net_amount < 0:
            allowances.append(line)
        elif line.kind == LineKind.CHARGE:
            charges.append(line)
        else:
            lines.append(line)
    return (lines, charges, allowances) if lines else (charges, [], allowances)


def _line(line: InvoiceLine, facts: Facts) -> dict[str, Any]:
    category = facts.category(line)
    product = line.product
    quantity, unit, factor = line.typed_quantity, line.unit, line.unit_factor
    if quantity * factor != line.quantity or not quantity:  # what was typed does not come out even in this part
        quantity, unit, factor = line.quantity, product.stock_unit if product else line.unit, Decimal(1)
    price, before = line.unit_price * factor, list_price_of(line)
    barcode = product.barcode if product else ""
    gtin = barcode if barcode.isdigit() and len(barcode) in GTIN_LENGTHS and not wrong_barcode(barcode) else ""
    name = (product.name if product else "") or line.description or "–"
    found: dict[str, Any] = {
        "BT-126": str(line.position),
        "BT-129": plain(quantity),
        "BT-130": code_of(unit),
        "BT-131": _money(line.net_amount),
        "BT-146": plain(price),
        "BT-151": category,
        "BT-152": _rate(category, line.tax_rate),
        "BT-153": name,
        "BT-154": line.description if line.description != name else "",
        "BT-155": product.sku if product else "",
        "BT-156": facts.their_numbers.get(line.product_id or 0, ""),
        "BT-157": gtin,
        "BT-157-1": GTIN if gtin else "",
    }
    if before is not None and line.list_price is not None:
        gross = line.list_price * factor
        found |= {"BT-148": plain(gross), "BT-147-00": [{"BT-147": plain(gross - price)}]}
    return {term: value for term, value in found.items() if value != ""}


def _charge(line: InvoiceLine, facts: Facts, amount: Decimal) -> dict[str, str]:
    category = facts.category(line)
    said = {
        "amount": _money(amount),
        "reason": line.description or (line.product.name if line.product else "") or "–",
        "vat_category_code": category,
        "vat_rate": _rate(category, line.tax_rate),
    }
    return {key: value for key, value in said.items() if value}


def _breakdown(facts: Facts) -> list[dict[str, str]]:
    """One part per category and rate: codes of ours that differ in neither are one to the reader."""
    sums: dict[tuple[str, Decimal], list[Decimal]] = {}
    for part in facts.tax_parts:
        both = sums.setdefault((part.category, part.rate), [ZERO, ZERO])
        both[0] += part.net
        both[1] += part.tax
    found = []
    for (category, rate), (net, tax) in sums.items():
        said = {
            "BT-116": _money(net),
            "BT-117": _money(tax),
            "BT-118": category,
            "BT-119": _rate(category, rate),
            "BT-120": reason_of(category),
            "BT-121": REASON_CODES.get(category, ""),
        }
        found.append({term: value for term, value in said.items() if value})
    return found


def _payment(facts: Facts) -> dict[str, str]:
    company = facts.company
    if facts.is_credit or not company.bank_account:
        return {}
    has_iban = is_iban(company.bank_account)
    return {
        "BT-81": SEPA if has_iban and facts.invoice.currency == "EUR" else TRANSFER,
        "BT-83": facts.invoice.number or "",
        "BT-84": iban.compact(company.bank_account) if has_iban else company.bank_account,
        "BT-85": company.name,
    }


def _net(lines: Iterable[InvoiceLine]) -> Decimal:
    return sum((line.net_amount for line in lines), ZERO)


def _money(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _rate(category: str, rate: Decimal) -> str:
    """What is not subject to VAT has no rate, not even zero (BR-O-05)."""
    return "" if category == OUTSIDE else plain(rate if category == STANDARD else ZERO)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _UNWRITABLE.sub(" ", value)
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list) else value
