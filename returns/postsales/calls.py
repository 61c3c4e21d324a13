"""What service adds to a customer's call: the open cases beside it, and a new case made of what was said."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from omc.lib.actor import Actor
from omc.lib.registry import CallOutcome, Panel, registry
from orders.entry.calls.models import Call, CallQuestion
from orders.entry.calls.wording import subject_of, told
from returns.postsales.models import Case
from returns.postsales.selectors import open_cases_of
from returns.postsales.services import open_case

SHOWN = 10


def register() -> None:
    """Called once, when Django is ready."""
    registry.call_outcomes.add(
        "case", CallOutcome("case", _("Case"), "life-buoy", "c", "postsales.open_case", case_of_call)
    )
    registry.panels.add(
        "call cases",
        Panel(
            key="cases",
            subject="call",
            title=_("Open cases"),
            template="returns/postsales/order_panel.html",
            context=cases_beside,
            permission="postsales.view_case",
            flush=True,
        ),
    )


def case_of_call(call: Call, questions: Sequence[CallQuestion], actor: Actor) -> Case:
    """A case in the caller's words."""
    about, body = subject_of(call, questions), told(call, questions)
    return open_case(subject=about, body=body, customer_id=call.customer_id, actor=actor)


def cases_beside(call: Call, actor: Actor) -> dict[str, Any] | None:
    """What the caller already waits for."""
    if call.customer_id is None:
        return None
    cases = list(open_cases_of(call.customer_id, actor)[:SHOWN])
    return {"cases": cases, "follow_ups": []} if cases else None
