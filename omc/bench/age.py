"""What the note of a built database says of it."""

from enum import IntEnum


class Age(IntEnum):
    """The number is how one process tells another."""

    CURRENT = 0
    ABSENT = 3
    BEHIND = 4  # whole, but migrations came since
