"""The use cases of the order inbox: take a document in, read it, put it right, make an order of it."""

from orders.entry.inbox.services.answering import answer_change, answer_document, save_partner
from orders.entry.inbox.services.keep import LineEdit, save_proposal
from orders.entry.inbox.services.learned import correct_name, correct_sender, forget_name, forget_sender
from orders.entry.inbox.services.ordering import LinesDoubtful, make_order
from orders.entry.inbox.services.reading import mend_document, read_document
from orders.entry.inbox.services.receive import LARGEST_BYTES, DocumentTaken, receive_document
from orders.entry.inbox.services.settling import assign_document, bring_back, set_aside

__all__ = [
    "LARGEST_BYTES",
    "DocumentTaken",
    "LineEdit",
    "LinesDoubtful",
    "answer_change",
    "answer_document",
    "assign_document",
    "bring_back",
    "correct_name",
    "correct_sender",
    "forget_name",
    "forget_sender",
    "make_order",
    "mend_document",
    "read_document",
    "receive_document",
    "save_partner",
    "save_proposal",
    "set_aside",
]
