"""How the demo stands, for its banner."""

from dataclasses import dataclass
from datetime import datetime

from omc.demo import living
from omc.demo.filling import KIND, is_other_story
from omc.demo.models import Tale
from omc.lib import clock
from orders.core.models import JobRun, JobState


@dataclass(frozen=True)
class Standing:
    """``now`` by the company's clock; ``run`` is what is under way (filling, playing on, the next day)."""

    now: datetime
    is_filled: bool
    is_paused: bool
    run: JobRun | None
    is_other_story: bool = False

    @property
    def percent(self) -> int:
        if self.run is None or not self.run.total:
            return 0
        return min(100, 100 * self.run.done // self.run.total)

    @property
    def is_filling(self) -> bool:
        return not self.is_filled


def standing(company_id: int) -> Standing | None:
    """None where the company is no demo."""
    tale = Tale.objects.filter(company_id=company_id).first()
    if tale is None:
        return None
    runs = JobRun.objects.filter(
        company_id=company_id, kind__in=[KIND, living.PLAY, living.NEXT_DAY],
        status__in=[JobState.QUEUED, JobState.RUNNING],
    )  # fmt: skip
    return Standing(clock.now(), tale.is_filled, tale.is_paused, runs.order_by("-pk").first(), is_other_story(tale))
