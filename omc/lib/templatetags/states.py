"""How a state of any document reads on a screen: its word, its meaning and its icon.

Color is kept for what needs a look. A document that is simply on its way is neutral.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ICON_OF_MEANING = {
    "": "circle",
    "ok": "circle-check",
    "wait": "hourglass",
    "risk": "triangle-alert",
    "broken": "circle-x",
}


@dataclass(frozen=True)
class Look:
    """``meaning`` is "", ok, wait, risk or broken."""

    word: str | Promise
    meaning: str = ""
    icon: str = ""


STATES: dict[str, Look] = {
    # an order on its way
    "draft": Look(_("Draft"), "", "circle-dashed"),
    "pending": Look(_("Pending"), "wait"),
    "confirmed": Look(_("Confirmed"), "", "circle-check"),
    "released": Look(_("Released"), "", "circle-play"),
    "in_fulfillment": Look(_("In fulfillment"), "", "package-open"),
    "shipped": Look(_("Shipped"), "", "truck"),
    "delivered": Look(_("Delivered"), "ok", "package-check"),
    "closed": Look(_("Closed"), "", "archive"),
    "cancelled": Look(_("Cancelled"), "", "ban"),
    "abandoned": Look(_("Abandoned"), "", "circle-off"),
    # invoices before they are posted
    "preflight_ok": Look(_("Ready to post"), "ok"),
    "preflight_failed": Look(_("Stopped before posting"), "broken", "octagon-alert"),
    # what is partial
    "none": Look(_("None"), "", "circle"),
    "part": Look(_("Part"), "", "circle-dot"),
    "done": Look(_("Done"), "ok"),
    "exception": Look(_("Exception"), "broken"),
    # quotes, approvals, expedites
    "new": Look(_("New"), "", "circle-dot"),
    "acted": Look(_("Acted on"), "ok"),
    "sent": Look(_("Sent"), "", "send"),
    "requested": Look(_("Requested"), "wait"),
    "submitted": Look(_("Submitted"), "wait"),
    "accepted": Look(_("Accepted"), "ok"),
    "approved": Look(_("Approved"), "ok"),
    "countered": Look(_("Countered"), "wait", "undo-2"),
    "declined": Look(_("Declined"), "", "ban"),
    "rejected": Look(_("Rejected"), "broken"),
    "refused": Look(_("Refused"), "broken"),
    "voided": Look(_("Void"), "", "ban"),
    "conflicted": Look(_("Conflict"), "risk", "git-compare"),
    "withdrawn": Look(_("Withdrawn"), "", "undo-2"),
    "asked": Look(_("Waits for an answer"), "wait"),
    "answered": Look(_("Answered"), "ok"),
    "due": Look(_("To be ordered"), "wait", "clock"),
    "skipped": Look(_("Skipped"), "", "circle-slash"),
    "lapsed": Look(_("Over before it was answered"), "risk", "clock-alert"),
    "expired": Look(_("Expired"), "risk", "clock-alert"),
    "superseded": Look(_("Superseded"), "", "copy"),
    "converted": Look(_("Converted"), "ok", "arrow-right"),
    # planned shipments, shipments, waves
    "planned": Look(_("Planned"), "", "calendar"),
    "frozen": Look(_("Frozen"), "", "snowflake"),
    "to_count": Look(_("To count"), "wait", "clipboard-list"),
    "counted": Look(_("Counted"), "ok"),
    "picking": Look(_("Picking"), "", "hand"),
    "picked": Look(_("Picked"), "", "package-open"),
    "checked": Look(_("Checked"), "", "clipboard-check"),
    "packing": Look(_("Packing"), "", "package"),
    "packed": Look(_("Packed"), "", "package"),
    "in_transit": Look(_("In transit"), "", "truck"),
    "lost": Look(_("Lost"), "broken", "package-x"),
    "returned": Look(_("Returned"), "", "undo-2"),
    # enquiries, and supply from a supplier
    "working": Look(_("In work"), "", "user"),
    "quoted": Look(_("Quoted"), "", "file-text"),
    "ordered": Look(_("Ordered"), "", "shopping-cart"),
    # documents of the order inbox
    "read": Look(_("Read"), "wait", "file-text"),
    "set_aside": Look(_("Set aside"), "", "archive"),
    "broken": Look(_("Cannot be read"), "broken", "file-x"),
    "part_received": Look(_("Part received"), "wait", "circle-dot"),
    # stock on a line
    "allocated": Look(_("Allocated"), "ok", "circle-check"),
    "part_allocated": Look(_("Part allocated"), "wait", "circle-dot"),
    "backordered": Look(_("Backordered"), "risk", "package-x"),
    "promised": Look(_("Promised"), "", "calendar-check"),
    "late": Look(_("Late"), "risk", "clock-alert"),
    # promises that the radar watches
    "on_track": Look(_("On track"), "ok"),
    "at_risk": Look(_("At risk"), "wait", "clock"),
    "probably_late": Look(_("Probably late"), "risk", "clock-alert"),
    # invoices, payments, disputes
    "posted": Look(_("Posted"), "", "receipt"),
    "part_paid": Look(_("Part paid"), "wait", "circle-dot"),
    "paid": Look(_("Paid"), "ok"),
    "overdue": Look(_("Overdue"), "broken", "clock-alert"),
    "disputed": Look(_("Disputed"), "risk", "message-circle-warning"),
    "credited": Look(_("Credited"), "", "undo-2"),
    "partly": Look(_("Credited in part"), "", "undo-2"),
    "reversed": Look(_("Reversed"), "risk", "undo-2"),
    "kept": Look(_("Kept"), "ok"),
    "upheld": Look(_("Invoice upheld"), "", "circle-check"),
    "void": Look(_("Void"), "", "ban"),
    # returns and cases
    "authorized": Look(_("Authorized"), "", "circle-check"),
    "received": Look(_("Received"), "", "package-check"),
    "inspected": Look(_("Inspected"), "", "clipboard-check"),
    "settled": Look(_("Settled"), "ok"),
    "open": Look(_("Open"), "wait", "circle-dot"),
    "assigned": Look(_("Assigned"), "", "user"),
    "waiting": Look(_("Waiting"), "wait"),
    "waiting_internal": Look(_("Waiting for us"), "wait"),
    "waiting_customer": Look(_("Waiting for the customer"), "wait"),
    "resolved": Look(_("Resolved"), "ok"),
    "reopened": Look(_("Reopened"), "risk", "rotate-ccw"),
    # holds
    "held": Look(_("On hold"), "risk", "circle-pause"),
    "on_hold": Look(_("On hold"), "risk", "circle-pause"),
    # stock in a bin
    "available": Look(_("Available"), "ok"),
    "quality": Look(_("In quality control"), "wait", "clipboard-check"),
    "damaged": Look(_("Damaged"), "broken", "package-x"),
    # rule sets, allocation runs, settings, people
    "proposed": Look(_("Proposed"), "wait", "circle-dashed"),
    "applied": Look(_("Applied"), "ok"),
    "discarded": Look(_("Discarded"), "", "ban"),
    "published": Look(_("Published"), "ok"),
    "retired": Look(_("Retired"), "", "archive"),
    "active": Look(_("Active"), "ok"),
    "inactive": Look(_("Inactive"), "", "circle-off"),
    # jobs and messages
    "queued": Look(_("Queued"), "wait"),
    "running": Look(_("Running"), "", "loader-circle"),
    "succeeded": Look(_("Succeeded"), "ok"),
    "failed": Look(_("Failed"), "broken"),
    "not_sent": Look(_("Not sent: chosen so"), "", "bell-off"),
    "to_fetch": Look(_("To be downloaded"), "wait", "download"),
    "ended": Look(_("Ended"), "", "circle-stop"),
    "parked": Look(_("Parked"), "broken", "circle-parking"),
    # what a change of prices does to a line
    "dearer": Look(_("Dearer"), "", "trending-up"),
    "cheaper": Look(_("Cheaper"), "", "trending-down"),
    "same": Look(_("Same price"), "", "equal"),
    "outranked": Look(_("Priced elsewhere"), "", "lock"),
    "typed": Look(_("Typed or quoted price"), "", "pencil"),
    "gone": Look(_("No longer on the list"), "", "circle-off"),
    "unknown": Look(_("Origin not known"), "", "circle-question-mark"),
}


def look_of(value: object) -> Look:
    """The look of a state; one nobody listed reads as its own word and stays neutral."""
    key = str(getattr(value, "value", value) or "")
    known = STATES.get(key)
    if known is not None:
        return known
    label = getattr(value, "label", None)
    return Look(str(label) if label else key.replace("_", " ").capitalize())


# What search finds, by the kind that its owner writes.
KINDS: dict[str, Look] = {
    "order": Look(_("Order"), "", "shopping-cart"),
    "customer": Look(_("Customer"), "", "building"),
    "item": Look(_("Item"), "", "box"),
    "enquiry": Look(_("Enquiry"), "", "message-square"),
    "quote": Look(_("Quote"), "", "file-text"),
    "agreement": Look(_("Blanket agreement"), "", "file-stack"),
    "plannedrelease": Look(_("Planned release"), "", "calendar-check"),
    "supply": Look(_("Supply order"), "", "package-plus"),
    "plannedshipment": Look(_("Planned shipment"), "", "calendar"),
    "shipment": Look(_("Shipment"), "", "truck"),
    "invoice": Look(_("Invoice"), "", "receipt"),
    "payment": Look(_("Payment"), "", "banknote"),
    "return": Look(_("Return"), "", "undo-2"),
    "case": Look(_("Case"), "", "life-buoy"),
}


def kind_of(name: str) -> Look:
    """The look of a kind; one nobody listed reads as its own word."""
    return KINDS.get(name) or Look(name.replace("_", " ").capitalize(), "", "file")
