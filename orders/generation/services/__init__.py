"""Stage 2's verbs: record, take, answer and close enquiries."""

from orders.generation.services.enquiries import (
    EnquiryInput,
    EnquiryTakenAlready,
    close_enquiry,
    mark_ordered,
    mark_quoted,
    record_enquiry,
    take_enquiry,
)

__all__ = [
    "EnquiryInput",
    "EnquiryTakenAlready",
    "close_enquiry",
    "mark_ordered",
    "mark_quoted",
    "record_enquiry",
    "take_enquiry",
]
