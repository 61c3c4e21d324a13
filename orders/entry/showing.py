"""How what the checks found is told: in words, with what mends it and the field where that is done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from omc.lib.actor import Actor
from orders.core.models import Order
from orders.entry.rules.checks import FULL, Finding
from orders.entry.selectors.effects import Effect
from orders.entry.services.checks import Clean

FAMILY_NAMES: Final = {
    "purchase_order": gettext_lazy("Customer's order number"),
    "quantity": gettext_lazy("Quantity"),
    "price": gettext_lazy("Price"),
    "margin": gettext_lazy("Margin"),
    "ship_to": gettext_lazy("Ship to"),
    "date": gettext_lazy("Date"),
    "pack": gettext_lazy("Packs"),
    "credit": gettext_lazy("Credit"),
    "overdue": gettext_lazy("Overdue invoices"),
    "company_rule": gettext_lazy("Rule of the company"),
}


@dataclass(slots=True)
class Told:
    """One finding in words. ``points`` are those that its family costs; the others of a family show none."""

    code: str
    what: str
    mend: str
    holds: bool
    points: int
    row: int | None
    leads_to: str
    url: str = ""
    link: str = ""
    link_url: str = ""


@dataclass(slots=True)
class Shown:
    """The score, what it lost by family (together 100), the findings, and whom the order takes stock from."""

    score: int
    parts: list[tuple[str, int]]
    findings: list[Told]
    effects: Sequence[Effect] = ()
    by_row: dict[int, list[Told]] = field(default_factory=dict)

    @property
    def meaning(self) -> str:
        if any(told.holds for told in self.findings):
            return "risk"
        return "ok" if self.score == FULL else "wait"


def show(order: Order, clean: Clean, actor: Actor, effects: Sequence[Effect] = ()) -> Shown:
    """What this actor may know of it; without a permission the finding and its points are left out."""
    seen = clean.seen_by(actor)
    left, told = dict(seen.parts), []
    for finding in sorted(seen.findings, key=lambda one: (-one.check.points, one.row or 0)):
        points = left.pop(finding.check.family, 0)
        told.append(_told(order, finding, points))
    by_row: dict[int, list[Told]] = {}
    for one in told:
        if one.row is not None:
            by_row.setdefault(one.row, []).append(one)
    parts = [(str(FAMILY_NAMES[family]), points) for family, points in seen.parts.items()]
    return Shown(seen.score, parts, told, effects, by_row)


def _told(order: Order, finding: Finding, points: int) -> Told:
    check = finding.check
    what, mend = _WORDS[finding.code](finding.facts)
    anchor = f"row-{finding.row}-{check.leads_to}" if check.by_row else f"id_{check.leads_to}"
    return Told(
        code=finding.code,
        what=what,
        mend=mend,
        holds=bool(check.holds) or finding.code == "company_rule",
        points=points,
        row=finding.row,
        leads_to=anchor if check.leads_to else "",
        url=f"{reverse('entry:edit', args=[order.pk])}#{anchor}" if check.leads_to else "",
        link=finding.facts.get("order", "") if finding.order_id else "",
        link_url=reverse("core:order", args=[finding.order_id]) if finding.order_id else "",
    )


def _quantity(facts: Any) -> str:
    return _("This customer usually orders %(usual)s of it (the middle of %(orders)s earlier lines).") % facts


def _pack(facts: Any) -> tuple[str, str]:
    what = _("%(whole)s × %(unit)s of %(size)s, and %(over)s over.") % facts
    return what, _("%(below)s or %(above)s come in whole packs.") % facts


def _date_over(facts: Any) -> tuple[str, str]:
    return _("Wanted for a day that has passed (%(day)s).") % facts, _("Ask for the day that is meant.")


def _date_far(facts: Any) -> tuple[str, str]:
    return _("Wanted more than two years from now (%(day)s).") % facts, _("Look whether the year is right.")


def _credit(facts: Any) -> tuple[str, str]:
    if not facts["percent"]:
        what = _("The customer has no credit.")
    else:
        what = _("With this order %(percent)s %% of the customer's credit limit would be used.") % facts
    return what, _("Submit it: credit decides while the order keeps its place; or ask for payment in advance.")


# code → what is wrong, what mends it
_WORDS: Final[dict[str, Callable[[Any], tuple[str, str]]]] = {
    "po_missing": lambda facts: (
        _("The customer wants a purchase order number on every order."), _("Ask for the number and type it."),
    ),
    "po_used_before": lambda facts: (
        _("This purchase order number was used within the last year."), _("Ask whether it is a new order."),
    ),
    "po_duplicate": lambda facts: (
        _("The same purchase order number and the same lines came within the last 7 days."),
        _("Look at the other order; discard this one if it came twice."),
    ),
    "same_order": lambda facts: (
        _("The very same lines were ordered within the last 7 days."), _("Look at the other order, and ask."),
    ),
    "large_quantity": lambda facts: (_("Far more than ever.") + " " + _quantity(facts), _("Ask whether it is meant.")),
    "odd_quantity": lambda facts: (_("An odd quantity.") + " " + _quantity(facts), _("Ask whether it is meant.")),
    "agreement_exceeded": lambda facts: (
        _("%(left)s are left of agreement %(agreement)s; this is %(over)s more.") % facts,
        _("Take what is left, and the rest on a line at another price; or submit it, and pricing decides."),
    ),
    "price_changed": lambda facts: (
        _("%(percent)s %% since %(order)s: %(before)s then, %(now)s now.") % facts, _("Tell the customer, or ask why."),
    ),
    "margin_low": lambda facts: (
        _("%(markup)s %% on the cost; the floor is %(floor)s %%.") % facts, _("Look at the price, or let pricing decide."),
    ),
    "ship_to_new": lambda facts: (
        _("Nothing was ever shipped to this address."), _("Have it read back by the customer."),
    ),
    "date_impossible": _date_over,
    "row_date_impossible": _date_over,
    "date_far": _date_far,
    "row_date_far": _date_far,
    "pack_broken": _pack,
    "credit_short": _credit,
    "overdue": lambda facts: (
        _("The customer's oldest unpaid invoice is %(days)s days overdue.") % facts,
        _("Ask for the payment; credit decides about the order."),
    ),
    "company_rule": lambda facts: (facts["sentence"], _("Whoever keeps the rule decides, once it is submitted.")),
}  # fmt: skip
