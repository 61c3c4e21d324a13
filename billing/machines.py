"""Where invoices and payments may go."""

from billing.models import InvoiceState as I
from billing.models import PaymentState as P
from omc.lib.machine import Machine

INVOICE = Machine(
    name="invoice",
    initial=I.DRAFT,
    graph={
        # What passes its pre-flight is posted by the same verb; what waited for a person goes by way of *ready to post*.
        I.DRAFT: frozenset({I.PREFLIGHT_OK, I.PREFLIGHT_FAILED, I.POSTED, I.VOID}),
        I.PREFLIGHT_FAILED: frozenset({I.PREFLIGHT_OK, I.VOID}),
        I.PREFLIGHT_OK: frozenset({I.POSTED, I.PREFLIGHT_FAILED, I.VOID}),
        # Posted is for good: a correction is a credit note. A payment that bounced opens again what it settled.
        I.POSTED: frozenset({I.PART_PAID, I.PAID}),
        I.PART_PAID: frozenset({I.PAID, I.POSTED}),
        I.PAID: frozenset({I.PART_PAID, I.POSTED}),
        I.VOID: frozenset(),
    },
)
PAYMENT = Machine(
    name="payment",
    initial=P.OPEN,
    graph={
        P.OPEN: frozenset({P.APPLIED, P.REVERSED}),
        P.APPLIED: frozenset({P.REVERSED}),
        P.REVERSED: frozenset(),
    },
)
