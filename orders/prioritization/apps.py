from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrioritizationConfig(AppConfig):
    name = "orders.prioritization"
    label = "orders_prioritization"
    verbose_name = _("5 Order prioritization")

    def ready(self) -> None:
        from orders.prioritization import cards, events, machines, registrations  # noqa: F401

        registrations.register()
        cards.register()
