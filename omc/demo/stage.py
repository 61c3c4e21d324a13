"""A stage for stories: each is a generator that acts and yields how long it waits; the stage plays all in order of time."""

import heapq
from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from omc.demo.chance import source
from omc.demo.hours import next_at_work
from omc.lib import clock
from omc.lib.errors import DomainError
from orders.core import outbox
from orders.core.models import Message
from orders.core.services.messages import deliver_message

Story = Generator[timedelta, None, None]


def hear(company_id: int) -> None:
    """The stages hear of each other, and what was written to customers leaves."""
    outbox.drain_all(company_id=company_id)
    waiting = Message.objects.filter(company_id=company_id, status=Message.Status.QUEUED)
    for message_id in waiting.order_by("pk").values_list("pk", flat=True):
        deliver_message(message_id=message_id)


class Stage:
    """Plays stories in one stream of time, and lets the stages hear of each other as it passes.

    Nobody acts outside of office hours: what falls into a night or a weekend waits for the next morning.
    """

    def __init__(
        self, company_id: int, start: datetime, end: datetime, zone: ZoneInfo, every: timedelta = timedelta(hours=8)
    ) -> None:
        self.company_id, self.now, self.end, self.zone, self.every = company_id, start, end, zone, every
        self._mornings = source("mornings")
        self.refused = 0
        self._waiting: list[tuple[datetime, int, Story]] = []
        self._tie = count()
        self._heard = start

    def enter(self, at: datetime, story: Story) -> None:
        at_work = next_at_work(at, self.zone, self._mornings)
        heapq.heappush(self._waiting, (at_work, next(self._tie), story))

    def play(self, report: Callable[[int], None]) -> None:
        """Until nothing waits before the end; stories that are still under way then stay as they are."""
        played = 0
        while self._waiting and self._waiting[0][0] <= self.end:
            self.now, _, story = heapq.heappop(self._waiting)
            with clock.stopped_at(self.now):
                if self.now - self._heard >= self.every:
                    self.hear()
                try:
                    self.enter(self.now + next(story), story)
                except StopIteration:
                    played += 1
                    report(played)
                except DomainError:
                    self.refused += 1  # as in life: short, held or overtaken; the order stays where it stands
        with clock.stopped_at(self.end):
            self.hear()

    def hear(self) -> None:
        """Deliver what waits, as the workers would."""
        hear(self.company_id)
        self._heard = self.now
