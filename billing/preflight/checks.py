"""The catalogue of checks: what each says, how severe it is unless the company says otherwise, and what to do."""

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from billing.models import Severity
from billing.preflight.rules import Finding
from omc.lib.registry import Text
from orders.core.selectors.companies import settings_in_force

OFF: Final = "off"
CHOICES: Final = (OFF, *Severity.values)


@dataclass(frozen=True)
class Check:
    """``sentence`` has {expected} and {found}; what is not ``clearable`` cannot be posted whoever says so."""

    code: str
    name: Text
    severity: str
    sentence: Text
    remedy: Text
    clearable: bool = True

    @property
    def setting(self) -> str:
        return f"billing.preflight.{self.code}"


CHECKS: Final[dict[str, Check]] = {
    check.code: check
    for check in (
        Check(
            "price_differs",
            _("Price against the order"),
            Severity.BLOCK,
            _("The order says {expected} a unit, the invoice {found}."),
            _("Throw this draft away and draft it again."),
            clearable=False,
        ),
        Check(
            "price_over_agreed",
            _("Price against the agreement"),
            Severity.WARN,
            _("The agreement says {expected} a unit, somebody typed {found}."),
            _("Ask pricing, or credit the difference afterwards."),
        ),
        Check(
            "more_than_shipped",
            _("Quantity against what was shipped"),
            Severity.BLOCK,
            _("{expected} were shipped, {found} would be invoiced."),
            _("Wait until the rest has left."),
            clearable=False,
        ),
        Check(
            "more_than_ordered",
            _("Quantity against the order"),
            Severity.BLOCK,
            _("{expected} were ordered, {found} would be invoiced."),
            _("See which invoice billed it already."),
            clearable=False,
        ),
        Check(
            "amount_differs",
            _("Amount against the order"),
            Severity.BLOCK,
            _("By the order it is {expected}, on the invoice {found}."),
            _("Throw this draft away and draft it again."),
            clearable=False,
        ),
        Check(
            "freight_differs",
            _("Freight and charges against the order"),
            Severity.BLOCK,
            _("By the order it is {expected}, on the invoice {found}."),
            _("Look at the charges of the order."),
        ),
        Check(
            "freight_missing",
            _("Freight that nobody bills"),
            Severity.WARN,
            _("All goods are billed with this invoice, {expected} of charges are not."),
            _("Look at the charges of the order."),
        ),
        Check(
            "tax_differs",
            _("Tax against rate and amount"),
            Severity.BLOCK,
            _("The tax should be {expected}, on the invoice it is {found}."),
            _("Ask pricing to look at the tax of the order."),
        ),
        Check(
            "tax_on_exempt",
            _("Tax of an exempt customer"),
            Severity.BLOCK,
            _("The customer is exempt from tax, the invoice bears {found}."),
            _("Change the order, or the customer's exemption."),
        ),
        Check(
            "reverse_unregistered",
            _("Reverse charge without a tax number"),
            Severity.BLOCK,
            _("Tax code {found} leaves the tax to the customer, who has no tax number here."),
            _("Write down the customer's tax number."),
        ),
        Check(
            "po_missing",
            _("Purchase order number"),
            Severity.BLOCK,
            _("This customer wants its order number on every invoice; the order has none."),
            _("Ask the customer for it and write it on the invoice."),
        ),
        Check(
            "bill_to_missing",
            _("Address for the bill"),
            Severity.WARN,
            _("There is no address for the bill."),
            _("Write one down with the customer."),
        ),
        Check(
            "bill_to_retired",
            _("Address for the bill in use"),
            Severity.BLOCK,
            _("{found} is no longer an address of this customer."),
            _("Choose another address on the order."),
        ),
        Check(
            "terms_differ",
            _("Terms against the customer's"),
            Severity.WARN,
            _("The customer's terms are {expected}, the order says {found}."),
            _("Ask whoever entered the order."),
        ),
        Check(
            "currency_differs",
            _("Currency against the customer's"),
            Severity.WARN,
            _("The customer pays in {expected}, the invoice is in {found}."),
            _("Ask whoever entered the order."),
        ),
        Check(
            "duplicate",
            _("The same once more"),
            Severity.WARN,
            _("{expected} has the same purchase order number and the same total, {found}."),
            _("Compare the two before this one goes out."),
        ),
    )
}


@dataclass(frozen=True)
class Judged:
    """A finding with the company's severity."""

    finding: Finding
    severity: str


def judge(company_id: int, found: list[Finding]) -> list[Judged]:
    """The findings that the company wants to hear of, each with how severe it is."""
    if not found:
        return []
    in_force: dict[str, Any] = settings_in_force(company_id, [CHECKS[item.code].setting for item in found])
    judged = [Judged(item, in_force[CHECKS[item.code].setting]) for item in found]
    return [item for item in judged if item.severity != OFF]


def sentence(code: str, expected: str, found: str) -> str:
    """What a finding says, in the reader's language."""
    return str(CHECKS[code].sentence).format(expected=expected or _("none"), found=found or _("none"))
