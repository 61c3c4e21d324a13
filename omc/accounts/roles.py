"""Who may do what. Roles are code: a change of rights is a reviewed change of this file.

A membership (user, company) names roles; the union of their permissions is all that the user may do there.
"""

from typing import Final

_VIEW: Final = frozenset(
    {
        "orders.view_order",
        "orders.write_note",
        "planning.view_stock",
        "generation.view_enquiry",
        "pricing.view_quote",
        "prioritization.view_rank",
        "scheduling.view_plan",
        "fulfillment.view_shipment",
        "claims.view_return",
        "postsales.view_case",
    }
)
_MONEY: Final = frozenset({"orders.view_price", "billing.view_invoice"})
_SERVES: Final = frozenset(
    {"orders.view_sent", "orders.tell_customer"}
)  # who serves customers sees what they were told

CSR: Final = (
    _VIEW
    | _MONEY
    | _SERVES
    | {
        "generation.record_enquiry",
        "pricing.write_quote",
        "pricing.send_quote",
        "pricing.plan_release",
        "entry.write_order",
        "entry.keep_template",
        "orders.take_call",
        "entry.confirm_order",
        "entry.cancel_order",
        "orders.place_hold",
        "fulfillment.settle_exception",
        "claims.request_return",
        "postsales.open_case",
        "postsales.work_case",
        "billing.raise_dispute",
        "billing.record_promise",
    }
)
CSR_LEAD: Final = CSR | {
    "orders.view_cost",
    "orders.resolve_hold",
    "orders.bulk_edit",
    "orders.edit_contacts",
    "pricing.override_price",
    "pricing.approve_discount",
    "claims.authorize_return",
    "entry.import_orders",
}
SALES: Final = (
    _VIEW
    | _MONEY
    | _SERVES
    | {
        "orders.view_cost",
        "entry.keep_template",
        "generation.record_enquiry",
        "pricing.write_quote",
        "pricing.send_quote",
        "pricing.write_agreement",
        "pricing.plan_release",
        "postsales.open_case",
        "orders.take_call",
        "analytics.view_insights",
    }
)
PRICING: Final = (
    _VIEW
    | _MONEY
    | _SERVES
    | {
        "orders.view_cost",
        "orders.resolve_hold",
        "pricing.edit_price_list",
        "pricing.write_agreement",
        "pricing.plan_release",
        "pricing.write_quote",
        "pricing.send_quote",
        "pricing.override_price",
        "pricing.edit_guidelines",
        "pricing.approve_discount",
        "analytics.view_insights",
    }
)
CREDIT: Final = (
    _VIEW
    | _MONEY
    | _SERVES
    | {
        "orders.place_hold",
        "orders.resolve_hold",
        "orders.manage_customer",
        "orders.edit_contacts",
        "billing.record_payment",
        "billing.raise_dispute",
        "billing.record_promise",
    }
)
PLANNER: Final = (
    _VIEW
    | _MONEY
    | {
        "orders.view_cost",
        "planning.receive_stock",
        "planning.adjust_stock",
        "planning.order_supply",
        "planning.run_forecast",
        "fulfillment.confirm_supplier_shipment",
        "orders.manage_product",
        "orders.manage_supplier",
        "orders.view_jobs",
        "analytics.view_insights",
    }
)
PRODUCTION: Final = _VIEW | {"planning.receive_stock"}
OPS: Final = _VIEW | {
    "orders.view_price",
    "orders.place_hold",
    "orders.resolve_hold",
    "orders.view_jobs",
    "orders.bulk_edit",
    "planning.receive_stock",
    "planning.adjust_stock",
    "prioritization.rank_orders",
    "prioritization.run_allocation",
    "scheduling.plan_shipment",
    "scheduling.release_shipment",
    "scheduling.recall_shipment",
    "scheduling.manage_capacity",
    "fulfillment.pick",
    "fulfillment.check",
    "fulfillment.pack",
    "fulfillment.ship",
    "fulfillment.view_freight",
    "fulfillment.record_freight",
    "fulfillment.manage_carriers",
    "fulfillment.unpick",
    "fulfillment.confirm_delivery",
    "fulfillment.settle_exception",
    "fulfillment.confirm_supplier_shipment",
    "claims.receive_return",
    "claims.inspect_return",
    "entry.cancel_order",
}
WAREHOUSE: Final = frozenset(
    {
        "orders.view_order",
        "orders.write_note",
        "planning.view_stock",
        "planning.receive_stock",
        "scheduling.view_plan",
        "fulfillment.view_shipment",
        "fulfillment.pick",
        "fulfillment.check",
        "fulfillment.pack",
        "fulfillment.ship",
        "fulfillment.view_freight",
        "fulfillment.unpick",
        "fulfillment.confirm_delivery",
        "claims.view_return",
        "claims.receive_return",
        "claims.inspect_return",
    }
)
BILLING: Final = (
    _VIEW
    | _MONEY
    | _SERVES
    | {
        "orders.view_cost",
        "orders.place_hold",
        "fulfillment.view_freight",
        "fulfillment.record_freight",
        "billing.post_invoice",
        "billing.override_preflight",
        "billing.record_payment",
        "billing.credit",
        "billing.raise_dispute",
        "billing.record_promise",
        "claims.settle_return",
    }
)
SERVICE: Final = (
    _VIEW
    | _MONEY
    | _SERVES
    | {
        "claims.request_return",
        "claims.authorize_return",
        "claims.settle_return",
        "postsales.open_case",
        "postsales.work_case",
        "orders.take_call",
        "orders.place_hold",
        "billing.raise_dispute",
        "billing.record_promise",
    }
)
EXEC: Final = (
    _VIEW
    | _MONEY
    | {"fulfillment.view_freight", "orders.view_cost", "orders.view_jobs", "orders.oversee", "analytics.view_insights"}
)

_EVERYTHING: Final = (
    CSR_LEAD | SALES | PRICING | CREDIT | PLANNER | PRODUCTION | OPS | WAREHOUSE | BILLING | SERVICE | EXEC
)
ADMIN: Final = _EVERYTHING | {
    "orders.manage_settings",
    "orders.manage_rules",
    "orders.manage_members",
    "orders.manage_customer",
    "orders.manage_product",
    "orders.manage_outbox",
    "prioritization.publish_rules",
    "analytics.run_variance",
    "analytics.import_history",
}

ROLES: Final[dict[str, frozenset[str]]] = {
    "csr": CSR,
    "csr_lead": CSR_LEAD,
    "sales": SALES,
    "pricing": PRICING | {"analytics.run_variance"},
    "credit": CREDIT,
    "planner": PLANNER,
    "production": PRODUCTION,
    "ops": OPS,
    "warehouse": WAREHOUSE,
    "billing": BILLING,
    "service": SERVICE,
    "exec": EXEC | {"analytics.run_variance"},
    "admin": ADMIN,
}
ROLE_NAMES: Final[dict[str, str]] = {
    "csr": "Customer service",
    "csr_lead": "Customer service lead",
    "sales": "Sales",
    "pricing": "Pricing",
    "credit": "Credit",
    "planner": "Planner and purchasing",
    "production": "Production",
    "ops": "Operations",
    "warehouse": "Warehouse",
    "billing": "Billing",
    "service": "Service",
    "exec": "Executive",
    "admin": "Administrator",
}
PERMISSIONS: Final[frozenset[str]] = frozenset().union(*ROLES.values())


def daily_work(roles: frozenset[str]) -> frozenset[str]:
    """What these roles are there to do: an administrator may do everything, but administers."""
    own = {"admin": ADMIN - _EVERYTHING}
    return frozenset().union(*(own.get(role, ROLES.get(role, frozenset())) for role in roles))


def permissions_of(roles: frozenset[str]) -> frozenset[str]:
    """Everything that the roles together allow; a role that no longer exists allows nothing."""
    return frozenset().union(*(ROLES.get(role, frozenset()) for role in roles))
