from celery import shared_task

from omc.demo import living

TIMETABLE = {"demo-tick": {"task": "omc.demo.tasks.tick", "schedule": 60.0, "options": {"expires": 55}}}


@shared_task
def tick() -> str:
    return living.tick()
