"""The verbs of discount guidelines: their versions, and approvals of what goes further."""

from orders.pricing.guidelines.services.approvals import (
    APPROVAL_DAYS,
    NothingToApprove,
    OwnRequest,
    RequestOutdated,
    approve_discount,
    authors,
    delegate_approval,
    expire_approvals,
    refuse_discount,
    request_approval,
)
from orders.pricing.guidelines.services.checks import (
    DiscountNotApproved,
    beyond,
    forget_approval,
    refuse_unapproved_order,
    refuse_unapproved_quote,
    review_change,
    review_order,
)
from orders.pricing.guidelines.services.holds import load_discount_hold
from orders.pricing.guidelines.services.versions import (
    GuidelineInput,
    InvalidGuidelines,
    draft_guidelines,
    publish_guidelines,
    rollback_guidelines,
)

__all__ = [
    "APPROVAL_DAYS",
    "DiscountNotApproved",
    "GuidelineInput",
    "InvalidGuidelines",
    "NothingToApprove",
    "OwnRequest",
    "RequestOutdated",
    "approve_discount",
    "authors",
    "beyond",
    "delegate_approval",
    "draft_guidelines",
    "expire_approvals",
    "forget_approval",
    "load_discount_hold",
    "publish_guidelines",
    "refuse_discount",
    "refuse_unapproved_order",
    "refuse_unapproved_quote",
    "request_approval",
    "review_change",
    "review_order",
    "rollback_guidelines",
]
