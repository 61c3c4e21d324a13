from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    """The demo company: a distributor whose orders went through the same services as everybody's."""

    name = "omc.demo"
    label = "demo"
    verbose_name = _("Demo company")

    def ready(self) -> None:
        from omc.demo import filling, living
        from orders.core.services.jobs import register_job

        register_job(filling.KIND, permission="orders.manage_settings", queue="analytics", body=filling.fill)
        register_job(living.PLAY, permission="orders.manage_settings", queue="analytics", body=living.play)
        register_job(living.NEXT_DAY, permission="orders.view_order", queue="default", body=living.next_day)
