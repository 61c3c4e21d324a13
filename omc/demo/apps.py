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

        manage = "orders.manage_settings"
        past, play, next_day = _("The demo's past"), _("The demo catches up"), _("The demo's next day")
        register_job(filling.KIND, name=past, permission=manage, queue="analytics", body=filling.fill)
        register_job(living.PLAY, name=play, permission=manage, queue="analytics", body=living.play)
        register_job(
            living.NEXT_DAY, name=next_day, permission="orders.view_order", queue="default", body=living.next_day
        )
