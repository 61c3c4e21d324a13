import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omc.settings")
application = get_wsgi_application()

# All that lives as long as the process is loaded before the workers part, and set apart from what the collector looks
# through: each full round over it is 170 ms of somebody's page, and unshares the workers' memory.
get_resolver().url_patterns  # noqa: B018  with the views and all that they import
gc.collect()
gc.freeze()
