"""The verbs of price questions: ask, pass on, answer, use the answer."""

from orders.pricing.questions.services.answering import (
    BeyondGuidelines,
    CannotUse,
    NotYourQuestion,
    answer_question,
    lapse_by_event,
    lapse_questions,
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

__all__ = [
    "AskedAlready",
    "BeyondGuidelines",
    "CannotUse",
    "NobodyDecides",
    "NotYourQuestion",
    "answer_question",
    "ask_price",
    "lapse_by_event",
    "lapse_questions",
    "pass_question",
    "step_of",
    "use_answer",
    "withdraw_question",
]
