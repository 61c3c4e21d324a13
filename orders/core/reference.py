"""Data that every company starts from. Idempotent: loaded when a company opens, at each start, and after a flush in tests."""

from omc.lib.registry import registry
from orders.core.models import Company, HoldType

# code, name, scope, cause, blocks, is_credit, who lifts it
HOLD_TYPES = (
    ("credit_limit", "Credit limit", "order", "us", ["confirm", "allocate", "release", "pick", "ship"], True),
    ("overdue", "Overdue invoices", "order", "customer", ["confirm", "release"], True),
    ("po_missing", "Purchase order number missing", "order", "customer", ["confirm"], False),
    ("po_duplicate", "Purchase order number used before", "order", "us", ["confirm"], False),
    ("address_check", "Address to be checked", "order", "customer", ["release", "ship"], False),
    ("margin", "Margin below floor", "order", "us", ["confirm"], False),
    ("large_quantity", "Unusually large quantity", "order", "us", ["confirm"], False),
    ("date_impossible", "Requested date impossible", "order", "us", ["confirm"], False),
    ("pending_change", "Being changed", "order", "us", ["release"], False),
    ("customer_request", "Customer asked to wait", "order", "customer", ["release", "pick", "ship"], False),
    ("compliance", "Compliance check", "order", "us", ["confirm", "release", "pick", "ship", "invoice"], False),
    ("quality", "Quality check", "line", "supply", ["pick", "ship"], False),
    ("manual", "Held by hand", "order", "us", ["confirm", "allocate", "release", "pick", "ship"], False),
    ("stop_customer", "Customer stopped", "customer", "us", ["confirm", "release", "pick", "ship"], False),
)


def load_hold_types(company_id: int) -> None:
    HoldType.objects.bulk_create(
        [
            HoldType(
                company_id=company_id, code=code, name=name, scope=scope, cause=cause, blocks=blocks, is_credit=credit
            )
            for code, name, scope, cause, blocks, credit in HOLD_TYPES
        ],
        ignore_conflicts=True,
    )


def load_reference() -> None:
    """Bring every company's reference data up to this version of the program."""
    for company_id in Company.objects.order_by("id").values_list("pk", flat=True):
        for load in registry.reference:
            load(company_id)
