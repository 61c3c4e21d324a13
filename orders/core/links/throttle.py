"""How often one address may ask. Counted in the cache; while that is away nobody is refused, for a signature cannot be
guessed either way."""

from typing import Final

import structlog
from django.core.cache import cache
from redis.exceptions import RedisError

from omc.lib import clock

LIMITS: Final = {"look": 120, "deed": 20, "stranger": 20}  # a minute and address; a stranger's link is not ours
_log = structlog.get_logger("omc.links")


def is_too_much(what: str, address: str) -> bool:
    """Count one more of ``what`` from this address; whether that is more than a minute allows."""
    return _count(what, address, 1) > LIMITS[what]


def was_too_much(what: str, address: str) -> bool:
    """Whether the limit is reached, without counting."""
    return _count(what, address, 0) >= LIMITS[what]


def _count(what: str, address: str, more: int) -> int:
    key = f"links:{what}:{address}:{int(clock.wall().timestamp()) // 60}"
    try:
        cache.add(key, 0, 120)
        return int(cache.incr(key, more))
    except (RedisError, OSError, ValueError) as problem:  # ValueError: it was evicted in between
        _log.warning("links are not counted", problem=type(problem).__name__)
        return 0
