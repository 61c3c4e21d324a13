"""How an order is billed, and who says so."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.dues.rules import Instalment
from billing.methods.rules import FIELDS, Chosen, choose, instalments_of
from billing.models import BillingRule, DepositRule, Every, FreightRule, Method
from orders.core.models import Customer, Order
from orders.core.selectors.companies import settings_in_force

METHOD: Final = "billing.method"
FREIGHT: Final = "billing.freight"
DEPOSIT_RULE: Final = "billing.deposit_rule"
DEPOSIT_HOLDS: Final = "billing.deposit_holds"
_HOUSE: Final[dict[str, Any]] = {
    "every": Every.MONTH, "by_purchase_order": False, "deposit_percent": Decimal(0), "instalments": [],
}  # fmt: skip
_SETTINGS: Final = {"method": METHOD, "freight": FREIGHT, "deposit_rule": DEPOSIT_RULE, "deposit_holds": DEPOSIT_HOLDS}
LABELS: Final = {
    "method": _("Invoiced"),
    "every": _("Period"),
    "by_purchase_order": _("An invoice for each purchase order"),
    "freight": _("Freight and charges"),
    "deposit_percent": _("Deposit"),
    "deposit_rule": _("The deposit is taken off"),
    "deposit_holds": _("Not released before the deposit is paid"),
    "instalments": _("Instalments"),
}
_CHOICES: Final = {"method": Method, "every": Every, "freight": FreightRule, "deposit_rule": DepositRule}


@dataclass(frozen=True)
class Billing:
    """The rule in force, value by value with its origin."""

    values: dict[str, Chosen]

    def __getitem__(self, field: str) -> Any:
        return self.values[field].value

    @property
    def instalments(self) -> list[Instalment]:
        return instalments_of(self["instalments"])


def billing_of(company_id: int, order: BillingRule | None, customer: BillingRule | None) -> Billing:
    """What is in force: the order's word, then the customer's, then the house's. No query beyond the settings'."""
    in_force = settings_in_force(company_id, list(_SETTINGS.values()))
    house = _HOUSE | {field: in_force[key] for field, key in _SETTINGS.items()}
    said, usual = (vars(rule) if rule else None for rule in (order, customer))
    return Billing({field: choose(field, said, usual, house[field]) for field in FIELDS})


def billing_of_order(order: Order) -> Billing:
    """One query."""
    rows = BillingRule.objects.filter(Q(order=order) | Q(customer_id=order.customer_id))
    rules = {"order" if rule.order_id else "customer": rule for rule in rows}
    return billing_of(order.company_id, rules.get("order"), rules.get("customer"))


def billing_of_customer(customer: Customer) -> Billing:
    """One query."""
    return billing_of(customer.company_id, None, BillingRule.objects.filter(customer=customer).first())


def spoken(billing: Billing) -> list[dict[str, Any]]:
    """Label, value in words and origin of what applies, for a page."""
    origins = {"order": _("this order"), "customer": _("the customer"), "company": _("the house")}
    hidden = set()
    if billing["method"] != Method.CONSOLIDATED:
        hidden |= {"every", "by_purchase_order"}
    if not billing["deposit_percent"]:
        hidden |= {"deposit_rule", "deposit_holds"}
    if not billing["instalments"]:
        hidden.add("instalments")
    return [
        {"label": LABELS[field], "value": _word(field, chosen.value), "origin": origins[chosen.origin]}
        for field, chosen in billing.values.items()
        if field not in hidden
    ]


def _word(field: str, value: Any) -> Any:
    if field in _CHOICES:
        return _CHOICES[field](value).label
    if field == "deposit_percent":
        return f"{Decimal(value).normalize():f} %" if value else _("none")
    if field == "instalments":
        return ", ".join(str(_("%(percent)s %% after %(days)s days") % {"percent": p, "days": d}) for p, d in value)
    return _("yes") if value else _("no")
