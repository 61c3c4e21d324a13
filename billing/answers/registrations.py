"""The customer's page of an invoice."""

from django.utils.translation import gettext_lazy as _

from billing.answers import page
from billing.answers.selectors import PAGE, link_ends, seen_invoice
from omc.lib.registry import CustomerPage, registry


def register() -> None:
    """Called once, when Django is ready."""
    registry.customer_pages.add(
        PAGE,
        CustomerPage(
            key=PAGE,
            name=_("Invoice"),
            subject=seen_invoice,
            until=link_ends,
            doors={"": page.show, "pdf": page.pdf, "dispute": page.dispute, "promise": page.promise},
            deeds=frozenset({"dispute", "promise"}),
            grants=frozenset({"billing.answer_invoice"}),
        ),
    )
