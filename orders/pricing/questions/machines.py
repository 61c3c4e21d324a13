"""Where a price question may go."""

from omc.lib.machine import Machine
from orders.pricing.questions.models import QuestionState as S

QUESTION = Machine(
    name="price question",
    initial=S.ASKED,
    graph={
        S.ASKED: frozenset({S.ANSWERED, S.WITHDRAWN, S.LAPSED}),
        S.ANSWERED: frozenset(),
        S.WITHDRAWN: frozenset(),
        S.LAPSED: frozenset(),
    },
)
