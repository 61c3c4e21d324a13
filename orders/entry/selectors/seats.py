"""Who has a draft open right now. ``draft`` names it, like "order:7".

Kept in the cache alone: it is about the next half minute, and nothing depends on it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.core.cache import cache

from omc.lib import clock

GONE_AFTER: Final = timedelta(seconds=30)  # without a word; a page speaks up every 8 seconds
SAVER_KNOWN_FOR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Seat:
    """One open page of a draft."""

    user_id: int | None
    name: str
    since: datetime
    seen: datetime


def take_seat(draft: str, *, tab: str, user_id: int | None, name: str) -> list[Seat]:
    """Say that this page is open still; answers with the other pages, the longest open first."""
    seats, now = _seats(draft), clock.now()
    own = seats.get(tab)
    seats[tab] = Seat(user_id, name, own.since if own else now, now)
    cache.set(_key(draft), seats, GONE_AFTER.total_seconds())
    return sorted((seat for key, seat in seats.items() if key != tab), key=lambda seat: seat.since)


def leave_seat(draft: str, *, tab: str) -> None:
    seats = _seats(draft)
    if seats.pop(tab, None):
        cache.set(_key(draft), seats, GONE_AFTER.total_seconds())


def remember_saver(draft: str, *, editor: str, version: int) -> None:
    """Which page made this version: one that was left while it saved finds its own work again, not somebody else's."""
    if editor:
        cache.set(_saver_key(draft), (editor, version), SAVER_KNOWN_FOR.total_seconds())


def version_saved_by(draft: str, editor: str) -> int | None:
    """The version that this page saved, if nobody saved since that is known of."""
    saver: tuple[str, int] | None = cache.get(_saver_key(draft)) if editor else None
    return saver[1] if saver and saver[0] == editor else None


def _saver_key(draft: str) -> str:
    return f"entry-saver:{draft}"


def _seats(draft: str) -> dict[str, Seat]:
    now = clock.now()
    known: dict[str, Seat] = cache.get(_key(draft), {})
    return {tab: seat for tab, seat in known.items() if now - seat.seen < GONE_AFTER}


def is_open(draft: str) -> bool:
    """Whether anybody has the draft open right now."""
    return bool(_seats(draft))


def _key(draft: str) -> str:
    return f"entry-seats:{draft}"
