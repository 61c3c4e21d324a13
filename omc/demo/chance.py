"""Chance that is the same every time: each decision draws from a source named by what it is about."""

import random
from typing import Final

SEED: Final = 1992  # the year somebody first stapled himself to an order


def source(*about: object) -> random.Random:
    """A source of chance for one thing (a day, an item, a customer), independent of all others."""
    return random.Random(":".join(map(str, (SEED, *about))))  # noqa: S311  a story, not a secret
