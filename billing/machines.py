"""Where invoices and payments may go."""

from billing.models import InvoiceState as I
from billing.models import PaymentState as P
from omc.lib.machine import Machine

INVOICE = Machine(
    name="invoice",
    initial=I.DRAFT,
    graph={
        I.DRAFT: frozenset({I.POSTED, I.VOID}),
        # Posted is for good: a correction is a credit note.
        I.POSTED: frozenset({I.PART_PAID, I.PAID}),
        I.PART_PAID: frozenset({I.PAID}),
        I.PAID: frozenset(),
        I.VOID: frozenset(),
    },
)
PAYMENT = Machine(name="payment", initial=P.OPEN, graph={P.OPEN: frozenset({P.APPLIED}), P.APPLIED: frozenset()})
