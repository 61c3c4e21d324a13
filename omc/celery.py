"""The Celery application. An app's ``tasks.py`` holds its jobs, and in ``TIMETABLE`` which of them beat starts when."""

import os
import sys
from typing import Any

from celery import Celery
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omc.settings")

app = Celery("omc")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_finalize.connect
def collect_timetables(sender: Celery, **_: Any) -> None:
    """``TIMETABLE = {"name": {"task": "orders.sweep", "schedule": 5.0}}`` as in Celery's beat_schedule."""
    sender.loader.import_default_modules()
    for config in apps.get_app_configs():
        tasks = sys.modules.get(f"{config.name}.tasks")
        sender.conf.beat_schedule.update(getattr(tasks, "TIMETABLE", {}))
