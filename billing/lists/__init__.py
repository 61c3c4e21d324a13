"""Billing's lists: what is to be invoiced, invoices and payments, and what customers owe."""

from billing.lists import invoices, receivables, to_invoice


def register() -> None:
    for part in (to_invoice, invoices, receivables):
        part.register()
