"""Two people draft a version of one what-if at once; a job counts while somebody tries another rule."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from orders.core.models import JobRun, JobState
from orders.core.services import jobs
from orders.pricing.models import PriceFile
from orders.pricing.whatif import services
from orders.pricing.whatif.services import keeping
from tests.orders.pricing.whatif.scenes import Scene


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_two_drafts_of_one_what_if_are_one():
    scene = Scene(orders=2)
    made = scene.write()

    def draft(_n: int) -> int:
        try:
            return int(services.draft_what_if(what_if_id=made.pk, actor=scene.actor).pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(draft, range(4)))

    assert found == {PriceFile.objects.get().pk}


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_only_the_job_of_the_latest_rule_counts(monkeypatch):
    scene = Scene(orders=2)
    monkeypatch.setattr(keeping, "AT_ONCE", 1)
    made = scene.write("5")
    earlier = made.job_id
    made = services.change_what_if(what_if_id=made.pk, rule=scene.rule("-5"), actor=scene.actor)
    jobs.execute(made.job_id)

    JobRun.objects.filter(pk=earlier).update(status=JobState.QUEUED)  # its message comes late, or twice
    jobs.execute(earlier)

    made.refresh_from_db()
    assert made.computed_at is not None
    assert made.job.status == "done"
    effects = {line.effect for line in made.lines.all()}
    assert "cheaper" in effects
    assert effects <= {"cheaper", "outranked", "typed"}
