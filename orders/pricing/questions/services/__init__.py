"""The verbs of price questions: ask, pass on, answer, use the answer."""

from orders.pricing.questions.services.answering import (
    BeyondGuidelines,
    CannotUse,
    NotYourQuestion,
    answer_question,
    step_of,
    use_answer,
)
from orders.pricing.questions.services.asking import (
    AskedAlready,
    NobodyDecides,
    ask_price,
    pass_question,
    withdraw_question,
)
from orders.pricing.questions.services.following import follow_document, follow_revision, lapse_questions

__all__ = [
    "AskedAlready",
    "BeyondGuidelines",
    "CannotUse",
    "NobodyDecides",
    "NotYourQuestion",
    "answer_question",
    "ask_price",
    "follow_document",
    "follow_revision",
    "lapse_questions",
    "pass_question",
    "step_of",
    "use_answer",
    "withdraw_question",
]
