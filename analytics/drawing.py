"""Where things stand in the drawings of the wall and the walk. Plain numbers in, plain numbers out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

WALK_WIDTH = 1240
WALK_LEFT = 196  # the lanes' names
WALK_RIGHT = 24
LANE_HEIGHT = 52
WALK_TOP = 16
LABEL_FROM = 58  # a wait this wide carries its length in words

WALL_BAR = 132  # height of the longest bar
RIBBON_HEIGHT = 72
STRIP_BAR = 240  # width of the longest wait in the list of hops
COLUMN = 100


@dataclass(frozen=True)
class Part:
    """One piece of a bar: whose time it was, from where, how long."""

    kind: str
    start: float
    length: float


@dataclass(frozen=True)
class Spot:
    """Where one hop stands: its dot, the wait that leads to it, and the drop from the lane before."""

    x: float
    y: float
    from_x: float
    from_y: float
    parts: Sequence[Part]
    label_x: float | None

    @property
    def bar_y(self) -> float:
        return self.y - 8

    @property
    def drops(self) -> bool:
        return self.from_y != self.y


@dataclass(frozen=True)
class WalkDrawing:
    width: int
    height: int
    spots: Sequence[Spot]
    lane_ys: Sequence[float]


def split(length: float, minutes: Sequence[tuple[str, Decimal]], start: float = 0) -> list[Part]:
    """A length shared out by minutes, in their order.

    >>> [(part.kind, part.start, part.length) for part in split(90, [("us", Decimal(20)), ("them", Decimal(10))])]
    [('us', 0, 60.0), ('them', 60.0, 30.0)]
    """
    whole = float(sum(value for _kind, value in minutes))
    parts: list[Part] = []
    for kind, value in minutes:
        if whole and value > 0:
            size = length * float(value) / whole
            parts.append(Part(kind, start, size))
            start += size
    return parts


def cut(parts: Sequence[Part], longest: float) -> list[Part]:
    """What of a bar lies within a length.

    >>> [(part.kind, part.length) for part in cut([Part("us", 0, 60), Part("them", 60, 900), Part("work", 960, 5)], 132)]
    [('us', 60), ('them', 72)]
    """
    return [replace(part, length=min(part.length, longest - part.start)) for part in parts if part.start < longest]


def draw_walk(hops: Sequence[tuple[int, Sequence[tuple[str, Decimal]]]], lanes: Sequence[int]) -> WalkDrawing:
    """Hops as (lane, waiting by kind) on a scale of working minutes; each takes a small step of its own as well,
    so that what happened at once can be told apart.
    """
    span = WALK_WIDTH - WALK_LEFT - WALK_RIGHT
    step = min(12.0, span * 0.35 / max(1, len(hops)))
    whole = float(sum(value for _lane, minutes in hops for _kind, value in minutes))
    per_minute = (span - step * len(hops)) / whole if whole else 0.0
    ys = {lane: WALK_TOP + LANE_HEIGHT * (index + 0.5) for index, lane in enumerate(lanes)}
    spots: list[Spot] = []
    x = float(WALK_LEFT)
    before = None
    for lane, minutes in hops:
        waited = float(sum(value for _kind, value in minutes)) * per_minute
        y = ys[lane]
        from_x, x = x, x + waited + step
        parts = split(waited, minutes, from_x)
        label = from_x + waited / 2 if waited >= LABEL_FROM else None
        spots.append(Spot(x, y, from_x, y if before is None else before, parts, label))
        before = y
    return WalkDrawing(
        width=WALK_WIDTH,
        height=WALK_TOP * 2 + LANE_HEIGHT * len(lanes),
        spots=spots,
        lane_ys=[WALK_TOP + LANE_HEIGHT * (index + 0.5) for index in range(len(lanes))],
    )


def ribbon(counts: Sequence[int]) -> str:
    """A band through the middle of ten columns, as thick in each as it holds documents."""
    most = max(counts, default=0) or 1
    middle = RIBBON_HEIGHT / 2
    halves = [max(1.5, count / most * (RIBBON_HEIGHT - 8) / 2) for count in counts]
    xs = [COLUMN * (index + 0.5) for index in range(len(counts))]
    points = [(0.0, halves[0]), *zip(xs, halves, strict=True), (COLUMN * float(len(counts)), halves[-1])]
    there = _curve([(x, middle - half) for x, half in points])
    back = _curve([(x, middle + half) for x, half in reversed(points)])
    return f"M{there}L{back}Z"


def _curve(points: Sequence[tuple[float, float]]) -> str:
    """Through all points, level at each: neither over- nor undershooting."""
    text = f"{points[0][0]:.1f},{points[0][1]:.1f}"
    for (x0, y0), (x1, y1) in pairwise(points):
        half = (x0 + x1) / 2
        text += f"C{half:.1f},{y0:.1f} {half:.1f},{y1:.1f} {x1:.1f},{y1:.1f}"
    return text
