"""What stage 10 does: one verb per step of a case, and follow-ups."""

from returns.postsales.services.cases import (
    CaseRefused,
    assign_case,
    close_case,
    open_case,
    reopen_case,
    reply_case,
    resolve_case,
    wait_for,
)
from returns.postsales.services.follow_ups import FollowUpRefused, complete_follow_up, plan_follow_up

__all__ = [
    "CaseRefused",
    "FollowUpRefused",
    "assign_case",
    "close_case",
    "complete_follow_up",
    "open_case",
    "plan_follow_up",
    "reopen_case",
    "reply_case",
    "resolve_case",
    "wait_for",
]
