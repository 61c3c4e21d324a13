"""The project's settings for tests: quick password hashes, nothing shared with a system that runs on this machine."""

import os

os.environ["REDIS_URL"] = os.environ["CACHE_URL"] = ""
os.environ.setdefault("LOG_LEVEL", "error")
# Without a DATABASE_URL, conftest.py starts a throw-away server and puts its address here before anybody connects.
os.environ.setdefault("DATABASE_URL", "postgresql://postgres@127.0.0.1:1/omc")
os.environ["OMC_ENV"] = "local"

from omc.settings import *  # noqa: F403

BROKER_URL = ""
CELERY_BROKER_URL = "memory://"
CELERY_TASK_ALWAYS_EAGER = CELERY_TASK_EAGER_PROPAGATES = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
WHITENOISE_AUTOREFRESH = True  # looks for a file when asked, not for all of them in every client
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False  # the tests of throttling turn it on
