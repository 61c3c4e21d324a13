"""The only source of time. A company's clock may run ahead of the wall; tests may stop it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_offset: ContextVar[timedelta] = ContextVar("clock_offset", default=timedelta(0))
_stopped: ContextVar[datetime | None] = ContextVar("clock_stopped", default=None)


def now() -> datetime:
    """This moment in UTC, by the clock of the company that is being served."""
    stopped = _stopped.get()
    return stopped if stopped is not None else datetime.now(UTC) + _offset.get()


def wall() -> datetime:
    """The machine's own time in UTC: for leases and retries, never for business times."""
    return datetime.now(UTC)


def today(zone: str = "UTC") -> date:
    """Today's date where the company is."""
    return now().astimezone(ZoneInfo(zone)).date()


def stands_still() -> bool:
    """Whether a simulator (or a test) holds the clock; who holds it also drains the outbox, in its own time."""
    return _stopped.get() is not None


@contextmanager
def running_ahead(offset: timedelta) -> Iterator[None]:
    """Serve a company whose clock is ``offset`` ahead of the wall."""
    token = _offset.set(offset)
    try:
        yield
    finally:
        _offset.reset(token)


@contextmanager
def stopped_at(moment: datetime) -> Iterator[None]:
    """Let time stand still, for a simulator's step or a test."""
    token = _stopped.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _stopped.reset(token)
