from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchedulingConfig(AppConfig):
    name = "orders.scheduling"
    label = "orders_scheduling"
    verbose_name = _("6 Scheduling")

    def ready(self) -> None:
        from orders.scheduling import cards, events, machines, registrations  # noqa: F401

        registrations.register()
        cards.register()
