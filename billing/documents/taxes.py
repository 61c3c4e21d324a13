"""Which category of EN 16931 a tax is of, and the words that the law wants on the document."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from omc.lib.catalogs import for_customer as _

STANDARD: Final = "S"
OUTSIDE: Final = "O"
INTRA_COMMUNITY: Final = "K"
BUYER_ACCOUNTS: Final = ("AE", INTRA_COMMUNITY)  # only for a buyer who is registered

# Source: CEF VATEX code list, as the schematron of EN 16931 holds it (BR-CL-22).
REASON_CODES: Final = {"AE": "VATEX-EU-AE", "K": "VATEX-EU-IC", "G": "VATEX-EU-G", "O": "VATEX-EU-O"}


@dataclass(frozen=True, slots=True)
class RuleSaid:
    """What pricing's tax rules say of a code. Units: rate in percent."""

    code: str
    rate: Decimal
    category: str


def category_of(code: str, rate: Decimal, rules: Iterable[RuleSaid]) -> str:
    """The category of a line's frozen tax: what its rule says, else what its rate leaves open.

    A customer who is exempt has no rule; a line without any code bears a tax that nobody determined.

    >>> rules = [RuleSaid("DE", Decimal(19), "S"), RuleSaid("EU", Decimal(0), "AE")]
    >>> category_of("EU", Decimal(0), rules), category_of("EXEMPT", Decimal(0), rules), category_of("DE", Decimal(7), rules)
    ('AE', 'E', 'S')
    >>> category_of("", Decimal(0), rules)
    'O'
    """
    if rate:
        return STANDARD
    if not code:
        return OUTSIDE
    return next((rule.category for rule in rules if rule.code == code and rule.category != STANDARD), "E")


def reason_of(category: str) -> str:
    """Why no tax is charged, in the language that is active; empty where it needs no words."""
    match category:
        case "AE":
            return _("Reverse charge: the tax is accounted for by the customer.")
        case "K":
            return _("Intra-Community supply, exempt from VAT.")
        case "G":
            return _("Export, exempt from VAT.")
        case "E":
            return _("Exempt from tax.")
        case "O":
            return _("Not subject to VAT.")
    return ""
