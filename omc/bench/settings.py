"""The project's settings with nothing shared: no broker and no cache but this process's own."""

import os

os.environ["REDIS_URL"] = os.environ["CACHE_URL"] = ""
os.environ.setdefault("LOG_LEVEL", "error")
os.environ["OMC_ENV"] = "local"

from omc.settings import *  # noqa: F403

CELERY_BROKER_URL = "memory://"
CELERY_TASK_ALWAYS_EAGER = False  # nobody takes what is queued: the measures drain what they mean to
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
AXES_ENABLED = False
ALLOWED_HOSTS = ["*"]
