"""The use cases of call mode: take a call, answer, park it, make something of it, end it."""

from orders.entry.calls.services.answering import answer_question
from orders.entry.calls.services.taking import end_call, name_caller, park_call, resume_call, start_call, write_notes
from orders.entry.calls.services.turning import turn_call

__all__ = [
    "answer_question",
    "end_call",
    "name_caller",
    "park_call",
    "resume_call",
    "start_call",
    "turn_call",
    "write_notes",
]
