"""Sentences that stand on paper and in the electronic forms alike, in the language that is active."""

from decimal import Decimal

from billing.documents.facts import Facts
from omc.lib.catalogs import figure
from omc.lib.catalogs import for_customer as _
from omc.lib.documents import day
from omc.lib.money import plain
from orders.core.speech import money


def terms_said(facts: Facts) -> list[str]:
    """When it is to be paid, in parts where there are several, and what paying early saves."""
    if facts.is_credit:
        return [_("We set this off against what is open, or pay it out to you.")]
    invoice, terms, parts = facts.invoice, facts.terms, facts.dues
    said = [terms.name] if terms else []
    if len(parts) > 1:
        said += [
            _("Due on %(day)s: %(amount)s")
            % {"day": day(part.due_date), "amount": money(part.amount, invoice.currency)}
            for part in parts
        ]
    if invoice.discount_until and invoice.total_amount:
        percent = (invoice.discount_amount / invoice.total_amount * 100).quantize(Decimal("0.1"))
        said.append(
            _("Paid by %(day)s: %(percent)s %% discount (%(saved)s), leaving %(left)s.")
            % {
                "day": day(invoice.discount_until),
                "percent": figure(plain(percent)),
                "saved": money(invoice.discount_amount, invoice.currency),
                "left": money(invoice.total_amount - invoice.discount_amount, invoice.currency),
            }
        )
    return said
