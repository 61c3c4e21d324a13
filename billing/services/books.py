"""The sub-ledger: every document leaves balanced entries in company currency."""

from collections.abc import Iterable
from datetime import date

from billing.models import Invoice, Payment, Posting, WriteOff
from billing.rules import ZERO, Entry, balanced
from omc.lib import clock
from omc.lib.writing import insert


def write(document: Invoice | Payment | WriteOff, entries: Iterable[Entry], *, day: date) -> None:
    """Post the entries of one document, balanced, in one statement."""
    at = clock.now()
    insert(
        Posting(
            company_id=document.company_id,
            document_type=str(document._meta.model_name),
            document_id=document.pk,
            customer_id=document.customer_id,
            account=entry.account,
            debit=max(entry.amount, ZERO),
            credit=max(-entry.amount, ZERO),
            day=day,
            at=at,
        )
        for entry in balanced(entries)
    )
