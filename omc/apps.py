from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OmcConfig(AppConfig):
    name = "omc"
    verbose_name = "Order management"

    def ready(self) -> None:
        from omc import celery  # noqa: F401  (so that @shared_task binds to our Celery application)
        from omc.health import heartbeat  # noqa: F401  (its signals)

        # Rights come from roles in code: no Permission rows.
        post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
