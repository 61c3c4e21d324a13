"""Facts about planned releases of blanket agreements."""

from dataclasses import dataclass
from datetime import date

from omc.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class ReleasePlanned(Event):
    name = "release_planned"
    stage = 3
    sentence = "Release planned for {day}"
    day: date
    items: int


@dataclass(frozen=True, kw_only=True)
class ReleaseMoved(Event):
    name = "release_moved"
    stage = 3
    sentence = "Planned for {day} now: {because}"
    day: date
    before: date
    because: str


@dataclass(frozen=True, kw_only=True)
class ReleaseDue(Event):
    name = "release_due"
    stage = 3
    sentence = "To be ordered, for {day}"
    day: date


@dataclass(frozen=True, kw_only=True)
class ReleaseOrdered(Event):
    name = "release_ordered"
    stage = 3
    sentence = "Order made of it: {order}"
    order: str


@dataclass(frozen=True, kw_only=True)
class ReleaseGivenBack(Event):
    name = "release_given_back"
    stage = 3
    sentence = "{order} was given up; it has to be ordered again"
    order: str


@dataclass(frozen=True, kw_only=True)
class ReleaseSkipped(Event):
    name = "release_skipped"
    stage = 3
    sentence = "Skipped: {because}"
    because: str
