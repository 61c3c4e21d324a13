"""The touch clock: measured active seconds of people on documents."""

from django.db import connection

from omc.lib import clock
from omc.lib.actor import Actor
from omc.lib.errors import InvalidInput
from omc.lib.service import verb

LONGEST_REPORT_SECONDS = 300

_ADD = """
INSERT INTO orders_touchtime (company_id, user_id, subject_type, subject_id, stage, day, seconds, open_seconds)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (user_id, subject_type, subject_id, stage, day) DO UPDATE
SET seconds = orders_touchtime.seconds + excluded.seconds,
    open_seconds = orders_touchtime.open_seconds + excluded.open_seconds
"""


@verb(silent="the seconds go into the event of the user's next verb on the subject")
def add_touch(*, subject_type: str, subject_id: int, stage: int, seconds: int, actor: Actor) -> None:
    """Add active seconds of the actor on a document.

    Units: seconds, 1 to 300 per report. Raises: InvalidInput
    """
    if not 0 < seconds <= LONGEST_REPORT_SECONDS or not 0 <= stage <= 10 or actor.user_id is None:
        raise InvalidInput("These are no touch seconds.", field="seconds")
    day = clock.now().date()
    with connection.cursor() as cursor:
        cursor.execute(
            _ADD, [actor.company_id, actor.user_id, subject_type[:20], subject_id, stage, day, seconds, seconds]
        )
